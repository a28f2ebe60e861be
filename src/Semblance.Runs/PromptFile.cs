using System.Text;
using System.Text.Unicode;
using Semblance.Prompts;
using Semblance.Runs.Inputs;

namespace Semblance.Runs;

/// <summary>A text file of raw prompts in UTF-8 (or what its mark says), one per line; empty lines are left out.</summary>
public static class PromptFile
{
    /// <summary>Reads the prompts in the order of the file, repeated ones as often as they come.</summary>
    /// <exception cref="InputException">The file is missing, is not UTF-8, or holds no prompt.</exception>
    public static IReadOnlyList<string> Read(string path)
    {
        if (SourceFile.FaultOf(path) is { } fault)
        {
            throw new InputException($"The prompts file {path} {fault}.");
        }

        Check(path);
        string[] prompts = [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0)];
        return prompts.Length > 0
            ? prompts
            : throw new InputException($"{path} holds no prompt: write one prompt per line.");
    }

    // Read as UTF-8, letters of other encodings would quietly become replacement characters, and so other prompts.
    private static void Check(string path)
    {
        ReadOnlySpan<byte> text = File.ReadAllBytes(path);
        if (text.StartsWith(Encoding.Unicode.Preamble) || text.StartsWith(Encoding.BigEndianUnicode.Preamble))
        {
            return;
        }

        int number = 0;
        foreach (Range line in text.Split((byte)'\n'))
        {
            number++;
            if (!Utf8.IsValid(text[line]))
            {
                throw new InputException(
                    $"{path}, line {number}: the bytes are no UTF-8 text (an older encoding such as Latin-1?); save the file as UTF-8."
                );
            }
        }
    }

    internal static ImageInput Match(ImageInput input, IReadOnlyList<string> prompts)
    {
        HashSet<string> raw = [.. prompts];
        ILookup<string, string> byFolder = raw.ToLookup(SafeName.Of);
        ILookup<string, string> byKey = raw.ToLookup(PromptKey.Of);
        Dictionary<string, string> texts = [];
        List<string> faults = [];
        foreach (string name in input.Rows.Select(row => row.Prompt).Distinct())
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
