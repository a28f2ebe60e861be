using System.IO.Compression;
using System.Runtime.CompilerServices;
using Semblance.Cli.Terminal;

namespace Semblance.Cli.Tests.Commands;

/// <summary>Files that were made to hang, crash, fill memory or steer what reads the messages: one sentence that names the file, exit 3.</summary>
public sealed class HostileFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("hang.parquet", "it is damaged")]
    [InlineData("fuzzed.parquet", "it is damaged")]
    [InlineData("deep.parquet", "it is damaged")]
    [InlineData("bomb.parquet", "it claims 20000000 rows")]
    [InlineData("dimension.json", "is damaged: a field is missing or of the wrong kind")]
    public async Task Tables(string file, string said)
    {
        Copy(file, file);
        await RefusedAsync(said, file, "compare", file);
        if (file.EndsWith(".parquet", StringComparison.Ordinal))
        {
            await RefusedAsync(said, file, "score", file);
        }
    }

    [Theory]
    [InlineData("size-overflow.png", "is too large: 4294967295x4294967295")]
    [InlineData("tall.png", "is too large: 1x178956970")]
    [InlineData("wide.png", "is too large: 178956970x1")]
    [InlineData("trns-type-damaged.png", "a checksum is wrong")]
    [InlineData("noise.avif", "the AVIF data cannot be decoded")]
    public async Task Images_are_bad_ones_among_others(string file, string said)
    {
        Copy(file, "set", file);
        TestImage.Write(1, _folder.At("set", "0.png"));
        var error = await RefusedAsync(said, file, "score", "set", "--encoder", "builtin");
        Assert.Contains("1 of 2 images cannot be used", error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Libraries_write_nothing_of_their_own()
    {
        Copy("noise.avif", "noise.avif");
        var run = await ProgramRun.OfAsync(_folder.Path, ["score", "noise.avif", "--encoder", "builtin", "--quiet"]);
        Assert.Equal(3, run.Code);
        Assert.StartsWith("semblance: error: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("GLib", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_manifest_with_seeds_that_are_none()
    {
        Copy("seeds.run.json", "run", "run.json");
        TestImage.Write(1, _folder.For("run", "images", "model", "a cat", "0.png"));
        await RefusedAsync("is damaged", "run.json", "score", "run", "--encoder", "builtin");
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_manifest_that_names_a_prompt_twice_has_it_once()
    {
        Copy("dup.run.json", "run", "run.json");
        TestImage.Write(1, _folder.For("run", "images", "model", "a cat", "0.png"));
        TestImage.Write(2, _folder.For("run", "images", "model", "a cat", "1.png"));
        var run = await ProgramRun.OfAsync(_folder.Path, ["score", "run", "--encoder", "builtin", "--format", "csv"]);
        Assert.Equal(0, run.Code);
        Assert.Single(run.Output.Split('\n'), line => line.Contains("a cat", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("lone-surrogate.model_index.json", "model_index.json", "names half a character")]
    [InlineData("infinity.unet.json", "unet/config.json", "norm_eps is 1e400")]
    [InlineData("layers.unet.json", "unet/config.json", "layers_per_block is 500000000")]
    [InlineData("steps.scheduler.json", "scheduler/scheduler_config.json", "num_train_timesteps is 500000000")]
    public async Task Configurations(string file, string place, string said)
    {
        var source = Fixtures.At("sdxl", "model");
        foreach (var path in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            File.Copy(path, _folder.For("model", Path.GetRelativePath(source, path)));
        }

        File.Delete(_folder.At("model", place));
        Copy(file, "model", place);
        await RefusedAsync(
            said,
            Path.GetFileName(place),
            "generate",
            "--model",
            "model",
            "--prompt",
            "x",
            "--seeds",
            "1"
        );
    }

    [Theory]
    [InlineData("badutf8.tar", "it is not in UTF-8")]
    [InlineData("overflow2.tar", "is not a tar archive, or is a damaged one")]
    [InlineData("surr.tar", "names half a character")]
    [InlineData("wordbomb.tar", "its replacements make more than")]
    public async Task Archives_of_fine_tunes(string file, string said)
    {
        Copy(file, file);
        await RefusedAsync(
            said,
            file,
            "generate",
            "--model",
            Fixtures.At("sdxl", "model"),
            "--lora",
            file,
            "--prompt",
            "a photo of TOK",
            "--seeds",
            "1"
        );
    }

    [Theory]
    [InlineData("t5-replace-bomb.json", "its replacements make more than")]
    [InlineData("t5-redos.json", "a pattern of its normalizer takes too long")]
    [InlineData("t5-empty-token-loop.json", null)]
    public async Task Tokenizers(string file, string? said)
    {
        var source = Fixtures.At("pixart", "model", "small");
        foreach (var path in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            File.Copy(path, _folder.For("model", Path.GetRelativePath(source, path)));
        }

        File.Delete(_folder.At("model", "tokenizer", "tokenizer.json"));
        Copy(file, "model", "tokenizer", "tokenizer.json");
        string[] arguments =
        [
            "generate",
            "--model",
            "model",
            "--prompt",
            $"a photo of a cat {new string('a', 60)}!",
            "--seeds",
            "1",
            "--steps",
            "1",
        ];
        if (said is null)
        {
            Assert.Equal(0, (await ProgramRun.OfAsync(_folder.Path, arguments)).Code);
            return;
        }

        await RefusedAsync(said, "tokenizer.json", arguments);
    }

    [Theory]
    [InlineData("neg", "ONNX Runtime cannot load the network")]
    [InlineData("dim", "dimension is 2147483647; expected a whole number from 1 to 1048576")]
    [InlineData("batch", "batch is 2147483647; expected a whole number from 1 to 1024")]
    [InlineData("esc", "x\\n::error::pwned, which is not there")]
    public async Task Networks(string name, string said)
    {
        Copy($"{name}.onnx", $"{name}.onnx");
        Copy($"{name}.json", $"{name}.json");
        TestImage.Write(1, _folder.At("0.png"));
        TestImage.Write(2, _folder.At("1.png"));
        await RefusedAsync(said, name, "score", "0.png", "1.png", "--encoder", $"{name}.onnx");
    }

    [Theory]
    [Trait("speed", "slow")]
    [InlineData("lonely.csv", "v1", "v2")]
    [InlineData("model.csv", "v1", "none")]
    public async Task Names_that_are_commands_to_a_CI_server(string file, string baseline, string candidate)
    {
        Copy(file, file);
        var run = await ProgramRun.OfAsync(
            _folder.Path,
            ["gate", file, "--baseline", baseline, "--candidate", candidate, "--github"]
        );
        Assert.InRange(run.Code, 1, 3);
        var lines = $"{run.Output}\n{run.Error}".Split('\n');
        // One annotation of our own, at most.
        Assert.InRange(lines.Count(line => line.TrimStart().StartsWith("::", StringComparison.Ordinal)), 0, 1);
        Assert.DoesNotContain(lines, line => line.Contains("##[", StringComparison.Ordinal) || line.Contains('\u001b'));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Cells_that_a_spreadsheet_would_run()
    {
        Copy("formula.csv", "formula.csv");
        foreach (var format in (string[])["csv", "json", "table"])
        {
            var run = await ProgramRun.OfAsync(
                _folder.Path,
                ["compare", "formula.csv", "--format", format, "--per-prompt"]
            );
            Assert.Equal(0, run.Code);
            Assert.DoesNotContain('\u001b', run.Output + run.Error);
            if (format is "csv")
            {
                Assert.DoesNotMatch(@"(^|[,\n""])[=+@]", run.Output);
            }
        }
    }

    private async Task<string> RefusedAsync(string said, string named, params string[] arguments)
    {
        var error = await RefusedRun.ErrorOfAsync(_folder.Path, ExitCode.BadInput, arguments);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.True(error.Length < 2000, error);
        return error;
    }

    /// <summary>A case, which may be stored compressed.</summary>
    private void Copy(string file, params string[] parts)
    {
        var source = Path.Combine(Path.GetDirectoryName(Here())!, "..", "hostile", file);
        var target = _folder.For(parts);
        if (File.Exists(source))
        {
            File.Copy(source, target);
            return;
        }

        using var packed = new GZipStream(File.OpenRead(source + ".gz"), CompressionMode.Decompress);
        using var plain = File.Create(target);
        packed.CopyTo(plain);
    }

    private static string Here([CallerFilePath] string here = "") => here;
}
