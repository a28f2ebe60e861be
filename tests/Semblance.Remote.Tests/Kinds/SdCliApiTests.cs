using System.Diagnostics;
using Semblance.Remote.Calls;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Tests.Kinds;

/// <summary>A shell script in the place of stable-diffusion.cpp's program: it writes down its arguments, and gives the image of the seed.</summary>
public sealed class SdCliApiTests : IDisposable
{
    private const string Fox = "a red \"fox\" $HOME; exit 1 'x'";

    private const string Usual = """
        case "$1" in --help) echo "stable-diffusion.cpp version 1.2.0, commit abc123"; echo "  --scheduler"; exit 0;; esac
        for argument in "$@"; do printf '%s\n' "$argument" >> calls; done
        echo "[INFO ] loading model"
        """;

    private const string Copies = """

        while [ $# -gt 0 ]; do case "$1" in --seed) seed=$2;; --output) file=$2;; esac; shift; done
        cp "$seed.png" "$file"
        """;

    private readonly TemporaryFolder _folder = new();

    public SdCliApiTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the program is a shell script");
        _folder.Write("weights", "sd15.safetensors");
        foreach (var seed in (long[])[1, 2, 3])
        {
            File.WriteAllBytes(_folder.For($"{seed}.png"), FakePicture.Png("sd15", Fox, seed, Trial.Side, Trial.Side));
        }
    }

    [Fact]
    public async Task Every_image_is_a_process_with_all_that_was_asked_for()
    {
        using var trial = Of(
            Usual + Copies,
            model =>
                model with
                {
                    Steps = 12,
                    GuidanceScale = 6.5,
                    NegativePrompt = "",
                    Sampler = "euler_a",
                    Scheduler = "karras",
                    Vae = "vae.sft",
                    Loras = [new ServerLora("ink", 0.8)],
                    Parameters = new()
                    {
                        ["lora-model-dir"] = "loras",
                        ["clip-on-cpu"] = true,
                        ["vae-tiling"] = false,
                        ["clip-skip"] = 2,
                    },
                }
        );
        var images = await trial.RunAsync(Fox, 1, 2);
        Assert.Equal(FakePicture.Png("sd15", Fox, 2, Trial.Side, Trial.Side), images[2]);
        var calls = await File.ReadAllTextAsync(_folder.At("calls"), TestContext.Current.CancellationToken);
        string[] lines = calls.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            [
                "--model",
                "sd15.safetensors",
                "--vae",
                "vae.sft",
                "--prompt",
                Fox + " <lora:ink:0.8>",
                "--negative-prompt",
                "--seed",
                "1",
                "--width",
                "32",
                "--height",
                "32",
                "--steps",
                "12",
                "--cfg-scale",
                "6.5",
                "--sampling-method",
                "euler_a",
                "--scheduler",
                "karras",
                "--lora-model-dir",
                "loras",
                "--clip-on-cpu",
                "--clip-skip",
                "2",
                "--output",
            ],
            lines.Take(27)
        );
        Assert.False(File.Exists(lines[27]));
    }

    [Fact]
    public async Task The_recipe_has_the_version_and_the_arguments()
    {
        using var trial = Of(Usual + Copies, model => model with { Steps = 12, Sampler = "euler_a" });
        var recipe = await trial.RecipeAsync();
        Assert.Equal("server: sd-cli", recipe["generator"]);
        Assert.Equal("stable-diffusion.cpp version 1.2.0, commit abc123", recipe["program"]);
        Assert.Equal("sd15.safetensors", recipe["server_checkpoint"]);
        Assert.Equal(("12", "euler_a", "7"), (recipe["steps"], recipe["sampler"], recipe["checkpoint_bytes"]));
    }

    [Fact]
    public async Task An_old_build_is_told_by_its_hash_and_gets_its_own_option()
    {
        using var trial = Of(
            Usual
                .Replace("stable-diffusion.cpp version 1.2.0, commit abc123", "usage", StringComparison.Ordinal)
                .Replace("--scheduler", "--schedule {discrete, karras}", StringComparison.Ordinal) + Copies,
            model => model with { Scheduler = "karras" }
        );
        Assert.Equal(64, (await trial.RecipeAsync())["program_sha256"].Length);
        Assert.Single(await trial.RunAsync(Fox, 1));
        Assert.Contains(
            "--schedule\nkarras\n",
            await File.ReadAllTextAsync(_folder.At("calls"), TestContext.Current.CancellationToken)
        );
    }

    [Theory]
    [InlineData(
        "\necho '[ERROR] model.cpp: no such tensor' >&2; echo bye; exit 3",
        "ended with code 3: [ERROR] model.cpp: no such tensor"
    )]
    [InlineData("\nexit 0", "ended as if all were well, and wrote no image")]
    [InlineData("\nkill -9 $$", "ended with code 137: [INFO ] loading model")]
    public async Task A_failure_is_one_sentence_and_the_second_in_a_row_ends_the_model(string end, string said)
    {
        using var trial = Of(Usual + end);
        Assert.Empty(await trial.RunAsync(Fox, 1, 2, 3));
        Assert.All(trial.Lost, lost => Assert.EndsWith($"local {said}.", lost.Reason));
        Assert.Equal(2, trial.Lost.Count);
        Assert.Contains(said, trial.Closed);
        Assert.Equal(CallState.Failed, trial.Find(Fox, "2")!.State);
    }

    [Fact]
    public async Task What_is_not_an_image_and_one_of_another_size_are_named()
    {
        using var broken = Of(Usual + "\nfor last; do :; done; echo text > \"$last\"");
        Assert.Empty(await broken.RunAsync(Fox, 1));
        Assert.Contains("5 bytes that are not a PNG, JPEG or WebP image", Assert.Single(broken.Lost).Reason);
        File.WriteAllBytes(_folder.At("1.png"), FakePicture.Png("sd15", Fox, 1, 16, 16));
        using var small = Of(Usual + Copies);
        Assert.Empty(await small.RunAsync(Fox, 1));
        Assert.Contains("sent an image of 16x16 pixels, and 32x32 were asked for", small.Closed);
    }

    [Fact]
    public async Task A_program_that_is_not_there_or_may_not_be_run_and_a_lost_checkpoint_are_named_before_anything_is_made()
    {
        using var missing = Of(Usual, program: "no-such-program-sd");
        Assert.Equal(
            "m: local cannot be started: there is no program no-such-program-sd; give its path as program.",
            (await Assert.ThrowsAsync<ResourceException>(() => missing.RunAsync(Fox, 1))).Message
        );
        using var data = Of(Usual, program: _folder.At("sd15.safetensors"));
        Assert.Contains(
            "is not a program that this machine runs, or may not be run",
            (await Assert.ThrowsAsync<ResourceException>(() => data.RunAsync(Fox, 1))).Message
        );
        using var lost = Of(Usual, model => model with { Checkpoint = "gone.gguf" });
        Assert.Equal(
            "m: local has no checkpoint gone.gguf: there is no such file.",
            (await Assert.ThrowsAsync<InputException>(() => lost.RunAsync(Fox, 1))).Message
        );
        using var none = Of(Usual, model => model with { Checkpoint = null });
        Assert.Contains(
            "m: local needs a checkpoint",
            (await Assert.ThrowsAsync<InputException>(() => none.RunAsync(Fox, 1))).Message
        );
    }

    [Fact]
    public async Task A_stop_ends_the_process_and_the_next_run_makes_the_image()
    {
        using var stop = new CancellationTokenSource();
        using var trial = Of(Usual + "\necho $$ > started.part; mv started.part started; sleep 600");
        using var watch = new FileSystemWatcher(_folder.Path, "started");
        watch.Renamed += (_, _) => stop.Cancel();
        watch.EnableRaisingEvents = true;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            trial.RunAsync([new ImageRequest(Fox, 1, Trial.Side, Trial.Side)], before: null, stop.Token)
        );
        var id = int.Parse(
            await File.ReadAllTextAsync(_folder.At("started"), TestContext.Current.CancellationToken),
            System.Globalization.CultureInfo.InvariantCulture
        );
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(id));
        Assert.Empty(trial.Lost);
        Script(Usual + Copies);
        Assert.Single(await trial.RunAsync(Fox, 1));
    }

    [Fact]
    public async Task A_process_that_takes_too_long_is_ended()
    {
        using var trial = Of(Usual + "\nsleep 600", timeout: TimeSpan.FromSeconds(1));
        Assert.Empty(await trial.RunAsync(Fox, 1));
        Assert.Contains("was ended, since it had not finished within 1 s", Assert.Single(trial.Lost).Reason);
    }

    public void Dispose() => _folder.Dispose();

    private Trial Of(
        string script,
        Func<ServerModel, ServerModel>? change = null,
        string? program = null,
        TimeSpan? timeout = null
    )
    {
        var model = new ServerModel("m")
        {
            Width = Trial.Side,
            Height = Trial.Side,
            Checkpoint = "sd15.safetensors",
        };
        return new Trial
        {
            Server = new ServerSettings("local", "sd-cli", new Uri("file:///"))
            {
                Program = new ServerProgram(program ?? Script(script), _folder.Path),
                Timeout = timeout ?? TimeSpan.FromMinutes(5),
            },
            Model = change?.Invoke(model) ?? model,
        };
    }

    private string Script(string text)
    {
        var path = _folder.Write($"#!/bin/sh\n{text}\n", "sd-cli");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }
}
