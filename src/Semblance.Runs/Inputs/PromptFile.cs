using System.Text;
using Semblance.Prompts;
using Semblance.Runs.Folder;
using Semblance.Runs.Formats;
using Semblance.Tensors;
using Semblance.Wording;

namespace Semblance.Runs.Inputs;

/// <summary>A text file of raw prompts in UTF-8 (or what its byte order mark says), one per line; empty lines are left out.</summary>
public static class PromptFile
{
    /// <summary>What stands for standard input in the place of a path.</summary>
    public const string StandardInput = "-";

    // A device may have no end.
    private const int MostBytes = 256 << 20;

    /// <summary>Networks read some hundred words; what is longer takes minutes to be cut off.</summary>
    private const int LongestPrompt = 1 << 20;

    /// <summary>Whether the prompts are in a table, in its column <c>prompt</c>; <c>.txt</c> is always one prompt per line.</summary>
    public static bool IsTable(string path) => TableFile.IsTable(path) && CompressedFile.ExtensionOf(path) != ".txt";

    /// <summary>Reads the prompts in the order of the file; repeated ones stay repeated.</summary>
    /// <param name="path">A table, or a text file or a pipe, which is waited for; <c>-</c> is standard input.</param>
    /// <param name="columns">Of a table, the columns with other names than ours.</param>
    /// <exception cref="InputException">The file is missing, is not text in UTF-8, or holds no prompt.</exception>
    public static IReadOnlyList<string> Read(string path, ColumnMap? columns = null)
    {
        if (IsTable(path))
        {
            return ReadTable(path, (columns ?? ColumnMap.None).Only("prompt"));
        }

        var name = path == StandardInput ? "Standard input" : path;
        var bytes = Bytes(path, name);
        if (ForeignFile.Of(bytes) is { } other)
        {
            throw new InputException($"{name} {other}.");
        }

        var prompts = Text(name, bytes)
            .Split(['\r', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return Array.Exists(prompts, prompt => prompt.Length > LongestPrompt)
                ? throw new InputException(
                    $"{name} has a line of more than {LongestPrompt} characters, which is no prompt; are the line ends missing?"
                )
            : prompts.Length > 0 ? prompts
            : throw new InputException($"{name} holds no prompt: write one prompt per line.");
    }

    /// <summary>As <see cref="Read"/>, but can be given up while a pipe is waited for.</summary>
    public static Task<IReadOnlyList<string>> ReadAsync(
        string path,
        ColumnMap? columns,
        CancellationToken cancellationToken
    ) => Task.Run(() => Read(path, columns), cancellationToken).WaitAsync(cancellationToken);

    private static IReadOnlyList<string> ReadTable(string path, ColumnMap columns) =>
        SourceFile.Guard<IReadOnlyList<string>>(
            path,
            () =>
            {
                if (!Directory.Exists(path) && SourceFile.FaultOfContent(path) is { } fault)
                {
                    throw new InputException($"The prompts file {path} {fault}.");
                }

                var table = TableFile.Open(path, columns);
                if (!table.Has("prompt"))
                {
                    throw ColumnNames.Missing(
                        path,
                        table.Names,
                        ["prompt"],
                        "A file with one prompt per line has the extension .txt."
                    );
                }

                var cells = table.Read(["prompt"]);
                var prompts = cells.Columns[0]!;
                for (var row = 0; row < cells.Count; row++)
                {
                    if (string.IsNullOrWhiteSpace(prompts[row]))
                    {
                        throw new InputException($"{path}, {cells.Place(row)}: the prompt is empty.");
                    }
                }

                return cells.Count > 0 ? [.. prompts!] : throw new InputException($"{path} holds no prompt.");
            }
        );

    private static byte[] Bytes(string path, string name)
    {
        if (path != StandardInput && Directory.Exists(path))
        {
            throw new InputException($"The prompts file {path} is a folder, not a file.");
        }

        try
        {
            using var stream = path == StandardInput ? Console.OpenStandardInput() : RegularFile.OpenReadOrPipe(path);
            using var whole = new MemoryStream();
            var buffer = new byte[1 << 16];
            while (stream.Read(buffer) is > 0 and int count)
            {
                whole.Write(buffer, 0, count);
                if (whole.Length > MostBytes)
                {
                    throw new InputException(
                        $"{name} is more than {MostBytes >> 20} MiB of prompts; give a file with one prompt per line."
                    );
                }
            }

            return whole.ToArray();
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            var fault = (error is FileNotFoundException ? SourceFile.FaultOf(path) : null) ?? SourceFile.FaultOf(error);
            throw new InputException($"The prompts file {path} {fault}.", error);
        }
    }

    // Replacement characters for what cannot be decoded would quietly make other prompts.
    private static string Text(string name, byte[] bytes)
    {
        var encoding = UnicodeText.Of(bytes);
        var mark = bytes.AsSpan().StartsWith(encoding.Preamble) ? encoding.Preamble.Length : 0;
        string text;
        try
        {
            text = encoding.GetString(bytes.AsSpan(mark));
        }
        catch (DecoderFallbackException error)
        {
            var line = 1 + bytes.AsSpan(0, Math.Clamp(mark + error.Index, 0, bytes.Length)).Count((byte)'\n');
            throw new InputException(
                UnicodeText.IsUtf8(encoding)
                    ? $"{name}, line {line}: the bytes are not UTF-8 text (an older encoding such as Latin-1?); save the file as UTF-8."
                    : $"{name} is not {encoding.WebName} text, though its byte order mark says so; save the file as UTF-8.",
                error
            );
        }

        text = text.TrimEnd(UnicodeText.Padding);
        var nul = text.IndexOf('\0', StringComparison.Ordinal);
        return nul < 0
            ? text
            : throw new InputException(
                $"{name}, line {1 + text.AsSpan(0, nul).Count('\n')}: there is a NUL character, as in UTF-16 without a byte order mark or in a file that is not text; save the file as UTF-8."
            );
    }

    internal static ImageInput Match(ImageInput input, IReadOnlyList<string> prompts)
    {
        HashSet<string> raw = [.. prompts];
        var byFolder = raw.ToLookup(SafeName.Of);
        var byKey = raw.ToLookup(PromptKey.Of);
        Dictionary<string, string> texts = [];
        List<string> faults = [];
        foreach (var name in input.Rows.Select(row => row.Prompt).Distinct())
        {
            string[] found = raw.Contains(name) ? [name] : [.. byFolder[name]];
            if (found.Length == 0)
            {
                found = [.. byKey[PromptKey.Of(name)]];
            }

            if (found.Length == 1)
            {
                texts[name] = found[0];
            }
            else
            {
                faults.Add(
                    found.Length == 0
                        ? $"No prompt of the prompts file belongs to the set {QuotedPrompt.Of(name)}."
                        : $"Several prompts of the prompts file belong to the set {QuotedPrompt.Of(name)}: {string.Join(", ", found.Select(QuotedPrompt.Of))}."
                );
            }
        }

        if (faults.Count > 0)
        {
            throw new InputException(Listing.Of(faults));
        }

        return input with
        {
            Rows = [.. input.Rows.Select(row => row with { Prompt = texts[row.Prompt] })],
            PromptsAreRaw = true,
        };
    }
}
