using System.Diagnostics;
using System.Runtime.InteropServices;
using Semblance.Cli.Terminal;

namespace Semblance.Cli.Tests.Commands;

/// <summary>Pipes, devices and links in the place of files and folders, and stops while something waits: no command hangs.</summary>
public sealed class HostilePlaceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.csv", "compare", "a.csv")]
    [InlineData("a.parquet", "compare", "a.parquet")]
    [InlineData("s.json", "compare", "s.json")]
    [InlineData("a.npy", "score", "a.npy")]
    [InlineData("a.npz", "score", "a.npz")]
    [InlineData("a.safetensors", "score", "a.safetensors")]
    [InlineData("a.zip", "score", "a.zip", "--encoder", "builtin")]
    [InlineData("set/0.png", "score", "set", "--encoder", "builtin")]
    [InlineData("0.png", "score", "0.png", "--encoder", "builtin")]
    [InlineData("own.onnx", "score", "0.png", "--encoder", "own.onnx")]
    [InlineData("study.yaml", "study", "plan", "study.yaml")]
    [InlineData("run/run.json", "report", "run")]
    [InlineData("M/model_index.json", "generate", "--model", "M", "--prompt", "x", "--seeds", "1")]
    [InlineData("M/unet/config.json", "generate", "--model", "M", "--prompt", "x", "--seeds", "1")]
    [InlineData("M/scheduler/scheduler_config.json", "generate", "--model", "M", "--prompt", "x", "--seeds", "1")]
    [InlineData("M/tokenizer/vocab.json", "generate", "--model", "M", "--prompt", "x", "--seeds", "1")]
    [InlineData("M/tokenizer/merges.txt", "generate", "--model", "M", "--prompt", "x", "--seeds", "1")]
    [InlineData(
        "M/unet/diffusion_pytorch_model.safetensors",
        "generate",
        "--model",
        "M",
        "--prompt",
        "x",
        "--seeds",
        "1"
    )]
    [InlineData(
        "l.safetensors",
        "generate",
        "--model",
        "M",
        "--lora",
        "l.safetensors",
        "--prompt",
        "x",
        "--seeds",
        "1"
    )]
    [InlineData("l.tar", "generate", "--model", "M", "--lora", "l.tar", "--prompt", "x", "--seeds", "1")]
    public async Task Pipes_and_devices_are_not_opened(string place, params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Pipes are made with mkfifo, and devices are those of Linux.");
        Lay();
        var path = _folder.For(place.Split('/'));
        foreach (var target in (string?[])[null, "/dev/zero", "/dev/stdin"])
        {
            File.Delete(path);
            if (target is null)
            {
                await Process.Start("mkfifo", path).WaitForExitAsync(TestContext.Current.CancellationToken);
            }
            else
            {
                File.CreateSymbolicLink(path, target);
            }

            var error = await RefusedRun.ErrorOfAsync(_folder.Path, ExitCode.BadInput, arguments);
            Assert.Contains(Path.GetFileName(place), error, StringComparison.Ordinal);
            Assert.True(error.Length < 1000, error);
        }
    }

    [Theory]
    [InlineData("/dev/zero", "is not in its own folder")]
    [InlineData("../weights.bin", "is not in its own folder")]
    [InlineData("link.bin", "is not in its own folder")]
    [InlineData("pipe.bin", "it is a pipe")]
    public async Task Networks_name_files_of_their_own_folder_only(string location, string said)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The links and pipes are those of Unix.");
        _folder.Write("1234", "weights.bin");
        File.WriteAllBytes(_folder.For("m", "own.onnx"), ExternalNetwork(location));
        _folder.Write(
            """{"input":"x","output":"y","dimension":4,"preprocessing":"openai","size":8}""",
            "m",
            "own.json"
        );
        File.CreateSymbolicLink(_folder.At("m", "link.bin"), "../weights.bin");
        await Process
            .Start("mkfifo", _folder.At("m", "pipe.bin"))
            .WaitForExitAsync(TestContext.Current.CancellationToken);
        TestImage.Write(1, _folder.At("0.png"));
        TestImage.Write(2, _folder.At("1.png"));
        var error = await RefusedRun.ErrorOfAsync(
            _folder.Path,
            ExitCode.BadInput,
            "score",
            "0.png",
            "1.png",
            "--encoder",
            "m/own.onnx"
        );
        Assert.Contains(said, error, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("speed", "slow")]
    [InlineData("models", "list")]
    [InlineData("score", "set", "--encoder", "org/name")]
    [InlineData("generate", "--model", "M", "--prompt", "x", "--seeds", "1", "--run", "run", "--dry-run")]
    public async Task Links_in_a_circle_end(params string[] arguments)
    {
        Lay();
        TestImage.Write(1, _folder.For("set", "0.png"));
        TestImage.Write(2, _folder.For("set", "1.png"));
        foreach (
            var folder in (string[])
                ["no-hub/hub/models--org--name", "no-hub/hub/models--org--name/snapshots/main", "run/images", "set"]
        )
        {
            Directory.CreateDirectory(_folder.At(folder.Split('/')));
            foreach (var link in (string[])["a", "b", "c"])
            {
                Directory.CreateSymbolicLink(_folder.At([.. folder.Split('/'), link]), ".");
            }
        }

        // Whatever it says: it says it.
        _ = await ProgramRun.OfAsync(_folder.Path, arguments);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Nothing_is_noted_about_the_machine_or_its_user()
    {
        TestImage.Write(1, _folder.For("set", "0.png"));
        TestImage.Write(2, _folder.For("set", "1.png"));
        var home = Directory.CreateDirectory(_folder.At("home")).FullName;
        var run = await ProgramRun.OfAsync(
            _folder.Path,
            ["score", "set", "--encoder", "builtin"],
            new Dictionary<string, string>
            {
                ["HOME"] = home,
                ["XDG_CACHE_HOME"] = Path.Combine(home, "cache"),
                ["XDG_CONFIG_HOME"] = Path.Combine(home, "config"),
                ["XDG_DATA_HOME"] = Path.Combine(home, "data"),
            }
        );
        Assert.Equal(0, run.Code);
        // Hashes of weights, and what .NET itself keeps; ONNX Runtime would keep an id of the device.
        Assert.DoesNotContain(
            Directory.EnumerateFiles(home, "*", SearchOption.AllDirectories),
            file =>
                !file.Contains(Path.Combine("semblance", "sha256"), StringComparison.Ordinal)
                && !file.Contains(".dotnet", StringComparison.Ordinal)
        );
    }

    [Theory]
    [Trait("speed", "slow")]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGHUP)]
    public async Task A_command_that_waits_for_its_input_can_be_stopped(PosixSignal signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows sends no signals.");
        Lay();
        var start = ProgramRun.StartOf(
            _folder.Path,
            ["generate", "--model", "M", "--prompts", "-", "--seeds", "1"],
            redirectInput: true
        );
        using var process = Process.Start(start)!;
        // More than a pipe holds: when all is written, it reads, and waits for the rest.
        await process.StandardInput.WriteAsync(
            string.Concat(Enumerable.Repeat("a cat\n", 50_000)).AsMemory(),
            TestContext.Current.CancellationToken
        );
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        var number = signal switch
        {
            PosixSignal.SIGTERM => "TERM",
            PosixSignal.SIGINT => "INT",
            _ => "HUP",
        };
        await Process
            .Start("kill", [$"-{number}", $"{process.Id}"])
            .WaitForExitAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Cancelled, process.ExitCode);
        Assert.Contains("Cancelled.", error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_table_without_a_line_end_is_not_repeated()
    {
        var line = new string('x', 40 << 20);
        foreach (var name in (string[])["a.csv", "a.tsv", "a.jsonl", "s.json"])
        {
            _folder.Write(line, name);
            var error = await RefusedRun.ErrorOfAsync(_folder.Path, ExitCode.BadInput, "compare", name);
            Assert.True(error.Length < 1000, $"{name}: {error.Length} characters, {error}");
        }
    }

    /// <summary>A model of Stable Diffusion XL in M, a run and a study.</summary>
    private void Lay()
    {
        var source = Fixtures.At("sdxl", "model");
        foreach (var path in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            File.Copy(path, _folder.For("M", Path.GetRelativePath(source, path)));
        }

        TestImage.Write(1, _folder.At("0.png"));
        _folder.Write("""{"input":"x","output":"y","dimension":4,"preprocessing":"openai","size":8}""", "own.json");
    }

    /// <summary>An ONNX file with one tensor that lies in another file.</summary>
    private static byte[] ExternalNetwork(string location)
    {
        byte[] Field(int number, byte[] content) => [(byte)((number << 3) | 2), (byte)content.Length, .. content];
        byte[] Text(int number, string text) => Field(number, System.Text.Encoding.UTF8.GetBytes(text));
        byte[] entry = Field(13, [.. Text(1, "location"), .. Text(2, location)]);
        // dims 1, data_type float, name w, data_location external
        byte[] tensor = [0x08, 1, 0x10, 1, .. Text(8, "w"), .. entry, 0x70, 1];
        return [0x08, 8, .. Field(7, Field(5, tensor))];
    }
}
