using System.CommandLine;
using System.Text;
using Semblance.Cli.Options;
using Semblance.Cli.Terminal;
using Semblance.Studio;
using Semblance.Studio.Design;
using Semblance.Studio.Reading;
using Semblance.Studio.Serving;
using Semblance.Studio.Storing;

namespace Semblance.Cli.Commands;

/// <summary><c>semblance annotate</c>: people judge, blind, in the browser.</summary>
internal static class AnnotateCommand
{
    private const string Against = "against:";

    public const string Examples = """
        Examples:
          semblance annotate run --models sdxl pixart           links for three raters; Ctrl+C writes votes.csv
          semblance annotate run --raters 5 --show 8            more raters, fewer images on a side
          semblance annotate run --question paper-2024          the forced choice of the published study
          semblance annotate run --question "attribute:colour of the coat"
          semblance annotate run --public https://study.example.org --open 50
          semblance annotate run --export                       votes.csv and events.jsonl of what there is
        """;

    public static Command Build(Messages messages)
    {
        var command = new Command("annotate", "Serve a blind study to people in the browser, and keep their votes");
        var path = command.Paths("A run folder with images\n[default: the run folder]", ArgumentArity.ZeroOrMore);
        var models = command.Texts("--models", "The models to show, two or more\n[default: those of the run]", "NAME");
        models.AllowMultipleArgumentsPerToken = true;
        var raters = command.Count<int>("--raters", "How many raters get a link [default: 3]");
        var show = command.Count<int>("--show", "Images on a side, at most [default: 20]", least: 2);
        var question = command.Text(
            "--question",
            "default, paper-2024, attribute:TEXT, or a text file\n[default: default]",
            "QUESTION"
        );
        var pairs = command.Text(
            "--pairs",
            "Of several models: all, balanced, or against:NAME\n[default: all]",
            "PAIRS"
        );
        var checks = command.Count<int>(
            "--checks",
            "Pages of each kind of check for a rater\n[default: one for every 25 pages]",
            least: 0
        );
        var repeats = command.Number("--repeats", "Share of pages shown again with swapped sides [default: 0.1]");
        var seed = command.Count<ulong>("--seed", "Decides orders and sides [default: 1]", least: 0);
        var database = command.Text(
            "--db",
            "sqlite:FILE or postgres:CONNECTION\n[default: votes.sqlite in the run]",
            "PLACE"
        );
        var port = command.Count<int>("--port", "Port to serve on; 0 for any [default: 8722]", least: 0);
        var open = command.Count<int>("--open", "Places for an open link, for crowds", least: 1);
        var completion = command.Text("--completion", "Where raters go when they are done", "URL");
        var consent = command.Text("--consent", "A text file that raters agree to", "FILE");
        var address = command.Text(
            "--public",
            "The https address by which raters reach this server; without it only this machine does",
            "URL"
        );
        var insecure = command.Flag("--insecure", "Allow an address without https");
        var export = command.Flag("--export", "Write votes.csv and events.jsonl into the run, and end");
        var run = command.Run("Run folder: what is shown without PATH");
        var quiet = command.Quiet();
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var heard = messages with { Quiet = parsed.GetValue(quiet) };
                var folder = Only(parsed.GetValue(path) ?? []) ?? parsed.GetRequiredValue(run);
                var (scheme, against) = PairsOf(parsed.GetValue(pairs));
                var share = parsed.GetValue(repeats);
                if (share is < 0 or > 1)
                {
                    throw new UsageException("Option '--repeats' takes a share from 0 to 1.");
                }

                await using var store = await StudySetup.OpenAsync(
                    new StudyRequest(folder)
                    {
                        Models = parsed.GetValue(models) ?? [],
                        Raters = parsed.GetValue(raters),
                        Show = parsed.GetValue(show),
                        Question = parsed.GetValue(question) is { } asked ? Studio.Design.Question.Parse(asked) : null,
                        Pairs = scheme,
                        Against = against,
                        Checks = parsed.GetValue(checks),
                        RepeatShare = share,
                        Seed = parsed.GetValue(seed),
                    },
                    parsed.GetValue(database),
                    heard.Warning,
                    cancellationToken
                );
                if (!parsed.GetValue(export))
                {
                    await ServeAsync(
                        store,
                        new StudioOptions
                        {
                            Port = PortOf(parsed.GetValue(port)),
                            PublicAddress = AddressOf("--public", parsed.GetValue(address)),
                            Insecure = parsed.GetValue(insecure),
                            OpenPlaces = parsed.GetValue(open) ?? 0,
                            CompletionAddress = AddressOf("--completion", parsed.GetValue(completion)),
                            Consent = parsed.GetValue(consent) is { } file ? TextOf(file) : null,
                            Warn = heard.Warning,
                        },
                        heard,
                        cancellationToken
                    );
                }

                await ExportAsync(store, folder, heard);
            }
        );
        return command;
    }

    /// <summary>Serves until Ctrl+C, which is how a study is meant to end.</summary>
    private static async Task ServeAsync(
        VoteStore store,
        StudioOptions options,
        Messages heard,
        CancellationToken cancellationToken
    )
    {
        await using var server = await StudioServer.StartAsync(store, options, cancellationToken);
        var links = new StringBuilder($"owner {server.OwnerLink}\n");
        foreach (var (link, i) in server.RaterLinks.Select((link, i) => (link, i)))
        {
            links.Append($"r{i + 1} {link}\n");
            if (options.PublicAddress is not null && !Console.IsOutputRedirected)
            {
                links.Append(QrText.Of(link));
            }
        }

        if (server.OpenLink is { } open)
        {
            links.Append($"open {open}\n");
        }

        ResultOutput.ToStandardOutput(links.ToString());
        heard.Note(
            $"votes are kept in {store.Name}; Ctrl+C ends, and the same command goes on. Keep the owner's link to yourself."
        );
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C.
        }
    }

    private static async Task ExportAsync(VoteStore store, string folder, Messages heard)
    {
        var votes = await store.ReadVotesAsync();
        if (votes.Count == 0)
        {
            heard.Note("there are no votes yet, and nothing to export");
            return;
        }

        var table = Path.Combine(folder, VotesCsv.FileName);
        var log = Path.Combine(folder, VotesCsv.EventsFileName);
        ResultOutput.ToFile(Encoding.UTF8.GetBytes(VotesCsv.Of(votes)), table);
        ResultOutput.ToFile(Encoding.UTF8.GetBytes(VotesCsv.Of(await store.ReadEventsAsync())), log);
        heard.Note($"{VotesCsv.Final(votes).Count} votes are in {table}, and what happened in {log}");
    }

    private static string? Only(string[] paths) =>
        paths.Length < 2
            ? paths.FirstOrDefault()
            : throw new UsageException($"One run folder is shown, not {paths[0]} and {paths[1]}.");

    private static (PairScheme? Scheme, string? Against) PairsOf(string? text) =>
        text switch
        {
            null => (null, null),
            "all" => (PairScheme.All, null),
            "balanced" => (PairScheme.Balanced, null),
            _ when text.StartsWith(Against, StringComparison.Ordinal) && text.Length > Against.Length => (
                PairScheme.Against,
                text[Against.Length..]
            ),
            _ => throw new UsageException($"Option '--pairs' takes all, balanced or against:NAME, not '{text}'."),
        };

    private static int PortOf(int? port) =>
        port is > 65535
            ? throw new UsageException($"Option '--port' takes a port from 0 to 65535, not {port}.")
            : port ?? new StudioOptions().Port;

    private static Uri? AddressOf(string option, string? text) =>
        text is null ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" ? address
        : throw new UsageException(
            $"Option '{option}' takes an address such as https://study.example.org, not '{text}'."
        );

    private static string TextOf(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw new InputException($"{file} cannot be read: {error.Message}", error);
        }
    }
}
