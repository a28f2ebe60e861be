using System.Text.Json;
using Semblance.Models.Tokenizers;

namespace Semblance.Models.Tests.Tokenizers;

public class ClipTokenizerFixtureTests
{
    /// <summary>Every CLIP tokenizer case with every tokenizer folder in it.</summary>
    public static IEnumerable<TheoryDataRow<string, string>> Folders() =>
        from name in Directory.Exists(Fixtures.At("tokenizers"))
            ? Fixtures.Cases("tokenizers").Select(row => row.Data)
            : []
        where File.Exists(Fixtures.At("tokenizers", name, "prompts.json"))
        from folder in Directory.EnumerateDirectories(Fixtures.At("tokenizers", name)).Order(StringComparer.Ordinal)
        where File.Exists(Path.Combine(folder, "merges.txt"))
        select new TheoryDataRow<string, string>(name, Path.GetFileName(folder));

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Folders))]
    public void Every_prompt_gets_the_ids_of_the_reference(string name, string folder)
    {
        var tokenizer = ClipTokenizer.Open(Fixtures.At("tokenizers", name, folder));

        Compare(tokenizer, name, folder);
    }

    /// <summary>Those that hold a tokenizer.json beside the others.</summary>
    public static IEnumerable<TheoryDataRow<string, string>> WholeFolders() =>
        Folders()
            .Where(row => File.Exists(Fixtures.At("tokenizers", row.Data.Item1, row.Data.Item2, "tokenizer.json")));

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(WholeFolders))]
    public void A_folder_with_tokenizer_json_alone_gives_the_same_ids(string name, string folder)
    {
        var source = Fixtures.At("tokenizers", name, folder);
        using var copy = new TemporaryFolder();
        foreach (
            var file in Directory.EnumerateFiles(source, "*.json").Where(file => Path.GetFileName(file) != "vocab.json")
        )
        {
            File.Copy(file, copy.At(Path.GetFileName(file)));
        }

        Compare(ClipTokenizer.Open(copy.Path), name, folder);
    }

    private static void Compare(ClipTokenizer tokenizer, string name, string folder)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Fixtures.At("tokenizers", name, "prompts.json")));
        var root = json.RootElement;
        var context = root.GetProperty("context").GetInt32();
        Assert.Equal(context, tokenizer.MaximumLength);
        Assert.Equal(root.GetProperty("bos").GetInt32(), tokenizer.StartToken);
        Assert.Equal(root.GetProperty("eos").GetInt32(), tokenizer.EndToken);
        var pad = root.GetProperty("pad").GetProperty(folder).GetInt32();
        Assert.Equal(pad, tokenizer.PadToken);
        var wrong = new List<string>();
        foreach (var row in root.GetProperty("prompts").EnumerateArray())
        {
            var text = row.GetProperty("text").GetString()!;
            var differs = row.TryGetProperty($"ids_{folder}", out var own);
            var ids = (differs ? own : row.GetProperty("ids")).EnumerateArray().Select(id => id.GetInt32()).ToArray();
            var padded = ids.Concat(Enumerable.Repeat(pad, context - ids.Length));
            if (
                !ids.SequenceEqual(tokenizer.Encode(text, context))
                || !padded.SequenceEqual(tokenizer.Encode(text, context, pad: true))
                || (!differs && row.GetProperty("length").GetInt32() != tokenizer.Encode(text).Length)
            )
            {
                wrong.Add($"{text}: expected {string.Join(" ", ids)}, got {string.Join(" ", tokenizer.Encode(text))}");
            }
        }

        Assert.Empty(wrong);
    }
}
