using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Semblance.FakeServers;
using Semblance.Imaging.Formats;
using Semblance.Painters;
using Semblance.Remote;
using Semblance.Remote.Calls;
using Semblance.Remote.Settings;
using Semblance.Studies;
using Semblance.Studies.Files;
using Semblance.Studies.Linting;
using Semblance.Studies.Running;

namespace Semblance.Bench;

/// <summary>What a study costs beside its images: a call, a plan of 10,000 images, a look at 4,000.</summary>
internal static class StudyBenchmark
{
    private const int Calls = 300;
    private const int Side = 64;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("semblance-bench-").FullName;
        try
        {
            await CallsAsync(folder);
            Plan(folder);
            await LintAsync(folder, arguments is [var images] ? int.Parse(images, CultureInfo.InvariantCulture) : 4000);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static async Task CallsAsync(string folder)
    {
        await using var fake = new FakeHttp();
        var address = new Uri(fake.Url, "/raw");
        using var client = new HttpClient();
        async Task BareAsync(int seed)
        {
            var body = $$"""{"prompt":"a red fox","seed":{{seed}},"width":{{Side}},"height":{{Side}}}""";
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(address, content);
            await answer.Content.ReadAsByteArrayAsync();
        }

        var settings = new ServerSettings("fake", "http", address)
        {
            Template = new HttpTemplate(
                "POST",
                JsonNode.Parse("""{"prompt":"{prompt}","seed":"{seed}","width":"{width}","height":"{height}"}"""),
                "body",
                null,
                null
            ),
        };
        using var ledger = CallLedger.Open(Path.Combine(folder, "calls.jsonl"));
        using var server = ImageServer.Open(settings, new ServerHost());
        var generator = await server.OpenAsync(
            new ServerModel("m") { Width = Side, Height = Side },
            new Budget(ledger)
        );
        async Task OursAsync(int first)
        {
            var requests = Enumerable
                .Range(first, Calls)
                .Select(seed => new ImageRequest("a red fox", seed, Side, Side))
                .ToArray();
            await foreach (var image in generator.GenerateAsync(requests)) { }
        }

        var (bare, ours) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round < 4; round++)
        {
            var clock = Stopwatch.StartNew();
            for (var i = 0; i < Calls; i++)
            {
                await BareAsync(i);
            }

            bare = Math.Min(bare, clock.Elapsed.TotalMilliseconds / Calls);
            clock.Restart();
            await OursAsync(round * Calls);
            ours = Math.Min(ours, clock.Elapsed.TotalMilliseconds / Calls);
        }

        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"call      {ours:F2} ms an image, {bare:F2} ms of a bare request; overhead {ours - bare:F2} ms (ledger, decoding and checks included)"
            )
        );
    }

    private static void Plan(string folder)
    {
        var prompts = string.Join("\n", Enumerable.Range(0, 100).Select(i => $"  - a fox number {i} in the snow"));
        var models = string.Join(
            "\n",
            Enumerable.Range(0, 5).Select(i => $"  - {{ id: model-{i}, backend: s, price_per_image: 0.01 }}")
        );
        var file = Path.Combine(folder, "study.yaml");
        File.WriteAllText(
            file,
            $$"""
            prompts:
            {{prompts}}
            seeds: 1..20
            backends: { s: { kind: automatic1111 } }
            models:
            {{models}}
            """
        );
        var clock = Stopwatch.StartNew();
        var state = StudyState.Of(StudyFileReader.Read(file));
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"plan      {state.Models.Sum(model => model.Left)} images in {clock.Elapsed.TotalSeconds:F3} s, the first time in this process"
            )
        );
        clock.Restart();
        StudyState.Of(StudyFileReader.Read(file));
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"plan      again in {clock.Elapsed.TotalSeconds:F3} s; working set of the process at most {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:F0} MB"
            )
        );
    }

    private static async Task LintAsync(string folder, int images)
    {
        const int Distinct = 100;
        var files = new List<string>();
        byte[][] distinct =
        [
            .. Enumerable
                .Range(0, Distinct)
                .Select(seed => Painter.Wanderer.Paint(new ImageRequest("a harbour at dawn", seed, 512, 512)))
                .Select(image => JpegWriter.Write(image.Pixels, image.Width, image.Height)),
        ];
        for (var i = 0; i < images; i++)
        {
            var path = Path.Combine(folder, "images", "m", $"prompt {i / 20}", $"{i % 20}.jpg");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            // The bytes behind the end of a JPEG are nothing; they make each file another one.
            await File.WriteAllBytesAsync(path, [.. distinct[i % Distinct], .. BitConverter.GetBytes(i)]);
            files.Add(path);
        }

        var (decode, lint) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round < 2; round++)
        {
            var clock = Stopwatch.StartNew();
            Parallel.ForEach(
                files,
                new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
                file => ImageDecoder.Decode(File.ReadAllBytes(file))
            );
            decode = Math.Min(decode, clock.Elapsed.TotalSeconds);
            clock.Restart();
            await LintStudy.RunAsync([Path.Combine(folder, "images")], 0, new StudyHost());
            lint = Math.Min(lint, clock.Elapsed.TotalSeconds);
        }

        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"lint      {images} JPEG files of 512x512 in {lint:F2} s; reading and decoding each once takes {decode:F2} s ({lint / decode:F2} times)"
            )
        );
    }
}
