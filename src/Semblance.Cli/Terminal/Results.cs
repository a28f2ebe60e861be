using System.Text;

namespace Semblance.Cli.Terminal;

/// <summary>In which form results are written, and where to.</summary>
/// <param name="Format"><c>table</c>, <c>json</c> or <c>csv</c>.</param>
/// <param name="File">Null for standard output.</param>
internal sealed record Results(string Format, string? File = null)
{
    /// <summary>Whether a person reads them, who sees warnings in the table itself.</summary>
    public bool IsTable => Format is "table";

    public void Write(Func<Surface, string> table, Func<string> json, Func<string> csv)
    {
        var text = Format switch
        {
            "json" => json(),
            "csv" => csv(),
            _ => table(File is null ? Surface.OfStandardOutput() : Surface.File),
        };
        if (File is null)
        {
            ResultOutput.ToStandardOutput(text);
        }
        else
        {
            ResultOutput.ToFile(Encoding.UTF8.GetBytes(text), File);
        }
    }
}
