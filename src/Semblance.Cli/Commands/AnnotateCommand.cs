using System.CommandLine;
using Semblance.Agreement;
using Semblance.Cli.Options;
using Semblance.Cli.Terminal;
using Semblance.Runs.Agreeing;
using Semblance.Studio;
using Semblance.Studio.Design;
using Semblance.Studio.Reading;
using Semblance.Studio.Serving;

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
          semblance annotate run --import export.csv --votes-from label-studio
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
        var training = command.Count<int>(
            "--training",
            "Pages for practice first, with the answer after each [default: 0]",
            least: 0
        );
        var exclusions = command.Text(
            "--exclusions",
            "Rules by which raters are left out, fixed with the study\n[default: exclusions.json in the run]",
            "FILE"
        );
        var seed = command.Count<ulong>("--seed", "Decides orders and sides [default: 1]", least: 0);
        var database = command.Text(
            "--db",
            "sqlite:FILE or postgres:CONNECTION\n[default: votes.sqlite in the run]",
            "PLACE"
        );
        var port = command.Count<int>("--port", "Port to serve on; 0 for any [default: 8722]", least: 0);
        var open = command.Count<int>("--open", "Places for an open link, for crowds", least: 1);
        var lease = command.Count<int>(
            "--lease",
            "Minutes for which a place of the open link is kept for a rater who gives no answer [default: 60]",
            least: 1
        );
        var completion = command.Text("--completion", "Where raters go when they are done", "URL");
        var consent = command.Text("--consent", "A text file that raters agree to", "FILE");
        var address = command.Text(
            "--public",
            "The https address by which raters reach this server; without it only this machine does",
            "URL"
        );
        var insecure = command.Flag("--insecure", "Allow an address without https");
        var export = command.Flag("--export", "Write votes.csv and events.jsonl into the run, and end");
        var import = command.Text(
            "--import",
            "Write a table of votes that were gathered elsewhere as votes.csv into the run, and end",
            "FILE"
        );
        var from = VoteFormOption.Add(command);
        var columns = VoteFormOption.AddColumns(command);
        var run = command.Run("Run folder: what is shown without PATH");
        var quiet = command.Quiet();
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var heard = messages with { Quiet = parsed.GetValue(quiet) };
                var folder = Only(parsed.GetValue(path) ?? []) ?? parsed.GetRequiredValue(run);
                var place = parsed.GetValue(database);
                if (parsed.GetValue(import) is { } votes)
                {
                    AnnotateRun.Import(
                        new AgreementSource(folder)
                        {
                            Votes = votes,
                            Form = VoteFormOption.Of(parsed.GetRequiredValue(from)),
                            Columns = parsed.GetValue(columns) ?? [],
                        },
                        heard
                    );
                    return;
                }

                if (parsed.GetValue(export))
                {
                    await using var begun = await StudySetup.OpenBegunAsync(folder, place, cancellationToken);
                    await AnnotateRun.ExportAsync(begun, folder, heard);
                    return;
                }

                // All options are read before anything is written.
                var (scheme, against) = PairsOf(parsed.GetValue(pairs));
                var request = new StudyRequest(folder)
                {
                    Models = parsed.GetValue(models) ?? [],
                    Raters = parsed.GetValue(raters),
                    Show = parsed.GetValue(show),
                    Question = parsed.GetValue(question) is { } asked ? Studio.Design.Question.Parse(asked) : null,
                    Pairs = scheme,
                    Against = against,
                    Checks = parsed.GetValue(checks),
                    RepeatShare = ShareOf(parsed.GetValue(repeats)),
                    Training = parsed.GetValue(training),
                    Exclusions = RulesOf(parsed.GetValue(exclusions), folder),
                    Seed = parsed.GetValue(seed),
                };
                var options = new StudioOptions
                {
                    Port = PortOf(parsed.GetValue(port)),
                    PublicAddress = AddressOf("--public", parsed.GetValue(address)),
                    Insecure = parsed.GetValue(insecure),
                    OpenPlaces = parsed.GetValue(open) ?? 0,
                    Lease = TimeSpan.FromMinutes(parsed.GetValue(lease) ?? new StudioOptions().Lease.TotalMinutes),
                    CompletionAddress = AddressOf("--completion", parsed.GetValue(completion)),
                    Consent = parsed.GetValue(consent) is { } file ? TextOf(file) : null,
                    Warn = heard.Warning,
                };
                options.RequireHttps();
                await using var store = await StudySetup.OpenAsync(request, place, heard.Warning, cancellationToken);
                await AnnotateRun.ServeAsync(store, folder, options, heard, cancellationToken);
                await AnnotateRun.ExportAsync(store, folder, heard);
            }
        );
        return command;
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

    private static double? ShareOf(double? share) =>
        share is < 0 or > 1 ? throw new UsageException("Option '--repeats' takes a share from 0 to 1.") : share;

    /// <summary>Those of the file that is named, else of the run; null where there is none.</summary>
    private static ExclusionRules? RulesOf(string? named, string folder)
    {
        var file = named ?? Path.Combine(folder, AgreementSource.ExclusionsName);
        return named is not null || File.Exists(file) ? ExclusionsJson.Read(file) : null;
    }

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
            return RegularFile.ReadAllText(file, RegularFile.MostOfText);
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw new InputException($"{file} cannot be read: {error.Message}", error);
        }
    }
}
