namespace Semblance.Cli.Tests;

/// <summary>What is said on standard error within this process, until it is disposed of.</summary>
internal sealed class StandardError : IDisposable
{
    private readonly TextWriter _before = Console.Error;
    private readonly StringWriter _said = new();

    public StandardError() => Console.SetError(_said);

    public override string ToString() => _said.ToString();

    public void Dispose()
    {
        Console.SetError(_before);
        _said.Dispose();
    }
}
