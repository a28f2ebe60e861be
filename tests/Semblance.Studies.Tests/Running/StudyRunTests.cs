using Semblance.Comparison;
using Semblance.Remote;
using Semblance.Remote.Settings;
using Semblance.Studies.Files;
using Semblance.Studies.Running;

namespace Semblance.Studies.Tests.Running;

[Trait("speed", "slow")]
public sealed class StudyRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Heard _heard = new();
    private readonly Dictionary<string, string> _variables = [];

    [Fact]
    public async Task Painters_servers_and_folders_go_all_the_way_to_a_report()
    {
        await using var comfy = new FakeComfy();
        _folder.Write(FakeComfy.Workflow(64, 64), "workflow.json");
        foreach (var seed in (long[])[1, 2, 3, 4])
        {
            File.WriteAllBytes(
                _folder.For("images", "a fox", $"{seed}.png"),
                FakePicture.Png("old", "a fox", seed, 64, 64)
            );
            File.WriteAllBytes(
                _folder.For("images", "a house", $"{seed}.png"),
                FakePicture.Png("old", "a house", seed, 64, 64)
            );
        }

        var study = $$"""
            name: all
            prompts: [a fox, a house]
            seeds: 1..3
            defaults: { width: 64, height: 64 }
            backends: { comfy: { kind: comfyui, url: "{{comfy.Url}}" } }
            models:
              - { id: painter, painter: steady }
              - { id: server, backend: comfy, workflow: workflow.json }
              - { id: there, folder: images }
            score: { encoders: [builtin] }
            gates: [{ baseline: painter, candidate: server, margin: 100 }]
            output: { run: run }
            """;
        var plan = StudyState.Of(Read(study));
        Assert.Equal(
            [(6, 0, 6), (6, 0, 6), (6, 6, 0)],
            plan.Models.Select(model => (model.Asked, model.There, model.Left))
        );
        Assert.Equal(3, plan.Models[1].Probes);
        Assert.Empty(comfy.Heard);

        var outcome = await RunAsync(study);
        Assert.Equal([6, 6, 6], outcome.State.Models.Select(model => model.There));
        Assert.Equal(SeedWorth.Exact, outcome.State.Models[1].Seeds);
        Assert.StartsWith("No difference among the 3 models is shown", outcome.Verdict);
        Assert.Single(outcome.Gates);
        Assert.Contains(
            "<html",
            await File.ReadAllTextAsync(_folder.At("run", "report.html"), TestContext.Current.CancellationToken)
        );
        Assert.Equal(
            FakePicture.Png(FakeComfy.Checkpoint, "a fox", 2, 64, 64),
            await File.ReadAllBytesAsync(
                _folder.At("run", "images", "server", "a fox", "2.png"),
                TestContext.Current.CancellationToken
            )
        );

        // Nothing has changed: no call, no stage.
        var calls = comfy.Heard.Count;
        _heard.Stages.Clear();
        await RunAsync(study);
        Assert.Equal(calls, comfy.Heard.Count);
        Assert.DoesNotContain("embedding", _heard.Stages);
        Assert.Contains("scores of builtin are current", _heard.Notes);
        Assert.Contains("the comparison is current", _heard.Notes);

        // One more seed: only that is made, and all of it is scored again.
        await RunAsync(study.Replace("1..3", "1..4", StringComparison.Ordinal));
        Assert.Contains("embedding", _heard.Stages);
        Assert.Equal(3 + 6 + 2, comfy.Made);
    }

    [Fact]
    public async Task Clusters_are_the_unit_of_scores_comparison_and_gates_and_other_ones_embed_nothing_anew()
    {
        _folder.Write("prompt,subject\na fox,1\na red fox,1\na house,2\na tall house,2\nthe sea,3\n", "prompts.csv");
        const string Study = """
            name: clusters
            prompts: { file: prompts.csv }
            seeds: 1..3
            defaults: { width: 64, height: 64 }
            models:
              - { id: painter, painter: steady }
              - { id: other, painter: wanderer, suffix: in oil }
            score: { encoders: [builtin] }
            clusters: { column: subject }
            gates: [{ baseline: painter, candidate: other, margin: 100 }]
            output: { run: run }
            """;
        var alone = await RunAsync(Study.Replace("clusters: { column: subject }", "", StringComparison.Ordinal));
        var clustered = await RunAsync(Study);
        Assert.Equal(3, Stored().Clusters);
        Assert.Contains("robust to clusters", clustered.Gates[0].Method);
        Assert.DoesNotContain("clusters", alone.Gates[0].Method);

        await RunAsync(Study);
        Assert.Contains("the comparison is current", _heard.Notes);
        var embedded = Chunks();
        await RunAsync(Study.Replace("{ column: subject }", "{ by: first-words:2 }", StringComparison.Ordinal));
        Assert.Equal(5, Stored().Clusters);
        Assert.Equal(embedded, Chunks());

        string[] Chunks() => Directory.GetFiles(_folder.At("run", "embeddings"), "*", SearchOption.AllDirectories);

        Semblance.Runs.Folder.StoredComparison Stored() =>
            new Semblance.Runs.Folder.RunFolder(_folder.At("run")).ReadComparison()!;
    }

    [Fact]
    public async Task A_program_makes_images_and_its_failures_leave_the_others()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the program is a shell script");
        _folder.Write("weights", "sd15.gguf");
        foreach (var seed in (long[])[0, 1, 2])
        {
            File.WriteAllBytes(_folder.For($"{seed}.png"), FakePicture.Png("sd15", "a fox", seed, 64, 64));
        }

        var program = _folder.Write(
            """
            #!/bin/sh
            case "$1" in --help) echo "usage"; exit 0;; esac
            while [ $# -gt 0 ]; do case "$1" in --seed) seed=$2;; --output) file=$2;; esac; shift; done
            [ "$seed" = "$(cat broken 2> /dev/null)" ] && { echo "[ERROR] out of memory"; exit 1; }
            echo "$seed" >> made
            cp "$(($seed % 3)).png" "$file"
            """.ReplaceLineEndings("\n"),
            "bin",
            "sd"
        );
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        _folder.Write("3", "broken");
        const string Study = """
            name: program
            prompts: [a fox]
            seeds: 1..4
            defaults: { width: 64, height: 64 }
            backends: { local: { kind: sd-cli, program: bin/sd } }
            models: [{ id: m, backend: local, checkpoint: sd15.gguf, steps: 4 }]
            score: { encoders: [builtin] }
            output: { run: run }
            """;
        var outcome = await RunAsync(Study);
        Assert.Contains("local ended with code 1: [ERROR] out of memory", Assert.Single(outcome.Lost));
        Assert.Equal((3, 1), (outcome.State.Models[0].There, outcome.State.Models[0].Failed));
        Assert.Equal(SeedWorth.Exact, outcome.State.Models[0].Seeds);
        File.Delete(_folder.At("broken"));
        Assert.Equal(4, (await RunAsync(Study)).State.Models[0].There);
        // Three for the probe, and each image once.
        Assert.Equal(
            3 + 4,
            (await File.ReadAllLinesAsync(_folder.At("made"), TestContext.Current.CancellationToken)).Length
        );
    }

    [Fact]
    public async Task A_server_that_ignores_seeds_is_refused_after_three_images()
    {
        await using var fake = new FakeAutomatic1111 { Habits = new Habits { IgnoresSeed = true } };
        var fault = await Assert.ThrowsAsync<InputException>(() => RunAsync(One(fake)));
        Assert.Contains("m cannot be scored by seeds: the seed is ignored", fault.Message);
        Assert.Equal(3, fake.Made);
        // It is known now, and costs no further image.
        await Assert.ThrowsAsync<InputException>(() => RunAsync(One(fake)));
        Assert.Equal(3, fake.Made);
        Assert.Equal(4, (await RunAsync(One(fake) + "\nchecks: { require_seed: any }")).State.Models[0].There);
    }

    [Fact]
    public async Task A_filtered_image_is_recorded_and_never_asked_for_again()
    {
        await using var fake = new FakeOpenAi { Dialect = "generic" };
        var study = $$"""
            name: filtered
            prompts: [a fox, forbidden fruit]
            seeds: 1..2
            defaults: { width: 64, height: 64 }
            backends: { s: { kind: openai, dialect: generic, url: "{{fake.Url}}" } }
            models: [{ id: m, backend: s }]
            score: { encoders: [builtin] }
            output: { run: run }
            """;
        var outcome = await RunAsync(study);
        Assert.Equal(
            (2, 2, 0),
            (outcome.State.Models[0].There, outcome.State.Models[0].Filtered, outcome.State.Models[0].Left)
        );
        Assert.Contains(outcome.Lost, reason => reason.Contains("safety system", StringComparison.Ordinal));
        var calls = fake.Heard.Count;
        await RunAsync(study);
        Assert.Equal(calls, fake.Heard.Count);
    }

    [Fact]
    public async Task A_closed_server_ends_itself_and_no_other()
    {
        await using var good = new FakeAutomatic1111();
        await using var bad = new FakeAutomatic1111 { Key = "wrong" };
        var study = $$"""
            name: two-servers
            prompts: [a fox, a house]
            seeds: 1..2
            defaults: { width: 64, height: 64 }
            backends:
              good: { kind: automatic1111, url: "{{good.Url}}" }
              bad: { kind: automatic1111, url: "{{bad.Url}}", api_key_env: THE_KEY }
            models:
              - { id: a, backend: bad }
              - { id: b, backend: good }
            score: { encoders: [builtin] }
            output: { run: run }
            """;
        _variables["THE_KEY"] = "the-secret-key-9f8e7d";
        var fault = await Assert.ThrowsAsync<ResourceException>(() => RunAsync(study));
        Assert.Contains("bad refuses the key (401)", fault.Message);
        Assert.Equal(4, StudyState.Of(Read(study)).Models[1].There);
        bad.Key = null;
        Assert.Equal([4, 4], (await RunAsync(study)).State.Models.Select(model => model.There));
        AssertNowhere("the-secret-key-9f8e7d");
    }

    [Fact]
    public async Task A_limit_in_the_middle_leaves_every_prompt_with_as_many_images_and_more_money_goes_on()
    {
        await using var fake = new FakeOpenAi();
        var study = $$"""
            name: limited
            prompts: [a fox, a house]
            defaults: { width: 64, height: 64 }
            backends: { s: { kind: openai, url: "{{fake.Url}}" } }
            models: [{ id: m, backend: s, model: gpt-image-1, repetitions: 3, price_per_image: 0.05 }]
            budget: { max_cost: 0.20 }
            score: { encoders: [builtin] }
            output: { run: run }
            """;
        var fault = await Assert.ThrowsAsync<ResourceException>(() => RunAsync(study));
        Assert.Contains("would pass the limit of 0.20 USD", fault.Message);
        Assert.Equal(4, fake.Made);
        Assert.All(
            (string[])["a fox", "a house"],
            prompt =>
                Assert.Equal(
                    ["r1.png", "r2.png"],
                    Directory.GetFiles(_folder.At("run", "images", "m", prompt)).Select(Path.GetFileName).Order()
                )
        );
        var outcome = await RunAsync(study.Replace("0.20", "1", StringComparison.Ordinal));
        Assert.Equal((6, 0.30m), (outcome.State.Models[0].There, outcome.State.Spent));
    }

    [Fact]
    public async Task Files_of_another_time_are_the_same_files()
    {
        await using var fake = new FakeAutomatic1111();
        await RunAsync(One(fake));
        var calls = fake.Heard.Count;
        foreach (var file in Directory.EnumerateFiles(_folder.At("run"), "*", SearchOption.AllDirectories))
        {
            // As after the clock was set: some files are of the future, others of the past.
            File.SetLastWriteTimeUtc(
                file,
                new DateTime(file.Length % 2 == 0 ? 2090 : 1990, 1, 1, 0, 0, 0, DateTimeKind.Utc)
            );
        }

        _heard.Stages.Clear();
        Assert.Equal(4, (await RunAsync(One(fake))).State.Models[0].There);
        Assert.Equal(calls, fake.Heard.Count);
        Assert.DoesNotContain("generating", _heard.Stages);
    }

    [Fact]
    public async Task A_changed_recipe_another_study_and_an_unknown_model_are_refused()
    {
        await using var fake = new FakeAutomatic1111();
        await RunAsync(One(fake));
        var changed = await Assert.ThrowsAsync<InputException>(() =>
            RunAsync(
                One(fake)
                    .Replace("backend: s", "backend: s, steps: 7", StringComparison.Ordinal)
                    .Replace("1..4", "1..5", StringComparison.Ordinal)
            )
        );
        Assert.Contains("made another way (steps: not given before, 7 now)", changed.Message);
        var other = await Assert.ThrowsAsync<InputException>(() =>
            RunAsync(One(fake).Replace("name: one", "name: other", StringComparison.Ordinal))
        );
        Assert.Contains("is the run of the study \"one\", and this is \"other\"", other.Message);
        var unknown = await Assert.ThrowsAsync<UsageException>(() =>
            StudyRun.RunAsync(Read(One(fake)), ["mm"], _heard.Host(), Servers(), TestContext.Current.CancellationToken)
        );
        Assert.Contains("did you mean \"m\"?", unknown.Message);
    }

    public void Dispose() => _folder.Dispose();

    private static string One(FakeAutomatic1111 fake) =>
        $$"""
            name: one
            prompts: [a fox]
            seeds: 1..4
            defaults: { width: 64, height: 64 }
            backends: { s: { kind: automatic1111, url: "{{fake.Url}}" } }
            models: [{ id: m, backend: s }]
            score: { encoders: [builtin] }
            output: { run: run }
            """.ReplaceLineEndings("\n");

    private void AssertNowhere(string secret)
    {
        foreach (var file in Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain(secret, System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file)));
        }

        Assert.All(_heard.Notes.Concat(_heard.Warnings), said => Assert.DoesNotContain(secret, said));
    }

    private StudyFile Read(string text) => StudyFileReader.Read(_folder.Write(text, "study.yaml"));

    private ServerHost Servers() => new() { Variable = name => _variables.GetValueOrDefault(name) };

    private Task<StudyOutcome> RunAsync(string text) =>
        StudyRun.RunAsync(Read(text), [], _heard.Host(), Servers(), TestContext.Current.CancellationToken);
}
