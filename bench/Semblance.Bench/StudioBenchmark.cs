using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using NetVips;
using Semblance.Agreement;
using Semblance.Studio;
using Semblance.Studio.Design;
using Semblance.Studio.Serving;
using Semblance.Studio.Storing;

namespace Semblance.Bench;

/// <summary>
/// A study on loopback: pages of 40 images that were never shown, and raters who all vote at once, as fast as they can.
/// Raters and server share one process, so that what is measured is more than the server takes.
/// </summary>
internal static partial class StudioBenchmark
{
    private const int Raters = 50;
    private const int Prompts = 6;
    private const int Seeds = 20;
    private const int Side = 1024;

    /// <summary>How many connections a browser opens to one server.</summary>
    private const int Connections = 6;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("semblance-bench-").FullName;
        try
        {
            var definition = Study(folder);
            await using var store = await VoteStore.OpenAsync(
                arguments is [var place, ..] ? place : Path.Combine(folder, "votes.sqlite")
            );
            await store.KeepStudyAsync(definition);
            await using var server = await StudioServer.StartAsync(store, folder, new StudioOptions { Port = 0 });
            foreach (var link in server.RaterLinks)
            {
                using var client = new HttpClient();
                using var reply = await client.PostAsync(new Uri(link + "/consent"), null);
            }

            await PagesAsync(server, RaterPages.Of(definition, 0).Count);
            await VotesAsync(server, store, definition);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task PagesAsync(StudioServer server, int pages)
    {
        var times = new List<double>();
        var processor = new List<double>();
        var bytes = 0L;
        for (var page = 1; page <= pages; page++)
        {
            // A new browser, with nothing open and nothing in its cache.
            using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = Connections };
            using var client = new HttpClient(handler);
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            var watch = Stopwatch.StartNew();
            var html = await client.GetStringAsync(new Uri($"{server.RaterLinks[0]}/page/{page}"));
            var images = await Task.WhenAll(
                Source()
                    .Matches(html)
                    .Select(image => client.GetByteArrayAsync(new Uri(server.Address + image.Groups["path"].Value)))
            );
            times.Add(watch.Elapsed.TotalMilliseconds);
            processor.Add((Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds);
            bytes = images.Sum(image => (long)image.Length);
        }

        Print($"page of {2 * Seeds} images of {Side}x{Side}, never shown before", [.. times.Take(1)]);
        Print("the pages after it", [.. times.Skip(1)]);
        Print("  processor time of one", [.. processor.Skip(1)]);
        Console.WriteLine($"bytes of the last page's images: {bytes / 1e6:F2} MB");
    }

    private static async Task VotesAsync(StudioServer server, VoteStore store, StudyDefinition definition)
    {
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        var times = await Task.WhenAll(
            server.RaterLinks.Select((link, rater) => VoteAsync(link, rater, RaterPages.Of(definition, rater).Count))
        );
        var seconds = watch.Elapsed.TotalSeconds;
        var used = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds;
        double[] all = [.. times.SelectMany(own => own)];
        var kept = await store.ReadVotesAsync();
        Print($"{Raters} raters at once, each {times[0].Length} votes and the next pages", all);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{all.Length / seconds:F0} votes a second, {used / all.Length:F1} ms of processor time each; {all.Length} acknowledged, {kept.Count} kept"
            )
        );

        async Task<double[]> VoteAsync(string link, int rater, int pages)
        {
            using var client = new HttpClient();
            var own = new double[pages];
            for (var page = 1; page <= pages; page++)
            {
                var started = Stopwatch.GetTimestamp();
                using var reply = await client.PostAsJsonAsync(
                    new Uri(link + "/votes"),
                    new
                    {
                        id = FormattableString.Invariant($"{rater}-{page}"),
                        page,
                        answer = "left",
                        replaces = 0,
                        viewSeconds = 4.5,
                        screen = "1440x900@2 mouse",
                    }
                );
                reply.EnsureSuccessStatusCode();
                own[page - 1] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                await client.GetStringAsync(new Uri($"{link}/page/{Math.Min(page + 2, pages)}"));
            }

            return own;
        }
    }

    private static void Print(string what, double[] milliseconds)
    {
        Array.Sort(milliseconds);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: median {milliseconds[milliseconds.Length / 2]:F0} ms, 95% below {milliseconds[(int)(0.95 * milliseconds.Length)]:F0} ms, most {milliseconds[^1]:F0} ms"
            )
        );
    }

    /// <summary>A study of images with gradients and noise, which are as large as those of models.</summary>
    private static StudyDefinition Study(string folder)
    {
        string[] models = ["first", "second"];
        StudyPrompt[] prompts =
        [
            .. Enumerable
                .Range(0, Prompts)
                .Select(prompt => new StudyPrompt(
                    $"prompt {prompt}",
                    [
                        .. models.Select(model => new StudySet([
                            .. Enumerable
                                .Range(0, Seeds)
                                .Select(seed => new StudyImage(Image(folder, model, prompt, seed), $"{seed}")),
                        ])),
                    ]
                )),
        ];
        return new StudyDefinition(
            "bench",
            1,
            models,
            prompts,
            Seeds,
            Question.Default,
            PairScheme.All,
            null,
            Raters,
            1,
            0.1,
            new TileSize(512, 512),
            new ExclusionRules()
        );
    }

    private static string Image(string folder, string model, int prompt, int seed)
    {
        var path = FormattableString.Invariant($"{model}-{prompt}-{seed}.png");
        using var noise = NetVips.Image.Gaussnoise(Side, Side, sigma: 6, mean: 0, seed: seed + (100 * prompt));
        using var ramp = NetVips.Image.Xyz(Side, Side).Linear([200.0 / Side, 200.0 / Side], [20.0 + seed, 30]);
        using var image = ramp.Bandjoin(128)
            .Add(noise)
            .Cast(Enums.BandFormat.Uchar)
            .Copy(interpretation: Enums.Interpretation.Srgb);
        image.Pngsave(Path.Combine(folder, path));
        return path;
    }

    [GeneratedRegex("src=\"(?<path>/r/[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Source();
}
