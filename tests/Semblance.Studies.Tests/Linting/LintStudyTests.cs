using System.Text.Json.Nodes;
using Semblance.Imaging.Formats;
using Semblance.Studies.Linting;

namespace Semblance.Studies.Tests.Linting;

public sealed class LintStudyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_good_data_set_has_no_findings()
    {
        Good();
        var report = await LintAsync();
        Assert.Empty(report.Findings);
        Assert.Equal((16, 2, 2), (report.Images, report.Models, report.Prompts));
    }

    [Theory]
    [InlineData("missing-seeds", Severity.Warning)]
    [InlineData("unequal-sets", Severity.Warning)]
    [InlineData("tiny-sets", Severity.Error)]
    [InlineData("unmatched-prompts", Severity.Warning)]
    [InlineData("mixed-sizes", Severity.Warning)]
    [InlineData("other-size-between-models", Severity.Warning)]
    [InlineData("other-aspect-between-models", Severity.Warning)]
    [InlineData("mixed-formats", Severity.Warning)]
    [InlineData("other-format-between-models", Severity.Warning)]
    [InlineData("mixed-jpeg-quality", Severity.Warning)]
    [InlineData("other-jpeg-quality-between-models", Severity.Warning)]
    [InlineData("orientation-tags", Severity.Warning)]
    [InlineData("several-frames", Severity.Note)]
    [InlineData("equal-images", Severity.Error)]
    [InlineData("near-equal-images", Severity.Warning)]
    [InlineData("equal-images-between-sets", Severity.Warning)]
    [InlineData("black-images", Severity.Error)]
    [InlineData("blank-images", Severity.Error)]
    [InlineData("constant-regions", Severity.Warning)]
    [InlineData("broken-files", Severity.Error)]
    [InlineData("colour-profiles", Severity.Note)]
    [InlineData("mixed-recipes", Severity.Error)]
    [InlineData("colliding-names", Severity.Warning)]
    public async Task Each_fault_is_found_and_says_why_and_what_to_do(string id, Severity severity)
    {
        Good();
        Break(id);
        var finding = Assert.Single((await LintAsync()).Findings, finding => finding.Id == id);
        Assert.Equal(severity, finding.Severity);
        Assert.True(finding.Count >= 1);
        Assert.NotEmpty(finding.Examples);
        Assert.All((string[])[finding.What, finding.Why, finding.Fix], sentence => Assert.EndsWith(".", sentence));
    }

    [Fact]
    public async Task Prompts_of_a_study_are_looked_at_before_there_is_an_image()
    {
        var study = _folder.Write(
            """
            prompts:
              - a red fox in the deep snow of the mountains
              - a red fox in the deep snow of the hills
              - A red fox, in the deep snow of the HILLS
              - a lighthouse
            seeds: 1..2
            models: [{ id: a, painter: steady }]
            """,
            "study.yaml"
        );
        var report = await LintStudy.RunAsync([study], 0, new StudyHost(), null, TestContext.Current.CancellationToken);
        Assert.Equal(["equal-prompts", "variant-prompts"], report.Findings.Select(finding => finding.Id).Order());
        Assert.Contains("3: ", report.Findings.First(finding => finding.Id == "variant-prompts").Examples[0]);
    }

    [Fact]
    public async Task Rows_of_a_table_without_a_path_are_found()
    {
        Good();
        var lines = Enumerable.Range(1, 4).Select(seed => $"images/one/a fox/{seed}.png,a fox,{seed}");
        var table = _folder.Write($"path,prompt,seed\n{string.Join('\n', lines)}\n,a fox,5\n", "images.csv");
        var report = await LintStudy.RunAsync([table], 0, new StudyHost(), null, TestContext.Current.CancellationToken);
        var finding = Assert.Single(report.Findings, finding => finding.Id == "unusable-rows");
        Assert.Equal((Severity.Error, 1), (finding.Severity, finding.Count));
        Assert.Contains("images.csv", Assert.Single(finding.Examples));
        Assert.Equal(4, report.Images);
    }

    [Fact]
    public void Prompts_that_are_cut_and_those_that_are_equal_to_the_encoder_are_found()
    {
        using var encoder = new FakeEncoder { MostTokens = 12 };
        var findings = PromptChecks
            .Of(["a fox", "A FOX", "a fox in the deep snow"], encoder.ReadText)
            .OfType<LintFinding>();
        var cut = Assert.Single(findings, finding => finding.Id == "long-prompts");
        Assert.Equal((Severity.Warning, 1), (cut.Severity, cut.Count));
        Assert.Equal(["\"a fox in the deep snow\""], cut.Examples);
        Assert.Contains("\"A FOX\"", Assert.Single(findings, finding => finding.Id == "equal-prompts").Examples[0]);
    }

    [Fact]
    public async Task The_worst_comes_first_and_the_json_has_all()
    {
        Good();
        Break("black-images");
        Break("colour-profiles");
        var report = await LintAsync();
        Assert.Equal(
            report.Findings.OrderByDescending(finding => finding.Severity).Select(finding => finding.Id),
            report.Findings.Select(finding => finding.Id)
        );
        var json = JsonNode.Parse(report.ToJson())!;
        Assert.Equal("semblance.lint/1", $"{json["schema"]}");
        Assert.Equal("error", $"{json["lint"]!["findings"]![0]!["severity"]}");
    }

    [Theory]
    [InlineData(30)]
    [InlineData(75)]
    [InlineData(95)]
    public void The_quality_of_a_jpeg_is_read_from_its_tables(int quality)
    {
        using var image = NetVips.Image.NewFromBuffer(FakePicture.Png("m", "p", 1, 64, 64));
        Assert.InRange(FileFacts.Read(image.JpegsaveBuffer(q: quality)).Quality!.Value, quality - 1, quality + 1);
    }

    public void Dispose() => _folder.Dispose();

    private void Good()
    {
        foreach (var model in (string[])["one", "two"])
        {
            foreach (var prompt in (string[])["a fox", "a house"])
            {
                for (var seed = 1; seed <= 4; seed++)
                {
                    Put(model, prompt, seed, FakePicture.Png(model, prompt, seed, 64, 64));
                }
            }
        }
    }

    private void Break(string id)
    {
        byte[] Png(int seed, int width = 64, int height = 64) => FakePicture.Png("x", "y", seed, width, height);
        switch (id)
        {
            case "missing-seeds" or "unequal-sets":
                File.Delete(_folder.At("images", "one", "a fox", "3.png"));
                break;
            case "tiny-sets":
                Put("one", "a ship", 1, Png(1));
                Put("two", "a ship", 1, Png(2));
                break;
            case "unmatched-prompts":
                Put("one", "a ship", 1, Png(1));
                Put("one", "a ship", 2, Png(2));
                break;
            case "mixed-sizes":
                Put("one", "a fox", 1, Png(1, 128, 128));
                break;
            case "other-size-between-models" or "other-aspect-between-models":
                foreach (var file in Directory.GetFiles(_folder.At("images", "two"), "*", SearchOption.AllDirectories))
                {
                    File.WriteAllBytes(file, FakePicture.Png("two", file, 1, 128, 64));
                }

                break;
            case "mixed-formats":
                Put("one", "a fox", 1, FakePicture.Jpeg("one", "a fox", 1, 64, 64), "jpg");
                File.Delete(_folder.At("images", "one", "a fox", "1.png"));
                break;
            case "other-format-between-models" or "mixed-jpeg-quality":
                foreach (var file in Directory.GetFiles(_folder.At("images", "two"), "*", SearchOption.AllDirectories))
                {
                    using var image = NetVips.Image.NewFromFile(file);
                    File.WriteAllBytes(
                        Path.ChangeExtension(file, "jpg"),
                        image.JpegsaveBuffer(q: file.Contains("1.png", StringComparison.Ordinal) ? 40 : 90)
                    );
                    File.Delete(file);
                }

                break;
            case "other-jpeg-quality-between-models":
                foreach (var file in Directory.GetFiles(_folder.At("images"), "*.png", SearchOption.AllDirectories))
                {
                    using var image = NetVips.Image.NewFromFile(file);
                    var isOne = file.StartsWith(_folder.At("images", "one"), StringComparison.Ordinal);
                    File.WriteAllBytes(Path.ChangeExtension(file, "jpg"), image.JpegsaveBuffer(q: isOne ? 90 : 60));
                    File.Delete(file);
                }

                break;
            case "orientation-tags":
                using (var image = NetVips.Image.NewFromFile(_folder.At("images", "one", "a fox", "4.png")))
                using (var tagged = image.Mutate(one => one.Set(NetVips.GValue.GIntType, "orientation", 6)))
                {
                    Put("one", "a fox", 4, tagged.JpegsaveBuffer(q: 95), "jpg");
                    File.Delete(_folder.At("images", "one", "a fox", "4.png"));
                }

                break;
            case "several-frames":
                using (var image = NetVips.Image.NewFromFile(_folder.At("images", "one", "a fox", "4.png")))
                using (var frames = image.Mutate(one => one.Set(NetVips.GValue.GIntType, "page-height", 32)))
                {
                    Put("one", "a fox", 4, frames.WebpsaveBuffer(lossless: true), "webp");
                    File.Delete(_folder.At("images", "one", "a fox", "4.png"));
                }

                break;
            case "equal-images":
                File.Copy(
                    _folder.At("images", "one", "a fox", "1.png"),
                    _folder.At("images", "one", "a fox", "2.png"),
                    overwrite: true
                );
                break;
            case "near-equal-images":
                var pixels = FakePicture.Pixels("one", "a fox", 1, 64, 64);
                pixels[0] ^= 1;
                Put("one", "a fox", 2, PngWriter.Write(pixels, 64, 64));
                break;
            case "equal-images-between-sets":
                File.Copy(
                    _folder.At("images", "one", "a fox", "1.png"),
                    _folder.At("images", "one", "a house", "1.png"),
                    overwrite: true
                );
                break;
            case "black-images":
                Put("one", "a fox", 1, FakePicture.Black(64, 64));
                break;
            case "blank-images":
                Put("one", "a fox", 1, PngWriter.Write([.. Enumerable.Repeat((byte)200, 64 * 64 * 3)], 64, 64));
                break;
            case "constant-regions":
                foreach (var file in Directory.GetFiles(_folder.At("images", "two"), "*", SearchOption.AllDirectories))
                {
                    var drawn = ImageDecoder.Decode(File.ReadAllBytes(file)).Samples;
                    for (var y = 50; y < 62; y++)
                    {
                        for (var x = 40; x < 62; x++)
                        {
                            drawn.AsSpan(((y * 64) + x) * 3, 3).Fill(250);
                        }
                    }

                    File.WriteAllBytes(file, PngWriter.Write(drawn, 64, 64));
                }

                break;
            case "broken-files":
                var half = File.ReadAllBytes(_folder.At("images", "one", "a fox", "1.png"));
                Put("one", "a fox", 1, half[..(half.Length / 2)]);
                break;
            case "colour-profiles":
                using (var image = NetVips.Image.NewFromFile(_folder.At("images", "one", "a fox", "4.png")))
                {
                    Put("one", "a fox", 4, image.PngsaveBuffer(profile: "srgb"));
                }

                break;
            case "mixed-recipes":
                for (var seed = 1; seed <= 4; seed++)
                {
                    var text = $"a fox\nSteps: {(seed < 3 ? 20 : 30)}, Sampler: Euler, Seed: {seed}";
                    Put(
                        "one",
                        "a fox",
                        seed,
                        PngWriter.Write(
                            FakePicture.Pixels("one", "a fox", seed, 64, 64),
                            64,
                            64,
                            [new("parameters", text)]
                        )
                    );
                }

                break;
            case "colliding-names":
                Put("one", "what is this?", 1, Png(1));
                Put("one", "what is this?", 2, Png(2));
                break;
        }
    }

    private void Put(string model, string prompt, int seed, byte[] bytes, string extension = "png") =>
        File.WriteAllBytes(_folder.For("images", model, prompt, $"{seed}.{extension}"), bytes);

    private Task<LintReport> LintAsync() =>
        LintStudy.RunAsync([_folder.At("images")], 0, new StudyHost(), null, TestContext.Current.CancellationToken);
}
