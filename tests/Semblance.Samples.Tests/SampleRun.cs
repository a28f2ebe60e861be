using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Semblance.Samples.Tests;

/// <summary>A line that a sample prints about a set of images.</summary>
internal sealed record PrintedScore(string Model, string Prompt, double Scs, double StandardError);

/// <summary>What a sample printed.</summary>
internal sealed record SampleRun(string Output)
{
    private static readonly Regex ScoreLine = new(
        @"^(?<model>.*), (?<prompt>.*): SCS (?<scs>[\d.]+), standard error (?<error>[\d.]+)$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        TimeSpan.FromMinutes(1)
    );

    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public IReadOnlyList<PrintedScore> Scores =>
        [
            .. ScoreLine
                .Matches(Output)
                .Select(line => new PrintedScore(
                    line.Groups["model"].Value,
                    line.Groups["prompt"].Value,
                    Number(line, "scs"),
                    Number(line, "error")
                )),
        ];

    /// <summary>Runs a sample that was built with these tests, and expects it to succeed.</summary>
    public static async Task<SampleRun> OfAsync(string sample, string folder, params string[] arguments)
    {
        // bin/Debug/net10.0, or whatever these tests are built to.
        var built = Path.GetRelativePath(
            Repository.At("tests", "Semblance.Samples.Tests"),
            Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)
        );
        var start = new ProcessStartInfo(
            "dotnet",
            [Repository.At("samples", sample, built, sample + ".dll"), .. arguments]
        )
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (process.ExitCode, await error));
        return new SampleRun(output.ReplaceLineEndings("\n"));
    }

    private static double Number(Match line, string group) =>
        double.Parse(line.Groups[group].Value, CultureInfo.InvariantCulture);
}
