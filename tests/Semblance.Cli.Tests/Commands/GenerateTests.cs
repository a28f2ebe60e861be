using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Semblance.Cli.Commands;
using Semblance.Imaging;
using Semblance.Imaging.Formats;
using Semblance.Models.Diffusion.Lora;
using Semblance.Models.Tests.Diffusion.Components;
using Semblance.Studies.Generating;

namespace Semblance.Cli.Tests.Commands;

/// <summary>The built program makes pictures with the tiny models of the fixtures.</summary>
[Trait("speed", "slow")]
public sealed class GenerateTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Sdxl => Fixtures.At("sdxl", "model");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Two_prompts_two_seeds_go_into_a_run_that_can_be_scored_and_nothing_is_made_twice()
    {
        string[] arguments = [.. Tiny, "--prompt", "a red cube", "--prompt", "été 🎈", "--seeds", "0..1"];
        var run = await GenerateAsync(arguments);
        Assert.True(run.Code == 0, run.Error);
        Assert.Equal(4, Pictures("png").Length);
        DateTime[] times = [.. Pictures("png").Select(File.GetLastWriteTimeUtc)];

        var again = await GenerateAsync(arguments);
        Assert.True(again.Code == 0, again.Error);
        Assert.Contains("all made before", again.Error, StringComparison.Ordinal);
        Assert.Equal(times, Pictures("png").Select(File.GetLastWriteTimeUtc));

        var score = await ProgramRun.OfAsync(
            folder.Path,
            ["score", "semblance-run", "--encoder", "builtin", "--format", "json"]
        );
        Assert.True(score.Code == 0, score.Error);
        using JsonDocument json = JsonDocument.Parse(score.Output);
        Assert.Equal(
            ["a red cube", "été 🎈"],
            json.RootElement.GetProperty("sets").EnumerateArray().Select(set => set.GetProperty("prompt").GetString())
        );
    }

    [Fact]
    public async Task A_model_in_one_file_makes_the_same_image_with_its_options_too()
    {
        OneFile.Write(folder.At("one.safetensors"), Sdxl);
        byte[]? Image(string run) =>
            Directory.Exists(folder.At(run))
                ? ImageDecoder
                    .Decode(
                        File.ReadAllBytes(
                            Directory
                                .EnumerateFiles(folder.At(run, "images"), "*.png", SearchOption.AllDirectories)
                                .Single()
                        )
                    )
                    .Samples
                : null;

        string[][] more =
        [
            [],
            ["--clip-skip", "1"],
            ["--vae", Path.Combine(Sdxl, "vae")],
        ];
        foreach (var (options, i) in more.Select((options, i) => (options, i)))
        {
            string[] asked = ["--prompt", "a red cube", "--seeds", "1", .. options];
            var whole = await GenerateAsync([.. Tiny, .. asked, "--run", $"folder{i}"]);
            var one = await GenerateAsync([
                .. With("--model", "one.safetensors"),
                .. asked,
                "--config",
                Sdxl,
                "--run",
                $"one{i}",
            ]);
            Assert.True(whole.Code == 0 && one.Code == 0, whole.Error + one.Error);
            Assert.Equal(Image($"folder{i}"), Image($"one{i}"));
        }

        Assert.NotEqual(Image("one0"), Image("one1"));
        Assert.Equal(Image("one0"), Image("one2"));
    }

    [Fact]
    public async Task A_dry_run_makes_nothing_and_an_estimate_says_how_long()
    {
        var dry = await GenerateAsync([.. Tiny, "--prompt", "a", "--dry-run"]);
        Assert.True(dry.Code == 0, dry.Error);
        Assert.Contains("20: 1 prompt x 20 seeds, 64x64, png", dry.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.At("semblance-run", "images")));
        var estimate = await GenerateAsync([.. Tiny, "--prompt", "a", "--estimate"]);
        Assert.True(estimate.Code == 0, estimate.Error);
        Assert.Matches(@"\b0:\d\d:\d\d \(h:mm:ss\) for 20 images", estimate.Output);
        Assert.Empty(Pictures("png"));
    }

    /// <summary>Programs inherit the signals that are ignored.</summary>
    private static bool IsIgnored(string signal)
    {
        var mask = File.ReadLines("/proc/self/status")
            .First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        var bits = ulong.Parse(mask[7..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (bits & (signal == "-HUP" ? 1UL : 2UL)) != 0;
    }

    [Theory]
    [InlineData("-INT")]
    [InlineData("-HUP")]
    public async Task Ctrl_C_and_a_closed_terminal_keep_what_is_finished_and_the_next_run_goes_on_to_the_same_pictures(
        string signal
    )
    {
        Assert.SkipWhen(IsIgnored(signal), "Who started the tests has this signal ignored, as nohup does.");
        string[] arguments = [.. With("--steps", "40"), "--prompt", "a red cube", "--seeds", "0..5"];
        var cut = await ProgramRun.OfAsync(
            folder.Path,
            ["generate", .. arguments],
            onErrorLine: (process, line) =>
            {
                if (line.StartsWith("generating", StringComparison.Ordinal))
                {
                    using var kill = Process.Start("kill", [signal, $"{process.Id}"])!;
                    kill.WaitForExit();
                }
            }
        );
        Assert.Equal(130, cut.Code);
        var resumed = await GenerateAsync(arguments);
        Assert.True(resumed.Code == 0, resumed.Error);
        var whole = await GenerateAsync([.. arguments, "--run", "other"]);
        Assert.True(whole.Code == 0, whole.Error);
        var files = Pictures("png");
        Assert.Equal(6, files.Length);
        foreach (var file in files)
        {
            var other = file.Replace("semblance-run", "other", StringComparison.Ordinal);
            Assert.Equal(await File.ReadAllBytesAsync(other, Token), await File.ReadAllBytesAsync(file, Token));
        }
    }

    [Fact]
    public async Task A_file_of_prompts_and_jpeg_as_the_paper_has_it()
    {
        await File.WriteAllTextAsync(folder.At("prompts.txt"), "a cat\n\n  a dog  \n", Token);
        var run = await GenerateAsync([.. Tiny, "--prompts", "prompts.txt", "--seeds", "3,5", "--format", "jpg"]);
        Assert.True(run.Code == 0, run.Error);
        Assert.Equal(["3.jpg", "5.jpg", "3.jpg", "5.jpg"], Pictures("jpg").Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_checkpoint_in_one_file_is_no_hub_id()
    {
        folder.Write("weights", "m", "x.ckpt");
        var run = await GenerateAsync(["--model", "m/x.ckpt", "--prompt", "a"]);
        Assert.Equal(3, run.Code);
        Assert.Contains("m/x.ckpt: refused: it is not a PyTorch zip archive", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompts_that_come_twice_are_told_and_made_once()
    {
        folder.Write("a cat\na dog\na cat\n", "prompts.txt");
        string[] arguments = [.. Tiny, "--prompts", "prompts.txt", "--prompt", "a dog", "--seeds", "3", "--dry-run"];
        var run = await GenerateAsync(arguments);
        Assert.Equal(0, run.Code);
        Assert.Contains("2: 2 prompts", run.Output, StringComparison.Ordinal);
        Assert.Contains("2 prompts given more than once, \"a dog\" first", run.Error, StringComparison.Ordinal);
        var quiet = await GenerateAsync([.. arguments, "--quiet"]);
        Assert.Equal((0, ""), (quiet.Code, quiet.Error));
    }

    [Theory]
    [InlineData(50)]
    [InlineData(80)]
    public async Task A_dry_run_stays_within_the_width(int width)
    {
        var run = await ProgramRun.OfAsync(
            folder.Path,
            ["generate", .. Tiny, "--prompt", "a", "--negative", "blurred, pale, out of focus", "--dry-run"],
            new Dictionary<string, string> { ["COLUMNS"] = $"{width}" }
        );
        Assert.Equal(0, run.Code);
        // A folder is not torn apart.
        Assert.All(
            run.Output.Split('\n').Where(line => !line.Contains('/', StringComparison.Ordinal)),
            line => Assert.InRange(line.Length, 0, width)
        );
        Assert.Contains("out of focus\"", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--prompt", "   ", 2, "nothing but spaces")]
    [InlineData("--seeds", "-1", 2, "-1 is negative")]
    [InlineData("--resolution-binning", "false", 2, "only PixArt does")]
    [InlineData("--prompts", ".", 3, "is a folder, not a file")]
    [InlineData("--seeds", "1,2,1", 2, "the seed 1 is given twice")]
    [InlineData("--seeds", "1,4294967297", 2, "modulo 2^32")]
    [InlineData("--steps", "0", 2, "--steps")]
    [InlineData("--steps", "2.5", 2, "a whole number of at least 1, not '2.5'")]
    [InlineData("--threads", "many", 2, "a whole number of at least 1, not 'many'")]
    [InlineData("--guidance", "1e40", 2, "--guidance")]
    [InlineData("--resolution-binning", "true", 2, "only PixArt does")]
    [InlineData("--model", "", 2, "--model")]
    [InlineData("--lora", "", 2, "--lora")]
    [InlineData("--run", " ", 2, "--run")]
    [InlineData("--lora", "F:abc", 2, "\"abc\" is not a scale")]
    [InlineData("--lora", "a/b.safetensors:", 2, "\"\" is not a scale")]
    [InlineData("--lora", "F:0,5", 2, "\"0,5\" is not a scale")]
    [InlineData("--lora", "F:nan", 2, "\"nan\" is not a scale")]
    [InlineData("--lora", "C:\\style.safetensors", 3, "C:\\style.safetensors does not exist")]
    [InlineData("--model", "m/x.ckpt", 3, "m/x.ckpt does not exist")]
    [InlineData("--model", "sdx", 2, "There is no model, folder or file 'sdx'; known names are sdxl,")]
    [InlineData("--vae", "no-such-vae", 3, "no-such-vae does not exist")]
    [InlineData("--clip-skip", "0", 2, "0")]
    [InlineData("--size", "60x64", 2, "64x64")]
    [InlineData("--size", "big", 2, "768x768")]
    [InlineData("--original-size", "big", 2, "--original-size: \"big\"")]
    [InlineData("--negative-crop", "3", 2, "--negative-crop: \"3\"")]
    [InlineData("--scheduler", "magic", 2, "euler")]
    [InlineData("--timestep-spacing", "odd", 2, "leading, trailing or linspace, not 'odd'")]
    [InlineData("--timesteps", "999,x", 2, "whole numbers of at least 0")]
    [InlineData("--prediction-type", "x0", 2, "epsilon, v_prediction or sample, not 'x0'")]
    [InlineData("--eta", "0.5", 2, "eta")]
    [InlineData("--guidance-rescale", "2", 2, "0 to 1")]
    [InlineData("--noise", "gpu", 2, "cpu or cuda")]
    [InlineData("--format", "webp", 2, "png, jpg or jpeg")]
    [InlineData("--preset", "paper", 2, "paper-sdxl")]
    [InlineData("--prompts", "none.txt", 3, "none.txt")]
    [InlineData("--model", "no/such/folder", 3, "no/such/folder")]
    [InlineData("--model", "nobody/nothing", 4, "nobody/nothing")]
    [InlineData("--lora", "none.safetensors:0.5", 3, "none.safetensors")]
    public async Task What_cannot_be_is_one_sentence(string option, string value, int code, string says)
    {
        string[] all = [.. Tiny, "--prompt", "a cat", "--seeds", "0"];
        var at = Array.IndexOf(all, option);
        var given = $"{option}={value}";
        string[] arguments = at < 0 ? [.. all, given] : [.. all[..at], given, .. all[(at + 2)..]];
        var error = await RefusedRun.ErrorOfAsync(folder.Path, code, ["generate", .. arguments]);
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.Empty(Pictures("png"));
    }

    /// <summary>The settings that the cards of few-step models ask for reach the pipeline.</summary>
    [Fact]
    public async Task A_dry_run_shows_the_settings_of_few_steps()
    {
        string[] model = ["generate", "--model", Sdxl, "--prompt", "a", "--seeds", "0", "--dry-run"];
        async Task<string> Page(params string[] more)
        {
            var run = await ProgramRun.OfAsync(folder.Path, [.. model, .. more]);
            Assert.True(run.Code == 0, run.Error);
            return run.Output;
        }

        var distilled = await Page("--scheduler", "tcd", "--timesteps", "800,400", "--eta", "1", "--guidance", "0");
        Assert.Contains("TCD, at 800 400, eta 1; 2 steps", distilled, StringComparison.Ordinal);
        var rescaled = await Page(
            "--scheduler",
            "dpmpp_2m_sde",
            "--timestep-spacing",
            "trailing",
            "--guidance-rescale",
            "0.7"
        );
        Assert.Contains("DPM-Solver++ SDE order 2, trailing; 20 steps", rescaled, StringComparison.Ordinal);
        Assert.Contains("5, rescaled by 0.7; negative prompt", rescaled, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run", "run is a file, not a folder")]
    [InlineData("run/images", "images is a file, not a folder")]
    [InlineData("run/images/model/a/0.png/in the way", "a folder of that name is in the way")]
    public async Task A_run_that_cannot_be_written_is_told_before_anything_is_made(string file, string says)
    {
        string[] arguments = [.. Tiny, "--prompt", "a", "--run", "run", "--name", "model", "--seeds"];
        if (file.EndsWith("in the way", StringComparison.Ordinal))
        {
            // Images without a run.json are refused for another reason.
            Assert.Equal(0, (await GenerateAsync([.. arguments, "1"])).Code);
        }

        folder.Write("x", file.Split('/'));
        foreach (var more in new[] { Array.Empty<string>(), ["--dry-run"] })
        {
            var run = await GenerateAsync([.. arguments, "0", .. more]);
            Assert.Equal(4, run.Code);
            Assert.Contains(says, run.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("generating", run.Error, StringComparison.Ordinal);
            Assert.Equal(more.Length > 0, run.Output.Contains("What would be made", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(100)]
    public async Task Progress_stays_on_one_line_of_the_terminal(int width)
    {
        const string script = "/usr/bin/script";
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(script), "Nothing makes a terminal here.");

        var run = await ProgramRun.OfShellAsync(
            folder.Path,
            $"TERM=xterm {script} -qec \"stty cols {width}; $(printf '%q ' \"$@\")\" /dev/null",
            ["generate", .. With("--steps", "60"), "--prompt", "a red cube", "--seeds", "0..5"]
        );

        Assert.True(run.Code == 0, run.Output);
        var lines = Escapes.Replace(run.Output, "\r").Split('\r', '\n');
        Assert.All(lines, line => Assert.InRange(line.TrimEnd().Length, 0, width - 1));
        Assert.Contains(lines, line => line.Contains("/6 images", StringComparison.Ordinal));
        // What is wrapped goes on with its end in the next line.
        Assert.DoesNotContain(lines, line => line.Trim() is "left" or "steps");
    }

    [Fact]
    public async Task Pictures_that_are_no_numbers_count_as_done()
    {
        var copy = Copy();
        var weights = Assert.Single(Directory.GetFiles(Path.Combine(copy, "unet"), "*.safetensors"));
        await using (var file = File.OpenWrite(weights))
        {
            // All bits set are NaN in every precision.
            file.Seek(-64, SeekOrigin.End);
            file.Write([.. Enumerable.Repeat((byte)0xFF, 64)]);
        }

        var run = await GenerateAsync([.. With("--model", copy), "--prompt", "a", "--seeds", "0..1"]);

        Assert.Equal(3, run.Code);
        Assert.Contains("2 images failed", run.Error, StringComparison.Ordinal);
        Assert.Contains("generating 2/2 images: 4/4 steps", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_run_refuses_is_refused_before_anything_is_made_and_by_a_dry_run_too()
    {
        var first = await GenerateAsync([.. Tiny, "--prompt", "a", "--seeds", "1"]);
        Assert.Equal(0, first.Code);
        Assert.Contains("generating 0/1 image: 0/2 steps", first.Error, StringComparison.Ordinal);
        (string[] Arguments, int Code, string Says)[] cases =
        [
            ([.. Tiny, "--seeds", "2", "--format", "jpg"], 3, "format: png before, jpg now"),
            ([.. With("--guidance", "3"), "--seeds", "2"], 3, "guidance: 7.5 before, 3 now"),
            ([.. Tiny, "--seeds", "4294967297"], 2, "modulo 2^32"),
            ([.. Tiny, "--seeds", "2,4294967298"], 2, "modulo 2^32"),
        ];
        foreach ((var arguments, var code, var says) in cases)
        {
            foreach (var more in new[] { Array.Empty<string>(), ["--dry-run"] })
            {
                var run = await GenerateAsync([.. arguments, "--prompt", "a", .. more]);
                Assert.Equal((code, ""), (run.Code, run.Output));
                Assert.Contains(says, run.Error, StringComparison.Ordinal);
                Assert.DoesNotContain("generating", run.Error, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_dry_run_says_what_sdxl_is_told()
    {
        var run = await GenerateAsync([
            .. Tiny,
            "--prompt",
            "a",
            "--dry-run",
            "--crop",
            "0,128",
            "--negative-original-size",
            "32x48",
        ]);
        Assert.True(run.Code == 0, run.Error);
        Assert.Contains("original 64x64, crop 0,128, target 64x64", run.Output, StringComparison.Ordinal);
        Assert.Contains("original 32x48, crop 0,0, target 64x64", run.Output, StringComparison.Ordinal);
        var other = await GenerateAsync([
            .. With("--model", Fixtures.At("sd15", "model")),
            "--prompt",
            "a",
            "--dry-run",
            "--crop",
            "0,128",
        ]);
        Assert.Equal(2, other.Code);
        Assert.Contains("only SDXL does", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_finds_what_would_end_the_run()
    {
        var copy = Copy();
        File.Delete(Path.Combine(copy, "tokenizer_2", "merges.txt"));
        var run = await GenerateAsync([.. With("--model", copy), "--prompt", "a", "--dry-run"]);
        Assert.Equal((3, ""), (run.Code, run.Output));
        Assert.Contains("merges.txt", run.Error, StringComparison.Ordinal);

        // As on a machine of 256 MiB; the needs are told all the same.
        string[] large = ["generate", .. With("--size", "1024x1024"), "--prompt", "a", "--dry-run"];
        var small = new Dictionary<string, string>() { ["DOTNET_GCHeapHardLimit"] = "10000000" };
        var memory = await ProgramRun.OfAsync(folder.Path, large, small);
        Assert.Equal(4, memory.Code);
        Assert.Contains("What it needs", memory.Output, StringComparison.Ordinal);
        Assert.Contains("of memory, and this machine has", memory.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await ProgramRun.OfAsync(folder.Path, [.. large, "--force"], small)).Code);
    }

    [Theory]
    [InlineData("style.safetensors", 0.6)]
    [InlineData("style.safetensors:0.25", 0.25)]
    public void The_fine_tune_of_the_paper_has_its_scale_to_the_digit(string text, double scale) =>
        Assert.Equal(
            new LoraSource("style.safetensors", scale),
            Assert.Single(GenerateArguments.LorasOf([text], GeneratePreset.Of("paper-lora"), "paper-lora"))
        );

    [Fact]
    public void The_fine_tune_of_the_paper_needs_its_lora()
    {
        var error = Assert.Throws<UsageException>(() =>
            GenerateArguments.LorasOf([], GeneratePreset.Of("paper-lora"), "paper-lora")
        );
        Assert.Contains("--lora FILE", error.Message, StringComparison.Ordinal);
        Assert.Empty(GenerateArguments.LorasOf([], GeneratePreset.Of("paper-sdxl"), "paper-sdxl"));
    }

    private static Regex Escapes { get; } = new(@"\x1b(\[[0-9;?]*[A-Za-z]|=|>)", RegexOptions.ExplicitCapture);

    private static string[] Tiny =>
        ["--model", Sdxl, "--size", "64x64", "--scheduler", "euler", "--steps", "2", "--guidance", "7.5"];

    /// <summary><see cref="Tiny"/> with another value of one option.</summary>
    private static string[] With(string option, string value)
    {
        var arguments = Tiny;
        arguments[Array.IndexOf(arguments, option) + 1] = value;
        return arguments;
    }

    private string Copy()
    {
        var copy = folder.At("copy");
        foreach (var file in Directory.EnumerateFiles(Sdxl, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(Sdxl, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }

    private string[] Pictures(string extension) =>
        Directory.Exists(folder.At("semblance-run", "images"))
            ?
            [
                .. Directory
                    .EnumerateFiles(folder.At("semblance-run", "images"), $"*.{extension}", SearchOption.AllDirectories)
                    .Order(StringComparer.Ordinal),
            ]
            : [];

    private Task<ProgramRun> GenerateAsync(string[] arguments) =>
        ProgramRun.OfAsync(folder.Path, ["generate", .. arguments]);
}
