using System.Globalization;
using Semblance.Wording;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Semblance.Studies.Files;

/// <summary>A YAML file that is being read, and what is wrong with it: all of it is reported at once.</summary>
/// <param name="file">Its path, for messages.</param>
internal sealed class YamlReading(string file)
{
    private const int MostBytes = 4 << 20;

    private readonly List<(long Line, long Column, string Text)> _faults = [];

    /// <summary>The path, as messages show it.</summary>
    public string File { get; } = file;

    /// <summary>What is worked around, in sentences.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Parses the file into its one document, which has to be a mapping.</summary>
    /// <exception cref="InputException">The file cannot be read, or is not YAML.</exception>
    public YamlMappingNode Parse()
    {
        string text;
        try
        {
            var info = new FileInfo(File);
            if (!info.Exists)
            {
                throw new InputException($"There is no file {File}.");
            }

            text =
                info.Length <= MostBytes
                    ? RegularFile.ReadAllText(File, MostBytes)
                    : throw new InputException(
                        $"{File} has {info.Length} bytes; a study file has at most {MostBytes >> 20} MiB."
                    );
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw new InputException($"{File} cannot be read: {error.Message}", error);
        }

        var stream = new YamlStream();
        try
        {
            YamlSize.Check(text);
            stream.Load(new MergingParser(new Parser(new StringReader(text))));
        }
        catch (YamlException error)
        {
            throw new InputException($"{Place(error.Start)}: {Reason(error)}", error);
        }
        catch (Exception error)
            when (error is InvalidOperationException or ArgumentException or FormatException or NullReferenceException)
        {
            // What the library's scanner throws where it has lost its way, such as at a list in brackets that never ends.
            throw new InputException(
                $"{File} is not YAML that can be read: a bracket, a quote or an indentation is wrong.",
                error
            );
        }

        return stream.Documents is [{ RootNode: YamlMappingNode root }]
            ? root
            : throw new InputException(
                stream.Documents.Count > 1
                    ? $"{File} holds {stream.Documents.Count} documents; a study is one."
                    : $"{File} is not a study: expected fields such as prompts and models."
            );
    }

    /// <summary>Notes what is wrong at a node.</summary>
    public void Fault(YamlNode at, string sentence) => _faults.Add((at.Start.Line, at.Start.Column, sentence));

    /// <summary>Where a node is, for messages.</summary>
    public string Place(YamlNode at) => Place(at.Start);

    /// <summary>Ends the reading where anything was wrong.</summary>
    /// <exception cref="InputException">Something was.</exception>
    public void ThrowIfFaulty()
    {
        if (_faults.Count > 0)
        {
            throw new InputException(
                Listing.Of([
                    .. _faults.Order().Distinct().Select(fault => $"{Place(fault.Line, fault.Column)}: {fault.Text}"),
                ])
            );
        }
    }

    private string Place(Mark mark) => Place(mark.Line, mark.Column);

    private string Place(long line, long column) =>
        string.Create(CultureInfo.InvariantCulture, $"{File}, line {line}, column {column}");

    private static string Reason(YamlException error)
    {
        var text = (error.InnerException?.Message ?? error.Message).Trim();
        return text.EndsWith('.') ? text : text + ".";
    }
}
