namespace Semblance.Cli.Tests.Commands;

/// <summary>What cannot be compared: one clear sentence, the documented code, nothing on standard output.</summary>
[Trait("speed", "slow")]
public sealed class CompareBadInputTests : IDisposable
{
    private const string Header = "model,prompt,scs\n";
    private const string Good = Header + "a,fox,80\na,cat,82\nb,fox,81\nb,cat,79\n";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("a,fox,80\na,cat,82\nb,fox,81\nb,dog,79\n", "Only 1 prompt is shared by a and b")]
    [InlineData("a,fox,80\nb,fox,81\n", "one prompt in common")]
    [InlineData("a,fox,80\na,cat,81\n", "one model only ('a')")]
    [InlineData("a,fox,NaN\na,cat,82\nb,fox,81\nb,cat,79\n", "line 2")]
    [InlineData("a,fox,80\na,fox,82\nb,fox,81\nb,cat,79\n", "line 2 and t.csv, line 3")]
    public Task A_table(string rows, string said) => FailsAsync(Header + rows, 3, said, "compare", "t.csv");

    [Theory]
    [InlineData(2, "nearest name is 'SDXL'", "gate", "--baseline", "SDLX", "--candidate", "b")]
    [InlineData(
        2,
        "exclude each other",
        "gate",
        "--baseline",
        "SDXL",
        "--candidate",
        "b",
        "--superior",
        "--equivalent"
    )]
    [InlineData(2, "margin", "gate", "--baseline", "SDXL", "--candidate", "b", "--margin", "-1")]
    [InlineData(2, "'1,5'", "gate", "--baseline", "SDXL", "--candidate", "b", "--margin", "1,5")]
    [InlineData(2, "'--candidate' is required", "gate", "--baseline", "SDXL")]
    [InlineData(2, "nearest name is 'SDXL'", "compare", "--against", "sdxl")]
    [InlineData(2, "at least 100", "compare", "--resamples", "5")]
    [InlineData(2, "between 0 and 1", "compare", "--level", "95")]
    [InlineData(2, "ends with \"in oil\"", "compare", "--strip-suffix", "SDXL=in oil")]
    [InlineData(2, "no column \"encoder\"", "compare", "--encoder", "clip")]
    [InlineData(2, "first-words:N", "compare", "--cluster-by", "words")]
    [InlineData(2, "first-words:N", "compare", "--cluster-by", "first-words:0")]
    [InlineData(2, "exclude each other", "compare", "--cluster-by", "first-words:1", "--cluster", "prompt")]
    [InlineData(
        3,
        "no column \"family\" of clusters",
        "gate",
        "--baseline",
        "SDXL",
        "--candidate",
        "b",
        "--cluster",
        "family"
    )]
    [InlineData(3, "of one cluster", "compare", "--cluster", "encoder_key")]
    [InlineData(3, "does not exist", "compare", "--clusters", "none.csv")]
    [InlineData(3, "no column \"cluster\" of clusters", "compare", "--clusters", "t.csv")]
    [InlineData(3, "run folder", "plan")]
    [InlineData(2, "not both", "plan", "--prompt-variance", "1", "--zeta1", "1", "--zeta2", "1")]
    public Task An_option(int code, string said, params string[] arguments) =>
        FailsAsync(
            arguments.Contains("encoder_key")
                ? "model,prompt,scs,encoder_key\nSDXL,fox,80,k\nSDXL,cat,82,k\nb,fox,81,k\nb,cat,79,k\n"
                : Good.Replace("a,", "SDXL,", StringComparison.Ordinal),
            code,
            said,
            [arguments[0], "t.csv", .. arguments[1..]]
        );

    [Theory]
    [InlineData("--prompt-variance", "1")]
    [InlineData("--prompt-variance", "1", "--zeta1", "1", "--zeta2", "many")]
    [InlineData("--prompt-variance", "1", "--zeta1", "1", "--zeta2", "1", "--seeds", "1,2")]
    public Task A_plan(params string[] arguments) => FailsAsync(Good, 2, "", ["plan", .. arguments]);

    [Theory]
    [InlineData("compare", 2)]
    [InlineData("plan", 2)]
    public Task Nothing_to_read(string command, int code) => FailsAsync(Good, code, "./semblance-run", command);

    [Fact]
    public async Task Prompts_that_differ_by_a_suffix_get_the_options_that_match_them()
    {
        folder.Write(
            Header
                + "SDXL,a fox in the style of Monet,80\nSDXL,\"two cats, asleep in the style of Monet\",82\n"
                + "LoRA,\"two cats, asleep in the style of TOK\",85\nLoRA,a fox in the style of TOK,84\n",
            "t.csv"
        );
        var refused = await ProgramRun.OfAsync(folder.Path, ["compare", "t.csv"]);
        Assert.Equal(3, refused.Code);
        const string Options =
            "--strip-suffix \"SDXL=in the style of Monet\" --strip-suffix \"LoRA=in the style of TOK\"";
        Assert.Contains(Options, refused.Error, StringComparison.Ordinal);

        Assert.SkipUnless(File.Exists("/bin/bash"), "There is no bash here.");
        var matched = await ProgramRun.OfShellAsync(folder.Path, $"\"$@\" {Options}", "compare", "t.csv");
        Assert.True(matched.Code == 0, matched.Error);
        Assert.Contains("LoRA is higher on 2 of 2 prompts", matched.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_1000_models_are_refused_and_more_than_50_need_one_to_compare_with()
    {
        string Models(int count) =>
            Header + string.Concat(Enumerable.Range(0, count).Select(i => $"m{i},fox,{i % 9}\nm{i},cat,{i % 7}\n"));
        await FailsAsync(Models(1001), 3, "1001 models", "compare", "t.csv");
        await FailsAsync(Models(51), 2, "--against", "compare", "t.csv");
        var run = await ProgramRun.OfAsync(folder.Path, ["compare", "t.csv", "--against", "m3", "--format", "csv"]);
        Assert.True(run.Code == 0, run.Error);
        Assert.Equal(51, run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Unmatched_prompts_are_listed_and_left_out_when_allowed()
    {
        const string Rows = "a,fox,80\na,cat,82\na,owl,70\nb,fox,81\nb,cat,79\nb,dog,90\n";
        await FailsAsync(Header + Rows, 3, "a: \"owl\"\n  b: \"dog\"", "compare", "t.csv");
        var run = await ProgramRun.OfAsync(folder.Path, ["compare", "t.csv", "--allow-unmatched"]);
        Assert.True(run.Code == 0, run.Error);
        Assert.Contains(
            "2 scores were left out because not every model has their prompt (a: \"owl\";",
            run.Output.ReplaceLineEndings(" "),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Clusters_miss_no_prompt_and_make_families_one_unit()
    {
        var rows = string.Concat(
            Enumerable
                .Range(0, 24)
                .Select(i =>
                    $"a,the subject {(char)('a' + (i / 3))} {i},{80 + (i % 5)},{i / 3}\nb,the subject {(char)('a' + (i / 3))} {i},{81 + (i % 7)},{i / 3}\n"
                )
        );
        folder.Write("model,prompt,scs,family\n" + rows, "t.csv");
        var alike = await ProgramRun.OfAsync(folder.Path, ["compare", "t.csv"]);
        Assert.Contains("--cluster-by first-words:N", alike.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        folder.Write("prompt,cluster\nthe subject a 0,x\nthe subject a 1,y\n", "some.csv");
        Assert.Contains(
            "some.csv has no cluster for 22 prompts of 24",
            await RefusedRun.ErrorOfAsync(folder.Path, 3, ["compare", "t.csv", "--clusters", "some.csv"]),
            StringComparison.Ordinal
        );
        foreach (string[] way in new[] { new[] { "--cluster", "family" }, ["--cluster-by", "first-words:3"] })
        {
            var run = await ProgramRun.OfAsync(folder.Path, ["compare", "t.csv", .. way]);
            Assert.True(run.Code == 0, run.Error);
            Assert.Contains("prompts are in 8 clusters", run.Output, StringComparison.Ordinal);
            Assert.Contains("cluster-robust t", run.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("variants of", run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Images_and_scores_are_not_compared_with_each_other()
    {
        TestImage.Write(1, folder.At("images", "m", "fox", "1.png"));
        await FailsAsync(Good, 2, "score the images", "compare", "t.csv", "images");
    }

    private async Task FailsAsync(string table, int code, string said, params string[] arguments)
    {
        folder.Write(table, "t.csv");
        var error = await RefusedRun.ErrorOfAsync(folder.Path, code, arguments);
        Assert.Contains("semblance: error: ", error, StringComparison.Ordinal);
        Assert.Contains(said, error, StringComparison.Ordinal);
    }
}
