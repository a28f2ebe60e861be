using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Semblance.Remote.Connecting;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Kinds;

/// <summary>
/// stable-diffusion.cpp's command line: one process an image, which loads the model and ends. A stop ends the process.
/// Options as of <c>examples/cli</c>.
/// </summary>
internal sealed partial class SdCliApi : ServerApi
{
    /// <summary>So many failures in a row are not the images' own: loading a model for each of the others would be in vain.</summary>
    private const int MostFailures = 2;

    private static readonly TimeSpan LongestHelp = TimeSpan.FromMinutes(1);

    private readonly ProgramRun _program;
    private readonly string _folder;
    private IReadOnlyList<KeyValuePair<string, string>> _facts = [];
    private string _scheduler = "scheduler";
    private int _failures;

    public SdCliApi(ServerConnection connection, ServerSettings server, ServerModel model, ServerHost host)
        : base(connection, server, model)
    {
        var program = server.Program ?? throw new UsageException($"{server.Name} names no program.");
        _folder = program.Folder;
        _program = new ProgramRun(program, host.Clock);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, string>> Facts => _facts;

    /// <inheritdoc/>
    public override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (Model.Checkpoint is null && !Model.Parameters.ContainsKey("diffusion-model"))
        {
            throw new CallException(
                CallEnd.Model,
                "needs a checkpoint: a file that holds the whole model; for one in parts give parameters: { diffusion-model: FILE, ... }"
            );
        }

        if (Model.Loras.Count > 0 && !Model.Parameters.ContainsKey("lora-model-dir"))
        {
            throw new CallException(
                CallEnd.Model,
                "takes LoRAs from one folder: give parameters: { lora-model-dir: FOLDER }"
            );
        }

        List<KeyValuePair<string, string>> facts = [];
        var help = await _program.RunAsync([Option("help")], LongestHelp, cancellationToken);
        // Builds from before that banner, and those of no known commit, are told apart by the file.
        facts.Add(
            Banner().Match(help.Output) is { Success: true, Value: var version }
            && !version.EndsWith("unknown", StringComparison.Ordinal)
                ? new("program", version)
                : new("program_sha256", await HashOfProgramAsync(cancellationToken))
        );
        _scheduler = help.Output.Contains(Option("scheduler"), StringComparison.Ordinal) ? "scheduler" : "schedule";
        if (Model.Checkpoint is { } checkpoint)
        {
            var file = new FileInfo(Path.Combine(_folder, checkpoint));
            if (!file.Exists)
            {
                throw new CallException(CallEnd.Model, $"has no checkpoint {checkpoint}: there is no such file");
            }

            facts.Add(new("checkpoint_bytes", file.Length.ToString(CultureInfo.InvariantCulture)));
        }

        _facts = facts;
    }

    /// <inheritdoc/>
    public override async Task<Reply> SubmitAsync(ImageCall call, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("semblance-sd-");
        try
        {
            var file = Path.Combine(folder.FullName, "image.png");
            var run = await _program.RunAsync(
                [.. Arguments(call), Option("output"), file],
                Server.Timeout,
                cancellationToken
            );
            if (run.ExitCode == 0 && File.Exists(file))
            {
                _failures = 0;
                return new Reply.Image(RegularFile.ReadAllBytes(file, RegularFile.MostOfImage), Echo.None);
            }

            var words = Connection.Words.Clean(run.LastWords);
            return Failed(
                run.ExitCode == 0 ? "ended as if all were well, and wrote no image"
                : run.IsTooLate ? $"was ended, since it had not finished within {Server.Timeout.TotalSeconds:0} s"
                : $"ended with code {run.ExitCode}{(words.Length > 0 ? $": {words}" : "")}"
            );
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CallException(CallEnd.Image, $"wrote an image that cannot be read: {error.Message}", error);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private Reply.Failed Failed(string words) =>
        Interlocked.Increment(ref _failures) < MostFailures
            ? new Reply.Failed(words, IsPaid: false)
            : throw new CallException(CallEnd.Model, words);

    private IEnumerable<string> Arguments(ImageCall call)
    {
        var tags = string.Concat(
            Model.Loras.Select(lora =>
                string.Create(CultureInfo.InvariantCulture, $" <lora:{lora.Name}:{lora.Weight}>")
            )
        );
        (string Option, object? Value)[] given =
        [
            ("model", Model.Checkpoint),
            ("vae", Model.Vae),
            ("prompt", call.Prompt + tags),
            ("negative-prompt", Model.NegativePrompt),
            ("seed", call.Seed),
            ("width", Model.Width),
            ("height", Model.Height),
            ("steps", Model.Steps),
            ("cfg-scale", Model.GuidanceScale),
            ("sampling-method", Model.Sampler),
            (_scheduler, Model.Scheduler),
        ];
        return given
            .Where(one => one.Value is not null && !Model.Parameters.ContainsKey(one.Option))
            .SelectMany(one =>
                (string[])[Option(one.Option), Convert.ToString(one.Value, CultureInfo.InvariantCulture)!]
            )
            .Concat(Model.Parameters.SelectMany(one => Given(one.Key, one.Value)));
    }

    /// <summary>One of the program's options, none of which is ours.</summary>
    private static string Option(string name) => $"--{name}";

    /// <summary>True is an option without a value, false is none.</summary>
    private static IEnumerable<string> Given(string name, JsonNode? value) =>
        value is JsonValue truth && truth.TryGetValue<bool>(out var given) ? (given ? [Option(name)] : [])
        : value is null ? []
        : [Option(name), value.ToString()];

    private async Task<string> HashOfProgramAsync(CancellationToken cancellationToken)
    {
        if (_program.File is not { } file)
        {
            return "unknown";
        }

        await using var stream = RegularFile.OpenRead(file);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }

    [GeneratedRegex(
        @"stable-diffusion\.cpp version [^\s,]+, commit \S+",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 2000
    )]
    private static partial Regex Banner();
}
