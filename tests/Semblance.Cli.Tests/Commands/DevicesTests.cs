using System.Text.Json;

namespace Semblance.Cli.Tests.Commands;

public sealed class DevicesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Every_device_is_listed_with_a_reason_where_it_is_not_here()
    {
        var run = await ProgramRun.OfAsync(_folder.Path, ["devices", "--format", "json"]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        var document = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal("semblance.devices/1", document.GetProperty("schema").GetString());
        var devices = document.GetProperty("devices").EnumerateArray().ToArray();
        Assert.Equal(["cuda:0", "coreml", "webgpu", "cpu"], devices.Select(one => $"{one.GetProperty("name")}"));
        Assert.All(
            devices,
            one =>
            {
                var usable = one.GetProperty("usable").GetBoolean();
                Assert.Equal(usable, one.GetProperty("reason").ValueKind == JsonValueKind.Null);
                Assert.Equal(usable, one.GetProperty("precisions").EnumerateArray().Any(word => $"{word}" == "fp32"));
            }
        );
        Assert.Equal(
            $"{devices.First(one => one.GetProperty("usable").GetBoolean()).GetProperty("name")}",
            $"{document.GetProperty("auto")}"
        );
    }

    [Theory]
    [InlineData("score", "images")]
    [InlineData("demo")]
    [InlineData("generate", "--model", "m", "--prompt", "p")]
    public async Task A_device_that_is_not_here_is_code_4_and_one_sentence(params string[] arguments)
    {
        // No machine has so many cards, and no build without CUDA has one.
        var error = await RefusedRun.ErrorOfAsync(_folder.Path, 4, [.. arguments, "--device", "cuda:4095"]);
        Assert.StartsWith("semblance: error: cuda:4095 ", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData("cuda:0,4095")]
    [InlineData("cuda:4095,0")]
    public async Task Each_of_several_cards_has_to_be_here(string name)
    {
        var error = await RefusedRun.ErrorOfAsync(_folder.Path, 4, ["demo", "--device", name]);
        Assert.Matches("^semblance: error: cuda:(0|4095) ", error);
    }

    [Fact]
    public async Task The_processor_has_no_bf16_and_says_so()
    {
        var error = await RefusedRun.ErrorOfAsync(_folder.Path, 4, ["demo", "--precision", "bf16"]);
        Assert.Matches(
            @"^semblance: error: cpu cannot calculate in bf16: this ONNX Runtime has no \w+ of that type there; take another precision\.\s*$",
            error
        );
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task The_precision_that_was_asked_for_is_said_and_kept()
    {
        var run = await ProgramRun.OfAsync(_folder.Path, ["demo", "--precision", "fp16", "--run", "run"]);
        Assert.Equal(0, run.Code);
        Assert.Contains("networks run on cpu in fp16", run.Error, StringComparison.Ordinal);
        Assert.Contains("; fp16 (weights fp16 and fp32)", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_study_says_what_it_runs_on()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder.Path, "study.yaml"),
            """
            prompts: [a fox, a house]
            seeds: 1..2
            device: auto
            models: [{ id: one, painter: steady }]
            score: { encoders: [builtin] }
            """,
            TestContext.Current.CancellationToken
        );
        var run = await ProgramRun.OfAsync(_folder.Path, ["study", "run", "--device", "cpu"]);
        Assert.Equal(0, run.Code);
        Assert.DoesNotContain("networks run on", run.Error, StringComparison.Ordinal);
        run = await ProgramRun.OfAsync(_folder.Path, ["study", "run"]);
        Assert.Equal(0, run.Code);
        Assert.Matches(@"networks run on \S+ in fp32", run.Error);
    }

    public void Dispose() => _folder.Dispose();
}
