using System.Text.Json.Nodes;
using Semblance.Remote.Calls;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Tests.Kinds;

public sealed class ComfyApiTests : IDisposable
{
    private const string Fox = "a red fox";
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Prompt_and_seed_go_where_the_graph_has_them()
    {
        await using var fake = new FakeComfy { PollsUntilDone = 3 };
        using var trial = Of(fake);
        var images = await trial.RunAsync(Fox, 7, 8);
        Assert.Equal(Picture(7), images[7]);
        Assert.Equal(Picture(8), images[8]);
        Assert.Equal("0.3.64", (await trial.RecipeAsync())["comfyui_version"]);
        Assert.Equal("fast", (await trial.RecipeAsync())["comfyui_flags"]);
    }

    [Fact]
    public async Task A_png_of_comfyui_is_a_workflow()
    {
        await using var fake = new FakeComfy();
        var png = Imaging.Formats.PngWriter.Write(
            new byte[12],
            2,
            2,
            [new("prompt", FakeComfy.Workflow(Trial.Side, Trial.Side))]
        );
        await File.WriteAllBytesAsync(_folder.At("made.png"), png, TestContext.Current.CancellationToken);
        using var trial = Of(fake, "made.png");
        Assert.Equal(Picture(3), (await trial.RunAsync(Fox, 3))[3]);
    }

    [Fact]
    public async Task Inputs_are_named_by_id_title_or_class()
    {
        await using var fake = new FakeComfy();
        _folder.Write(FakeComfy.Workflow(), "w.json");
        var workflow = new Workflow(_folder.At("w.json"))
        {
            Inject = new Dictionary<string, WorkflowTarget>
            {
                ["prompt"] = new(null, "Positive", null, "text"),
                ["seed"] = new("3", null, null, "seed"),
                ["width"] = new(null, null, "EmptyLatentImage", "width"),
                ["height"] = new(null, null, "EmptyLatentImage", "height"),
                ["steps"] = new("3", null, null, "steps"),
            },
            Set = new JsonObject { ["4.ckpt_name"] = "other.safetensors" },
            OutputNode = "9",
        };
        using var trial = new Trial { Server = Trial.Of("comfyui", fake), Model = Model(workflow) with { Steps = 31 } };
        Assert.Equal(
            FakePicture.Png("other.safetensors", Fox, 4, Trial.Side, Trial.Side),
            (await trial.RunAsync(Fox, 4))[4]
        );
        Assert.Equal(
            31,
            fake.Heard.Last(request => request.Path == "/prompt").Json["prompt"]!["3"]!["inputs"]![
                "steps"
            ]!.GetValue<int>()
        );
    }

    [Fact]
    public async Task A_batch_is_run_as_one_image_and_said_so()
    {
        await using var fake = new FakeComfy();
        _folder.Write(FakeComfy.Workflow(Trial.Side, Trial.Side, batch: 4), "w.json");
        using var trial = Of(fake, "w.json");
        await trial.RunAsync(Fox, 1);
        Assert.Contains(
            trial.Warnings,
            warning => warning.Contains("makes 4 images at a time", StringComparison.Ordinal)
        );
        Assert.Equal(
            1,
            fake.Heard.Last(request => request.Path == "/prompt").Json["prompt"]!["5"]!["inputs"]![
                "batch_size"
            ]!.GetValue<int>()
        );
    }

    [Fact]
    public async Task A_job_of_a_killed_run_is_asked_for_and_not_made_again()
    {
        await using var fake = new FakeComfy();
        using var trial = Of(fake);
        // As a run that was killed after it kept the job: reserved, submitted, nothing more.
        await SubmitAsync(trial, fake);
        var images = await trial.RunAsync(Fox, 5);
        Assert.Equal(Picture(5), images[5]);
        Assert.Single(fake.Heard, request => request.Path == "/prompt");
    }

    [Fact]
    public async Task A_job_that_a_restart_lost_is_made_again()
    {
        await using var fake = new FakeComfy();
        using var trial = Of(fake);
        await SubmitAsync(trial, fake);
        fake.Restart();
        Assert.Equal(Picture(5), (await trial.RunAsync(Fox, 5))[5]);
        Assert.Equal(2, fake.Heard.Count(request => request.Path == "/prompt"));
    }

    [Theory]
    [InlineData("execution_error", "failed in node 3 (KSampler): the sampler broke")]
    [InlineData("oom", "ran out of memory in node 3 (KSampler)")]
    [InlineData("execution_interrupted", "was interrupted by somebody")]
    public async Task An_error_of_a_node_is_the_reason_and_the_next_run_asks_again(string ends, string reason)
    {
        await using var fake = new FakeComfy { NextEnds = ends };
        using var trial = Of(fake);
        Assert.Empty(await trial.RunAsync(Fox, 1));
        Assert.Contains(reason, Assert.Single(trial.Lost).Reason);
        Assert.Equal(Picture(1), (await trial.RunAsync(Fox, 1))[1]);
    }

    [Fact]
    public async Task A_cached_run_without_a_file_is_made_again_under_another_name()
    {
        await using var fake = new FakeComfy { NextEnds = "cached" };
        using var trial = Of(fake);
        Assert.Equal(Picture(1), (await trial.RunAsync(Fox, 1))[1]);
        var names = fake
            .Heard.Where(request => request.Path == "/prompt")
            .Select(request => $"{request.Json["prompt"]!["9"]!["inputs"]!["filename_prefix"]}")
            .ToArray();
        Assert.Equal(2, names.Distinct().Count());
    }

    [Fact]
    public async Task A_checkpoint_that_the_server_lacks_ends_the_model_with_those_it_has()
    {
        await using var fake = new FakeComfy { OnlyCheckpoint = "sdxl.safetensors" };
        using var trial = Of(fake);
        Assert.Empty(await trial.RunAsync(Fox, 1, 2));
        Assert.Contains("input ckpt_name", trial.Closed);
        Assert.Contains("it has sdxl.safetensors", trial.Closed);
        Assert.Single(fake.Heard, request => request.Path == "/prompt");
    }

    [Fact]
    public async Task A_missing_custom_node_is_found_before_anything_is_made()
    {
        await using var fake = new FakeComfy { LacksClass = "KSampler" };
        using var trial = Of(fake);
        var fault = await Assert.ThrowsAsync<InputException>(() => trial.RunAsync(Fox, 1));
        Assert.Contains("has no node of the class KSampler", fault.Message);
    }

    [Theory]
    [InlineData("""{"nodes":[],"links":[],"version":0.4}""", "export it in ComfyUI")]
    [InlineData("""{"1":{"class_type":"KSampler","inputs":{"seed":1}}}""", "saves no image")]
    [InlineData("[1]", "not a workflow in API format")]
    [InlineData("{", "not valid JSON")]
    public async Task What_is_not_a_workflow_is_refused_with_what_to_do(string text, string reason)
    {
        await using var fake = new FakeComfy();
        _folder.Write(text, "w.json");
        using var trial = Of(fake, "w.json");
        Assert.Contains(reason, (await Assert.ThrowsAsync<InputException>(() => trial.RunAsync(Fox, 1))).Message);
    }

    [Fact]
    public async Task Two_seeds_are_not_guessed_between()
    {
        await using var fake = new FakeComfy();
        var graph = JsonNode.Parse(FakeComfy.Workflow())!.AsObject();
        graph["5"]!["inputs"]!["noise_seed"] = 3;
        _folder.Write(graph.ToJsonString(), "w.json");
        using var trial = Of(fake, "w.json");
        var fault = await Assert.ThrowsAsync<InputException>(() => trial.RunAsync(Fox, 1));
        Assert.Contains("seed may go into several inputs", fault.Message);
        Assert.Contains("3 \"Sampler\" (KSampler).seed", fault.Message);
    }

    [Fact]
    public async Task A_job_that_takes_too_long_is_kept_for_the_next_run()
    {
        await using var fake = new FakeComfy { PollsUntilDone = 1000 };
        _folder.Write(FakeComfy.Workflow(Trial.Side, Trial.Side), "w.json");
        using var trial = new Trial
        {
            Server = Trial.Of("comfyui", fake) with { Timeout = TimeSpan.FromMilliseconds(700) },
            Model = Model(new Workflow(_folder.At("w.json"))),
        };
        Assert.Empty(await trial.RunAsync(Fox, 5));
        Assert.Contains("has not finished within", Assert.Single(trial.Lost).Reason);
        fake.PollsUntilDone = 1;
        Assert.Equal(Picture(5), (await trial.RunAsync(Fox, 5))[5]);
        Assert.Single(fake.Heard, request => request.Path == "/prompt");
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Leaves the ledger as a run does that is killed while a job is on the server.</summary>
    private static async Task SubmitAsync(Trial trial, FakeComfy fake)
    {
        fake.PollsUntilDone = 1;
        await trial.RunAsync(Fox, 5);
        var lines = await File.ReadAllLinesAsync(trial.Ledger, TestContext.Current.CancellationToken);
        Assert.Contains("Submitted", lines[1]);
        await File.WriteAllTextAsync(
            trial.Ledger,
            $"{lines[0]}\n{lines[1]}\n{{\"model\":\"m\",\"pro",
            TestContext.Current.CancellationToken
        );
    }

    private Trial Of(FakeComfy fake, string? file = null)
    {
        if (file is null)
        {
            _folder.Write(FakeComfy.Workflow(Trial.Side, Trial.Side), file = "workflow.json");
        }

        return new Trial { Server = Trial.Of("comfyui", fake), Model = Model(new Workflow(_folder.At(file))) };
    }

    private static ServerModel Model(Workflow workflow) =>
        new("m")
        {
            Width = Trial.Side,
            Height = Trial.Side,
            Workflow = workflow,
        };

    private static byte[] Picture(long seed) =>
        FakePicture.Png(FakeComfy.Checkpoint, Fox, seed, Trial.Side, Trial.Side);
}
