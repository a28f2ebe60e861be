using System.Diagnostics;
using System.Text.Json;
using Semblance.Tensors;

namespace Semblance.Cli.Tests.Commands;

/// <summary>The built program on real files: from images to JSON, again, and again after Ctrl+C.</summary>
[Trait("speed", "slow")]
public sealed class ScoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>Cases of the fixtures that hold a whole model and image files.</summary>
    public static IEnumerable<TheoryDataRow<string>> ModelsWithImages =>
        Directory.Exists(Fixtures.At("clip"))
            ? Fixtures.Cases("clip").Where(row => Directory.Exists(Fixtures.At("clip", row.Data, "images")))
            : [];

    public void Dispose() => folder.Dispose();

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(ModelsWithImages))]
    public async Task Image_files_and_a_CLIP_checkpoint_give_the_score_of_the_reference_embeddings(string name)
    {
        string[] images =
        [
            .. Directory.EnumerateFiles(Fixtures.At("clip", name, "images")).Order(StringComparer.Ordinal),
        ];
        const string Prompt = "a \"fox\" & 狐 🦊";
        foreach (var image in images)
        {
            Directory.CreateDirectory(folder.At("images", "some model", Prompt));
            File.Copy(image, folder.At("images", "some model", Prompt, Path.GetFileName(image)));
        }

        var run = await ScoreAsync("images", "--encoder", Fixtures.At("clip", name, "model"), "--format", "json");

        Assert.True(run.Code == 0, run.Error);
        using JsonDocument json = JsonDocument.Parse(run.Output);
        var set = Assert.Single(json.RootElement.GetProperty("sets").EnumerateArray());
        Assert.Equal("semblance.scores/1", json.RootElement.GetProperty("schema").GetString());
        Assert.Equal("some model", set.GetProperty("model").GetString());
        Assert.Equal(Prompt, set.GetProperty("prompt").GetString());
        Assert.Equal(images.Length, set.GetProperty("images").GetInt32());
        using SafeTensorsFile expected = SafeTensorsFile.Open(Fixtures.At("clip", name, "expected.safetensors"));
        var unit = expected.ReadFloat32("image_embeds_unit");
        var dimension = unit.Length / images.Length;
        // "2e-5 on unit vectors" for every number; the cosine of two such vectors can move by twice their length.
        var tolerance = 100 * 2 * 2e-5 * Math.Sqrt(dimension);
        Assert.Equal(PlainScore(unit, dimension), set.GetProperty("scs").GetDouble(), tolerance);
        Assert.Equal(dimension, json.RootElement.GetProperty("encoder").GetProperty("dimension").GetInt32());
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(ModelsWithImages))]
    public async Task Two_encoders_give_what_each_gives_alone_and_are_compared(string name)
    {
        foreach (
            var (model, prompt) in from m in new[] { "one", "two" }
            from p in new[] { "a", "b", "c" }
            select (m, p)
        )
        {
            Set(model, prompt, 3 * (model.Length + prompt[0]), (3 * (model.Length + prompt[0])) + (prompt[0] % 2) + 1);
        }

        var clip = Fixtures.At("clip", name, "model");
        var both = await ScoreAsync("images", "--encoder", "builtin", "--encoder", clip, "--format", "json");
        Assert.True(both.Code == 0, both.Error);
        using JsonDocument json = JsonDocument.Parse(both.Output);
        var alone = new[] { "builtin", clip };
        var root = json.RootElement;
        foreach (var (encoder, found) in alone.Zip([root, root.GetProperty("others")[0]]))
        {
            var run = await ScoreAsync(
                "images",
                "--encoder",
                encoder,
                "--run",
                $"alone-{encoder.Length}",
                "--format",
                "json"
            );
            using JsonDocument single = JsonDocument.Parse(run.Output);
            Assert.True(JsonElement.DeepEquals(single.RootElement.GetProperty("sets"), found.GetProperty("sets")));
            Assert.Equal(JsonValueKind.Null, single.RootElement.GetProperty("others").ValueKind);
        }

        var csv = await ScoreAsync("images", "--encoder", "builtin", "--encoder", clip, "--format", "csv");
        Assert.Equal(12, csv.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length - 1);
        Assert.Contains("all embedded before", csv.Error, StringComparison.Ordinal);
        var compared = await ProgramRun.OfAsync(folder.Path, ["compare", "--format", "json"]);
        Assert.True(compared.Code == 0, compared.Error);
        using JsonDocument comparison = JsonDocument.Parse(compared.Output);
        Assert.Equal("builtin", comparison.RootElement.GetProperty("encoder_name").GetString());
        Assert.Equal(2, comparison.RootElement.GetProperty("encoders").GetProperty("findings").GetArrayLength());
        var one = await ProgramRun.OfAsync(folder.Path, ["compare", "--encoder", "builtin", "--format", "json"]);
        using JsonDocument alone1 = JsonDocument.Parse(one.Output);
        Assert.Equal(JsonValueKind.Null, alone1.RootElement.GetProperty("encoders").ValueKind);
    }

    /// <summary>ONNX Runtime's published builds send events and keep a device id unless they are told not to.</summary>
    [Fact]
    public async Task Nothing_is_left_in_the_user_s_folder_by_the_libraries()
    {
        Set("m", "foxes", 1, 2);
        var home = folder.At("home");
        Directory.CreateDirectory(home);
        var run = await ProgramRun.OfAsync(
            folder.Path,
            ["score", "images", "--encoder", "builtin"],
            new Dictionary<string, string>
            {
                ["HOME"] = home,
                ["XDG_CACHE_HOME"] = folder.At("home", "cache"),
                // Build machines are left alone in any case.
                ["CI"] = "",
                ["GITHUB_ACTIONS"] = "",
                ["TF_BUILD"] = "",
            }
        );
        Assert.True(run.Code == 0, run.Error);
        Assert.DoesNotContain(
            Directory
                .EnumerateFiles(home, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(home, file)),
            file => !file.StartsWith(Path.Combine("cache", "semblance"), StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_second_run_embeds_nothing_and_says_the_same()
    {
        Set("m", "foxes", 1, 2, 3);
        Set("m", "cats", 4, 5);
        var first = await ScoreAsync("images", "--encoder", "builtin", "--format", "json");
        Assert.True(first.Code == 0, first.Error);
        Assert.Contains("5 embedded now", first.Error, StringComparison.Ordinal);
        string[] before = [.. EmbeddingFiles()];
        var second = await ScoreAsync("images", "--encoder", "builtin", "--format", "json");
        Assert.Equal(0, second.Code);
        Assert.Contains("all embedded before", second.Error, StringComparison.Ordinal);
        Assert.Equal(first.Output, second.Output);
        Assert.Equal(before, EmbeddingFiles());
    }

    [Fact]
    public async Task The_table_goes_to_standard_output_and_the_caution_with_it()
    {
        Set("m", "foxes", 1, 2, 3);
        var run = await ScoreAsync("images", "--encoder", "builtin");
        Assert.Equal(0, run.Code);
        Assert.Contains("95% interval", run.Output, StringComparison.Ordinal);
        Assert.Contains("not the paper's CLIP score", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
        Assert.DoesNotContain("95% interval", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quiet_says_nothing_beside_the_results()
    {
        Set("m", "foxes", 1, 2, 3);
        Set("m", "single", 4);
        var run = await ScoreAsync("images", "--encoder", "builtin", "--quiet", "--format", "csv");
        Assert.Equal(0, run.Code);
        Assert.Equal("", run.Error);
        Assert.Equal(2, run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task The_locale_changes_no_byte()
    {
        Set("m", "foxes", 1, 2, 3);
        string[] arguments = ["score", "images", "--encoder", "builtin", "--quiet", "--explain"];
        var plain = await ProgramRun.OfAsync(folder.Path, arguments);
        Assert.True(plain.Code == 0, plain.Error);
        foreach (var locale in (string[])["de_DE.UTF-8", "tr_TR.UTF-8", "ar_SA.UTF-8"])
        {
            var local = await ProgramRun.OfAsync(
                folder.Path,
                arguments,
                new Dictionary<string, string> { ["LC_ALL"] = locale, ["LANG"] = locale }
            );
            Assert.Equal(plain.Output, local.Output);
        }
    }

    [Fact]
    public async Task Output_goes_to_a_file_when_asked()
    {
        Set("m", "foxes", 1, 2, 3);
        var run = await ScoreAsync("images", "--encoder", "builtin", "--format", "json", "-o", "scores.json");
        Assert.True(run.Code == 0, run.Error);
        Assert.Equal("", run.Output);
        using JsonDocument json = JsonDocument.Parse(
            await File.ReadAllTextAsync(folder.At("scores.json"), TestContext.Current.CancellationToken)
        );
        Assert.Equal(1, json.RootElement.GetProperty("models").GetArrayLength());
    }

    [Fact]
    public async Task Ctrl_C_keeps_the_work_and_the_next_run_ends_as_if_nothing_had_happened()
    {
        Assert.SkipUnless(File.Exists("/bin/kill"), "Needs a signal.");
        const int Count = 200;
        Set("m", "foxes", [.. Enumerable.Range(0, Count)]);
        string[] arguments = ["score", "images", "--encoder", "builtin", "--format", "json"];
        var cut = await ProgramRun.OfAsync(
            folder.Path,
            arguments,
            onErrorLine: (process, line) =>
            {
                if (line.StartsWith("embedding 0/", StringComparison.Ordinal))
                {
                    Thread.Sleep(800);
                    using Process kill = Process.Start("/bin/kill", ["-INT", $"{process.Id}"]);
                    kill.WaitForExit();
                }
            }
        );
        Assert.Equal(130, cut.Code);
        Assert.Equal("", cut.Output);
        Assert.Contains("run the same command again", cut.Error, StringComparison.Ordinal);
        Assert.DoesNotMatch(ProgramRun.StackTrace, cut.Error);

        var resumed = await ProgramRun.OfAsync(folder.Path, arguments);
        Assert.True(resumed.Code == 0, resumed.Error);
        var whole = await ProgramRun.OfAsync(folder.Path, [.. arguments, "--run", "other"]);
        Assert.Equal(whole.Output, resumed.Output);
    }

    /// <summary>The definition: 100 cos of every pair, none below 0, averaged.</summary>
    private static double PlainScore(float[] unit, int dimension)
    {
        var count = unit.Length / dimension;
        List<double> pairs = [];
        for (var i = 0; i < count; i++)
        {
            for (var j = i + 1; j < count; j++)
            {
                double dot = 0;
                for (var k = 0; k < dimension; k++)
                {
                    dot += (double)unit[(i * dimension) + k] * unit[(j * dimension) + k];
                }

                pairs.Add(Math.Max(0, 100 * dot));
            }
        }

        return pairs.Average();
    }

    private void Set(string model, string prompt, params int[] seeds)
    {
        foreach (var seed in seeds)
        {
            TestImage.Write(seed, folder.Path, "images", model, prompt, $"{seed}.png");
        }
    }

    private IEnumerable<string> EmbeddingFiles() =>
        Directory
            .EnumerateFiles(folder.At("semblance-run", "embeddings"), "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(file => $"{file} {File.GetLastWriteTimeUtc(file).Ticks}");

    private Task<ProgramRun> ScoreAsync(params string[] arguments) =>
        ProgramRun.OfAsync(folder.Path, ["score", .. arguments]);
}
