using System.CommandLine;
using Semblance.Cli.Terminal;
using Semblance.Runs.Inputs;

namespace Semblance.Cli.Options;

/// <summary>The file that an option names for what a command writes.</summary>
internal static class OutputFile
{
    /// <summary>What stands for standard output in the place of a file.</summary>
    public const string StandardOutput = "-";

    /// <summary>The file; null for standard output, and where none is given.</summary>
    /// <param name="option">Names the file.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="inputs">What the command reads; null for what is not given.</param>
    /// <exception cref="UsageException">The file is one of the inputs.</exception>
    /// <exception cref="ResourceException">It cannot be written, which is better known before long work than after it.</exception>
    public static string? Of(Option<string?> option, ParseResult parsed, params IEnumerable<string?> inputs)
    {
        if (parsed.GetValue(option) is not { } file || file == StandardOutput)
        {
            return null;
        }

        if (InputFiles.Include(inputs.OfType<string>(), file))
        {
            throw new UsageException(
                $"{option.Name}: {file} is read by this command and would be overwritten; name another file."
            );
        }

        ResultOutput.RequireFile(file);
        return file;
    }
}
