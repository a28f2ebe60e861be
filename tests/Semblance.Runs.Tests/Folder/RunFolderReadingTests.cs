using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;

namespace Semblance.Runs.Tests.Folder;

/// <summary><c>old-run</c> was written by the program before its files became typed records; docs/run-folder.md shows how it is read.</summary>
public sealed class RunFolderReadingTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void An_old_run_folder_is_read()
    {
        var run = RunFolder.Open(OldRun());

        var manifest = run.ReadManifest();
        Assert.True(manifest.PromptsAreRaw);
        Assert.Equal(["org/one", "two"], manifest.Models);
        Assert.Equal(("builtin", 1280), (manifest.Encoders[0].Name, manifest.Encoders[0].Dimension));
        Assert.Equal("2", manifest.RecipeOf("org/one")!.Parts.First(part => part.Key == "steps").Value);
        Assert.Equal("3", manifest.RecipeOf("two")!.Parts.First(part => part.Key == "steps").Value);
        Assert.All(
            manifest.Plans,
            plan => Assert.Equal([new("a red fox", "0..1"), new("what, \"two\" 🐈?", "0..1")], plan.Prompts)
        );

        var images = run.ReadImages();
        Assert.Equal(8, images.Count);
        Assert.All(images, image => Assert.True(File.Exists(run.PathOf(image))));
        Assert.All(images, image => Assert.Equal((16, 16), (image.Width, image.Height)));

        var embeddings = run.ReadEmbeddings(manifest.Encoders[0]).ToDictionary(embedding => embedding.Sha256);
        Assert.Equal(images.Select(image => image.Sha256!).Order(), embeddings.Keys.Order());
        Assert.All(
            embeddings.Values,
            embedding => Assert.Equal(1, embedding.Vector.ToArray().Sum(value => (double)value * value), 1e-5)
        );

        var scores = run.ReadScores();
        Assert.Equal(4, scores.Count);
        // Two images: the score of a set is the similarity of its only pair.
        var set = scores.First(score => score.Set is { Model: "two", Prompt: "a red fox" }).Set;
        float[][] pair =
        [
            .. images
                .Where(image => image is { Model: "two", Prompt: "a red fox" })
                .Select(image => embeddings[image.Sha256!].Vector.ToArray()),
        ];
        Assert.Equal(100 * pair[0].Zip(pair[1], (a, b) => (double)a * b).Sum(), set.Scs, 1e-4);

        var comparison = run.ReadComparison()!;
        Assert.Equal(["org/one", "two"], comparison.Models.Select(model => model.Model));
        Assert.Equal(2, comparison.Prompts);
        Assert.Equal(set.Scs, comparison.PerPrompt.First(prompt => prompt.Prompt == set.Prompt).Scores[1]);
    }

    [Fact]
    public void What_is_read_is_written_again_byte_for_byte()
    {
        var run = new RunFolder(Copy());
        var manifest = run.ReadManifest();
        var before = File.ReadAllText(_place.At("run", "run.json"));
        var comparison = run.ReadComparison()!;
        // The old run was compared before comparisons spoke of people and of what prompts have in common.
        var written = Formats.JsonText.Of(comparison, FolderJson.Default.StoredComparison);
        foreach (
            var field in new[]
            {
                "human",
                "encoders",
                "simultaneous",
                "rank",
                "clusters",
                "error",
                "p_dependent",
                "robust_t",
                "seeds_common",
                "calibrated_own",
                "floor",
            }
        )
        {
            written = Regex.Replace(written, $",\n *\"{field}\": null", "", RegexOptions.None, TimeSpan.FromSeconds(1));
        }

        written = written.Replace(",\n  \"seed_design\": \"unknown\"", "", StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(_place.At("run", "comparison.json")), written);

        ManifestFile.Add(run, manifest.Encoders[0] with { Precision = "other" }, [], promptsAreRaw: true);
        Assert.NotEqual(before, File.ReadAllText(_place.At("run", "run.json")));
        var json = JsonNode.Parse(File.ReadAllText(_place.At("run", "run.json")))!;
        json["encoders"]!.AsArray().RemoveAt(1);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(before), json));
    }

    [Fact]
    public void Run_json_keeps_fields_that_it_does_not_know()
    {
        var run = new RunFolder(Copy());
        var path = _place.At("run", "run.json");
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        json["later"] = JsonNode.Parse("""{"a": [1, 2.50, "é"], "b": null}""");
        json["encoders"]![0]!["note"] = "kept";
        json["recipes"]!["two"]!["loras"] = JsonNode.Parse("""[{"scale": 0.5}]""");
        json["plans"]!["two"]![0]!["negative"] = "blurry";
        File.WriteAllText(path, json.ToJsonString());

        var manifest = run.ReadManifest();
        ManifestFile.Add(run, manifest.Encoders[0] with { Precision = "other" }, ["three"], promptsAreRaw: true);
        var plan = new ModelPlan("two", [new("a red fox", "7"), new("new", "7")]);
        ManifestFile.Add(run, manifest.RecipeOf("two")!, plan);

        var after = JsonNode.Parse(File.ReadAllText(path))!;
        Assert.True(JsonNode.DeepEquals(json["later"], after["later"]));
        Assert.Contains("2.50", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.True(JsonNode.DeepEquals(json["encoders"]![0], after["encoders"]![0]));
        Assert.True(JsonNode.DeepEquals(json["recipes"], after["recipes"]));
        Assert.Equal(["org/one", "three", "two"], after["models"]!.AsArray().Select(model => (string?)model));
        Assert.Equal(
            [("0..1,7", "blurry"), ("0..1", "blurry"), ("7", null)],
            after["plans"]!["two"]!.AsArray().Select(group => ((string)group!["seeds"]!, (string?)group["negative"]))
        );
        Assert.Equal(["0..1,7", "0..1", "7"], run.ReadManifest().Plans[1].Prompts.Select(prompt => prompt.Seeds));
    }

    [Theory]
    [InlineData("", "is not valid JSON")]
    [InlineData("{\"schema\": ", "is not valid JSON")]
    [InlineData("null", "missing or of the wrong kind")]
    [InlineData("{\"schema\": \"semblance.run/1\"}", "missing or of the wrong kind")]
    [InlineData("{\"schema\": \"semblance.run/2\"}", "missing or of the wrong kind")]
    [InlineData("{\"schema\":\"semblance.run/1\",\"prompts_are_raw\":true,\"models\":1,\"encoders\":[]}", "wrong kind")]
    [InlineData(
        "{\"schema\":\"semblance.run/1\",\"prompts_are_raw\":true,\"models\":[],\"encoders\":[{}]}",
        "wrong kind"
    )]
    [InlineData(
        "{\"schema\":\"semblance.run/9\",\"prompts_are_raw\":true,\"models\":[],\"encoders\":[]}",
        "another version"
    )]
    [InlineData(
        "{\"schema\":\"semblance.run/1\",\"prompts_are_raw\":true,\"models\":[],\"encoders\":[],\"plans\":{\"m\":[{\"seeds\":\"x\",\"prompts\":[]}]}}",
        "wrong kind"
    )]
    public void A_damaged_run_json_is_refused_in_one_sentence(string content, string says)
    {
        if (content.Contains("\"x\"", StringComparison.Ordinal))
        {
            content = content.Replace("[]}]}", "[\"p\"]}]}", StringComparison.Ordinal);
        }

        _place.File("run/run.json", content);
        var error = Assert.Throws<InputException>(() => _place.Run().ReadManifest());
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.Contains("run.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_run_folders_are_opened()
    {
        _place.File("other/a.txt", "");
        var error = Assert.Throws<InputException>(() => RunFolder.Open(_place.At("other")));
        Assert.Contains("is not a run folder", error.Message, StringComparison.Ordinal);
        _place.File("lost/images.parquet", "");
        _place.File("lost/.cache/lock", "");
        error = Assert.Throws<InputException>(() => RunFolder.Open(_place.At("lost")));
        Assert.Contains("has lost its run.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_old_run_folder_is_an_input()
    {
        var input = Assert.IsType<ImageInput>(InputReader.Read([OldRun()]));
        Assert.True(input.PromptsAreRaw);
        Assert.Equal(8, input.Rows.Count);
    }

    /// <summary>The sample of docs/run-folder.md, line by line.</summary>
    [Fact]
    public void The_sample_of_the_page_reads_a_run_folder()
    {
        var path = OldRun();
        var output = new StringWriter();
        Sample(path, output);
        Assert.Contains("two: what, \"two\" 🐈?", output.ToString(), StringComparison.Ordinal);

        var here = File.ReadAllLines(Here()).Select(line => line.Trim()).ToArray();
        var code = here[(Array.IndexOf(here, "// sample") + 1)..Array.IndexOf(here, "// end of the sample")];
        var page = File.ReadAllText(Path.Combine(Folder(), "..", "..", "..", "docs", "run-folder.md"));
        var shown = page.Split("```csharp\n")[1].Split("```")[0].Split('\n').Select(line => line.Trim());
        Assert.Equal(
            code.Where(line => line.Length > 0),
            shown.Where(line => line.Length > 0 && !line.StartsWith("using Semblance", StringComparison.Ordinal))
        );
    }

    private static void Sample(string path, TextWriter output)
    {
        // sample
        var run = RunFolder.Open(path);
        var manifest = run.ReadManifest();
        foreach (var recipe in manifest.Recipes)
        {
            output.WriteLine($"{recipe.Model}: {string.Join(", ", recipe.Parts)}");
        }

        foreach (var score in run.ReadScores())
        {
            output.WriteLine($"{score.Set.Model}: {score.Set.Prompt} {score.Set.Scs:F2} ({score.Encoder})");
        }

        var embeddings = run.ReadEmbeddings(manifest.Encoders[0]).ToDictionary(embedding => embedding.Sha256);
        foreach (var image in run.ReadImages().Where(image => image.Sha256 is not null))
        {
            output.WriteLine($"{run.PathOf(image)}: {embeddings[image.Sha256!].Vector.Length} numbers");
        }

        output.WriteLine(run.ReadComparison()?.Verdict);
        // end of the sample
    }

    private static string OldRun() => Path.Combine(Folder(), "old-run");

    private static string Folder() => Path.GetDirectoryName(Here())!;

    private static string Here([CallerFilePath] string here = "") => here;

    private string Copy()
    {
        foreach (var file in Directory.EnumerateFiles(OldRun(), "*", SearchOption.AllDirectories))
        {
            var copy = _place.At("run", Path.GetRelativePath(OldRun(), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return _place.At("run");
    }
}
