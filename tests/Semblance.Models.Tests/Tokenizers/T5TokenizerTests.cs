using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Semblance.Models.Tokenizers;

namespace Semblance.Models.Tests.Tokenizers;

public sealed class T5TokenizerTests
{
    /// <summary>Every case of the area with a SentencePiece tokenizer, once for each file that describes it.</summary>
    public static IEnumerable<TheoryDataRow<string, string>> Cases() =>
        from name in Directory.Exists(Fixtures.At("tokenizers"))
            ? Fixtures.Cases("tokenizers").Select(row => row.Data)
            : []
        from file in new[] { "tokenizer.json", "spiece.model" }
        where File.Exists(Fixtures.At("tokenizers", name, "tokenizer", "spiece.model"))
        where File.Exists(Fixtures.At("tokenizers", name, "tokenizer", file))
        select new TheoryDataRow<string, string>(name, file);

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Every_prompt_gets_the_ids_of_the_reference(string name, string file)
    {
        using var folder = Alone(Fixtures.At("tokenizers", name, "tokenizer"), file);
        var tokenizer = T5Tokenizer.Open(folder.Path);
        using var json = JsonDocument.Parse(File.ReadAllBytes(Fixtures.At("tokenizers", name, "prompts.json")));
        var root = json.RootElement;
        var length = root.GetProperty("max_length").GetInt32();
        Assert.Equal(root.GetProperty("eos").GetInt32(), tokenizer.EndToken);
        Assert.Equal(root.GetProperty("pad").GetInt32(), tokenizer.PadToken);
        var wrong = new List<string>();
        foreach (var row in root.GetProperty("prompts").EnumerateArray())
        {
            var text = row.GetProperty("text").GetString()!;
            var all = tokenizer.Encode(text);
            if (
                !Ids(row.GetProperty("ids")).SequenceEqual(tokenizer.Encode(text, length))
                || all.Length != row.GetProperty("length").GetInt32()
            )
            {
                wrong.Add($"{text}: expected {row.GetProperty("ids")}, got {string.Join(",", all)}");
            }
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("tokenizer.json")]
    [InlineData("spiece.model")]
    public void The_edge_cases_get_the_ids_of_the_reference(string file)
    {
        Assert.SkipUnless(File.Exists(Fixtures.At("t5", "tokenizer", "case.json")), "No T5 fixtures.");
        using var json = JsonDocument.Parse(File.ReadAllBytes(Fixtures.At("t5", "tokenizer", "case.json")));
        var source = json.RootElement.GetProperty("settings").GetProperty("tokenizer").GetString()!;
        using var folder = Alone(Fixtures.At(source.Split('/')), file);
        var tokenizer = T5Tokenizer.Open(folder.Path);
        foreach (var row in json.RootElement.GetProperty("cases").EnumerateArray())
        {
            var text = row.GetProperty("text").GetString()!;
            Assert.Equal(Ids(row.GetProperty("ids")), tokenizer.Encode(text));
            foreach (
                var cut in row.EnumerateObject()
                    .Where(p => p.Name.StartsWith("ids_max_length_", StringComparison.Ordinal))
            )
            {
                var length = int.Parse(cut.Name["ids_max_length_".Length..]);
                var ids = tokenizer.Encode(text, length);
                Assert.Equal(Ids(cut.Value), ids.Concat(Enumerable.Repeat(tokenizer.PadToken, length - ids.Length)));
            }
        }
    }

    [Theory]
    [InlineData("a cat", new[] { 3, 4, 0 })]
    [InlineData("acat", new[] { 5, 0 })]
    // c and t are no pieces: neighbouring unknown characters are one.
    [InlineData("a cct", new[] { 3, 6, 2, 0 })]
    [InlineData("a<x>  cat", new[] { 3, 7, 4, 0 })]
    public void The_most_probable_segmentation_is_taken(string text, int[] ids)
    {
        using var folder = new TemporaryFolder();
        // "▁acat" as one piece (-3) beats "▁a" + "cat" (-1 + -2.5) by half a nat.
        File.WriteAllText(
            folder.At("tokenizer.json"),
            """
            {"added_tokens": [{"id": 7, "content": "<x>", "rstrip": true}],
             "normalizer": null,
             "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"},
             "model": {"type": "Unigram", "unk_id": 2, "vocab": [
               ["</s>", 0], ["<pad>", 0], ["<unk>", 0], ["▁a", -1], ["▁cat", -2], ["▁acat", -3], ["▁", -4], ["<x>", 0], ["cat", -2.5]]}}
            """
        );
        Assert.Equal(ids, T5Tokenizer.Open(folder.Path).Encode(text));
    }

    [Fact]
    public void Any_text_has_ids_and_a_longer_limit_only_adds_some()
    {
        var source = Directory
            .EnumerateFiles(Fixtures.Root, "spiece.model", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .FirstOrDefault();
        Assert.SkipWhen(source is null, "No T5 tokenizer under this root.");
        var tokenizer = T5Tokenizer.Open(Path.GetDirectoryName(source)!);
        Gen.Select(Gen.String, Gen.Int[1, 50])
            .Sample(
                (text, length) =>
                {
                    var all = tokenizer.Encode(text);
                    Assert.Equal(tokenizer.EndToken, all[^1]);
                    Assert.All(all, id => Assert.InRange(id, 0, tokenizer.VocabularySize - 1));
                    var cut = tokenizer.Encode(text, length);
                    Assert.Equal(Math.Min(length, all.Length), cut.Length);
                    Assert.Equal(all[..(cut.Length - 1)], cut[..^1]);
                    Assert.Equal(
                        all.Length <= length,
                        tokenizer.CutFrom(text, length).Length == 0 && cut.Length == all.Length
                    );
                }
            );
    }

    [Fact]
    public void A_folder_without_a_tokenizer_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(folder.Path, Assert.Throws<InputException>(() => T5Tokenizer.Open(folder.Path)).Message);
        File.WriteAllBytes(folder.At("spiece.model"), [1, 2, 3]);
        Assert.Contains("spiece.model", Assert.Throws<InputException>(() => T5Tokenizer.Open(folder.Path)).Message);
        File.WriteAllText(folder.At("tokenizer.json"), """{"model": {"type": "BPE"}}""");
        Assert.Contains("BPE", Assert.Throws<InputException>(() => T5Tokenizer.Open(folder.Path)).Message);
    }

    private static int[] Ids(JsonElement list) => [.. list.EnumerateArray().Select(id => id.GetInt32())];

    /// <summary>The folder with only one of its two descriptions.</summary>
    [Theory]
    [InlineData("""{"type": "Replace", "pattern": {"Regex": "(a|aa)+$"}, "content": "x"}""", 1, "takes too long")]
    [InlineData("""{"type": "Replace", "pattern": {"Regex": "a"}, "content": "aa"}""", 40, "characters")]
    [InlineData("""{"type": "Replace", "pattern": {"String": "a"}, "content": "aa"}""", 40, "characters")]
    [InlineData("""{"type": "Replace", "pattern": {"String": ""}, "content": "aa"}""", 1, "an empty text")]
    public void Rules_that_would_take_all_time_or_memory_are_refused_by_the_file(string rule, int times, string said)
    {
        using var folder = Alone(Fixtures.At("tokenizers", "t5-tiny", "tokenizer"), "tokenizer.json");
        var file = folder.At("tokenizer.json");
        var json = JsonNode.Parse(File.ReadAllText(file))!;
        json["normalizer"] = new JsonObject
        {
            ["type"] = "Sequence",
            ["normalizers"] = new JsonArray([.. Enumerable.Range(0, times).Select(_ => JsonNode.Parse(rule))]),
        };
        File.WriteAllText(file, json.ToJsonString());
        var error = Assert.Throws<InputException>(() =>
            T5Tokenizer.Open(folder.Path).Encode(new string('a', 40) + "b")
        );
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""["a"]""")]
    [InlineData("""["a", 1, 2]""")]
    [InlineData("7")]
    public void An_entry_of_the_vocabulary_is_a_piece_with_a_score(string entry)
    {
        using var folder = Alone(Fixtures.At("tokenizers", "t5-tiny", "tokenizer"), "tokenizer.json");
        var file = folder.At("tokenizer.json");
        var root = JsonNode.Parse(File.ReadAllText(file))!;
        root["model"]!["vocab"]![7] = JsonNode.Parse(entry);
        File.WriteAllText(file, root.ToJsonString());
        var error = Assert.Throws<InputException>(() => T5Tokenizer.Open(folder.Path));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    /// <summary>Null in place of any text of the file is a fault of the file.</summary>
    [Theory]
    [InlineData("added_tokens", "0", "content")]
    [InlineData("model", "vocab", "7", "0")]
    [InlineData("model", "vocab", "7")]
    public void Null_is_no_text(params string[] place)
    {
        using var folder = Alone(Fixtures.At("tokenizers", "t5-tiny", "tokenizer"), "tokenizer.json");
        var file = folder.At("tokenizer.json");
        var root = JsonNode.Parse(File.ReadAllText(file))!;
        var at = root;
        foreach (var step in place[..^1])
        {
            at = at is JsonArray list ? list[int.Parse(step)]! : at[step]!;
        }

        if (at is JsonArray all)
        {
            all[int.Parse(place[^1])] = null;
        }
        else
        {
            at[place[^1]] = null;
        }

        File.WriteAllText(file, root.ToJsonString());
        var error = Assert.Throws<InputException>(() => T5Tokenizer.Open(folder.Path));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_piece_needs_a_probability()
    {
        using var folder = Alone(Fixtures.At("tokenizers", "t5-tiny", "tokenizer"), "tokenizer.json");
        var file = folder.At("tokenizer.json");
        var json = JsonNode.Parse(File.ReadAllText(file))!;
        json["model"]!["vocab"]![5]![1] = "@";
        File.WriteAllText(file, json.ToJsonString().Replace("\"@\"", "-1e999", StringComparison.Ordinal));
        var error = Assert.Throws<InputException>(() => T5Tokenizer.Open(folder.Path));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    private static TemporaryFolder Alone(string source, string file)
    {
        var copy = new TemporaryFolder();
        foreach (var other in new[] { file, "tokenizer_config.json", "special_tokens_map.json" })
        {
            if (File.Exists(Path.Combine(source, other)))
            {
                File.Copy(Path.Combine(source, other), copy.At(other));
            }
        }

        return copy;
    }
}
