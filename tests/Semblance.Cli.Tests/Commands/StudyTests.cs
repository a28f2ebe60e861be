using System.Text.Json.Nodes;

namespace Semblance.Cli.Tests.Commands;

public sealed class StudyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    [Trait("speed", "slow")]
    public async Task The_starter_runs_offline_from_init_to_report()
    {
        Assert.Equal("study.yaml\n", (await RunAsync("study", "init")).Output);
        Assert.Contains("80 images to make.", (await RunAsync("study", "plan")).Output);
        var run = await RunAsync("study", "run");
        Assert.Equal(0, run.Code);
        Assert.EndsWith("./first-study-run/report.html\n", run.Output);
        var status = JsonNode.Parse((await RunAsync("study", "status", "--format", "json")).Output)!;
        Assert.Equal("semblance.study-state/1", $"{status["schema"]}");
        Assert.Equal([40, 40], status["study"]!["models"]!.AsArray().Select(model => model!["there"]!.GetValue<int>()));
        Assert.Contains("exists and is left as it is", await RefusedRun.ErrorOfAsync(_folder.Path, 2, "study", "init"));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_gate_that_does_not_pass_is_the_exit_code()
    {
        await RunAsync("study", "init");
        var text = await File.ReadAllTextAsync(_folder.At("study.yaml"), TestContext.Current.CancellationToken);
        _folder.Write(text + "\ngates: [{ baseline: steady, candidate: wanderer, margin: 1.0 }]\n", "study.yaml");
        var run = await RunAsync("study", "run", "--quiet");
        Assert.Equal(1, run.Code);
        Assert.Contains("gate fail:", run.Output);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_killed_run_goes_on_and_asks_for_the_job_that_the_server_has()
    {
        await using var comfy = new FakeComfy { PollsUntilDone = 1_000_000 };
        _folder.Write(FakeComfy.Workflow(64, 64), "workflow.json");
        _folder.Write(
            $$"""
            prompts: [a fox]
            seeds: 1..3
            defaults: { width: 64, height: 64 }
            backends: { comfy: { kind: comfyui, url: "{{comfy.Url}}" } }
            models: [{ id: m, backend: comfy, workflow: workflow.json, seed_support: honoured }]
            score: { encoders: [builtin] }
            """,
            "study.yaml"
        );
        using (var process = ProgramRun.Start(_folder.Path, ["study", "run"], new Dictionary<string, string>()))
        {
            while (!comfy.Heard.Any(request => request.Path.StartsWith("/history", StringComparison.Ordinal)))
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }

            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        comfy.PollsUntilDone = 1;
        var run = await RunAsync("study", "run");
        Assert.Equal(0, run.Code);
        Assert.Equal(3, comfy.Heard.Count(request => request.Path == "/prompt"));
        Assert.Equal(
            FakePicture.Png(FakeComfy.Checkpoint, "a fox", 1, 64, 64),
            await File.ReadAllBytesAsync(
                _folder.At("study-run", "images", "m", "a fox", "1.png"),
                TestContext.Current.CancellationToken
            )
        );
    }

    [Theory]
    [Trait("speed", "slow")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_killed_run_does_not_pay_twice_for_a_prediction(bool beforeItsIdIsKnown)
    {
        await using var replicate = new FakeReplicate { Key = "the-key" };
        if (beforeItsIdIsKnown)
        {
            // The answer to the second image's request is lost with the process that waits for it.
            replicate.Fail(new Fault { HoldsAnswer = true }, IsSecond);
        }

        _folder.Write(
            $$"""
            prompts: [a fox]
            seeds: 1..3
            defaults: { width: 64, height: 64 }
            backends: { rented: { kind: replicate, url: "{{replicate.Url}}", api_key_env: THE_KEY } }
            models:
              - { id: m, backend: rented, model: {{FakeReplicate.Model}}, price_per_image: 0.25, seed_support: honoured }
            budget: { max_cost: 0.75 }
            score: { encoders: [builtin] }
            """,
            "study.yaml"
        );
        var keys = new Dictionary<string, string> { ["THE_KEY"] = "the-key" };
        bool IsSecond(Heard request) => request.Method == "POST" && $"{request.Json["input"]?["seed"]}" == "2";
        using (var process = ProgramRun.Start(_folder.Path, ["study", "run"], keys))
        {
            while (
                !replicate.Heard.Any(request =>
                    beforeItsIdIsKnown ? IsSecond(request) : request.Path == "/v1/predictions/p2"
                )
            )
            {
                if (!beforeItsIdIsKnown && replicate.Made == 1)
                {
                    replicate.PollsUntilDone = 1_000_000;
                }

                await Task.Delay(20, TestContext.Current.CancellationToken);
            }

            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        replicate.PollsUntilDone = 1;
        var run = await ProgramRun.OfAsync(_folder.Path, ["study", "run"], keys);
        Assert.True(run.Code == 0, run.Error);
        string[] seeds =
        [
            .. replicate
                .Heard.Where(request => request.Method == "POST")
                .Select(request => $"{request.Json["input"]!["seed"]}"),
        ];
        Assert.Equal(["1", "2", "3"], seeds);
        var status = JsonNode.Parse(
            (await ProgramRun.OfAsync(_folder.Path, ["study", "status", "--format", "json"], keys)).Output
        )!;
        Assert.Equal(0.75m, status["study"]!["spent"]!.GetValue<decimal>());
        Assert.Equal(
            FakePicture.Png(FakeReplicate.Model, "a fox", 2, 64, 64),
            await File.ReadAllBytesAsync(
                _folder.At("study-run", "images", "m", "a fox", "2.png"),
                TestContext.Current.CancellationToken
            )
        );
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_full_disk_ends_the_run_and_more_room_goes_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A small disk is made with Linux's namespaces.");
        await using var fake = new FakeAutomatic1111();
        _folder.Write(
            $$"""
            name: full
            prompts: [a fox]
            seeds: 1..40
            defaults: { width: 64, height: 64 }
            backends: { s: { kind: automatic1111, url: "{{fake.Url}}" } }
            models: [{ id: m, backend: s, seed_support: honoured }]
            score: { encoders: [builtin] }
            output: { run: run }
            """,
            "study.yaml"
        );
        var run = await ProgramRun.OfShellAsync(
            _folder.Path,
            """
            unshare -m true 2> no && apart="unshare -m" || apart="unshare -rm"
            mkdir run
            $apart bash -c '
                mount -t tmpfs -o size=100k tmpfs run || exit 77
                "$@"; echo "code $?"; ls "run/images/m/a fox" | grep -c png
                mount -o remount,size=64m run
                "$@" 2> second; echo "code $?"; ls "run/images/m/a fox" | grep -c png
                find run -name "*.tmp"
            ' bash "$@"
            """,
            "study",
            "run"
        );
        Assert.SkipWhen(
            run.Code == 77 || run.Error.Contains("unshare", StringComparison.Ordinal),
            "No disk of our own may be made here."
        );
        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("code 4", lines[0]);
        var kept = int.Parse(lines[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(kept, 1, 39);
        Assert.Matches(
            "semblance: error: .*run.* cannot be written: no space is left. .*What was finished before is kept.",
            run.Error.ReplaceLineEndings(" ")
        );
        Assert.DoesNotMatch(ProgramRun.StackTrace, run.Error);
        Assert.Contains("code 0", lines);
        Assert.Contains("40", lines);
        Assert.DoesNotContain(lines, line => line.EndsWith(".tmp", StringComparison.Ordinal));
        Assert.DoesNotContain("--run", run.Error);
        // Lost are the image that could not be written, one that waited for it, and one that was under way.
        Assert.InRange(fake.Made, 40, 43);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Images_of_a_data_set_that_is_not_there_are_to_be_downloaded()
    {
        await RunAsync("study", "init", "paper.yaml", "--preset", "paper-main");
        var plan = await RunAsync("study", "plan", "paper.yaml");
        Assert.Contains("The images of SDXL, pixart are downloaded first", plan.Output);
        Assert.DoesNotContain("All images are there", plan.Output);
        Assert.Contains(
            "paper-images is not in the cache",
            await RefusedRun.ErrorOfAsync(_folder.Path, 4, "study", "run", "paper.yaml")
        );
    }

    [Theory]
    [InlineData(3, "There is no file", "study", "plan", "gone.yaml")]
    [InlineData(2, "paper-man", "study", "init", "--preset", "paper-man")]
    public async Task Mistakes_are_a_sentence(int code, string sentence, params string[] arguments) =>
        Assert.Contains(sentence, await RefusedRun.ErrorOfAsync(_folder.Path, code, arguments));

    [Fact]
    public async Task A_server_that_is_down_is_not_available_and_not_a_crash()
    {
        var fake = new FakeAutomatic1111();
        var url = fake.Url;
        await fake.DisposeAsync();
        _folder.Write(
            $$"""
            prompts: [a fox]
            seeds: 1..2
            backends: { s: { kind: automatic1111, url: "{{url}}", retry: { max_attempts: 1 } } }
            models: [{ id: m, backend: s }]
            """,
            "study.yaml"
        );
        var error = await RefusedRun.ErrorOfAsync(_folder.Path, 4, "study", "run");
        Assert.Contains("m: s cannot be reached at http://127.0.0.1", error);
        Assert.Contains("What was made is kept; run the study again to go on.", error);
    }

    public void Dispose() => _folder.Dispose();

    private Task<ProgramRun> RunAsync(params string[] arguments) => ProgramRun.OfAsync(_folder.Path, arguments);
}
