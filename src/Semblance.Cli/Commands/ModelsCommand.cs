using System.CommandLine;
using Semblance.Cli.Options;
using Semblance.Cli.Progress;
using Semblance.Cli.Terminal;
using Semblance.Models.Catalog;
using Semblance.Models.Hub;
using Semblance.Models.Hub.Cache;
using Semblance.Models.Hub.Pulling;
using Semblance.Studies.Fetching;

namespace Semblance.Cli.Commands;

/// <summary><c>semblance models</c>: checkpoints and data sets in the Hugging Face cache.</summary>
internal static class ModelsCommand
{
    public const string Examples = """
        Examples:
          semblance models list                               known names, and what the cache holds
          semblance models pull clip-vit-base-patch32         the paper's encoder
          semblance models pull sdxl --variant fp16           half the size
          semblance models pull --dataset runsdata/semantic-consistency-score
          semblance score "$(semblance models path paper-images)"
          semblance models verify --all                       hash everything again
          semblance models remove sdxl

        The cache is the one of the Python libraries: HF_HOME, HF_HUB_CACHE, HF_TOKEN, HF_ENDPOINT
        and HF_HUB_OFFLINE mean what they mean there. An interrupted pull goes on where it stopped.
        """;

    /// <summary>Examples of one of its commands.</summary>
    public static string ExamplesOf(string command) =>
        command switch
        {
            "list" => """
                Examples:
                  semblance models list
                  semblance models list --format json    with revisions and folders
                """,
            "pull" => """
                Examples:
                  semblance models pull clip-vit-base-patch32         the paper's encoder
                  semblance models pull sdxl --variant fp16           half the size
                  semblance models pull org/name@v1.0                 a branch, tag or commit
                  semblance models pull --dataset runsdata/semantic-consistency-score
                """,
            "verify" => """
                Examples:
                  semblance models verify sdxl
                  semblance models verify --all --repair
                """,
            "path" => """
                Examples:
                  semblance score "$(semblance models path paper-images)"
                """,
            "remove" => """
                Examples:
                  semblance models remove sdxl
                  semblance models remove org/name@v1.0 --yes    one revision, without a question
                """,
            _ => "",
        };

    public static Command Build(Messages messages) =>
        new("models", "Get, keep and verify checkpoints and data sets, in the Hugging Face cache")
        {
            List(),
            Pull(messages),
            Verify(messages),
            PathOf(),
            Remove(messages),
        };

    private static Command List()
    {
        var command = new Command("list", "Known models, and everything that the cache holds");
        var format = command.OneOf("--format", "How the list is written", "table", "json", "csv");
        command.SetAction(parsed => ModelsList.Run(new Results(parsed.GetRequiredValue(format))));
        return command;
    }

    private static Command Pull(Messages messages)
    {
        var command = new Command("pull", "Fetch what a model or data set needs; prints the folder it is in");
        var name = Name(command);
        var dataset = Dataset(command);
        var variant = command.Text("--variant", "Form of a pipeline's weights, such as fp16", "NAME");
        var include = command.Texts(
            "--include",
            "Only files that match this pattern with * and ?; may be repeated",
            "PATTERN"
        );
        var yes = command.Yes();
        var offline = command.Offline();
        var quiet = Quiet(command);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var heard = messages with { Quiet = parsed.GetValue(quiet) };
                var snapshot = await ModelFetch.PullAsync(
                    KnownModel.Request(parsed.GetRequiredValue(name), KindOf(parsed, dataset)) with
                    {
                        Variant = parsed.GetValue(variant),
                        Include = parsed.GetValue(include) ?? [],
                    },
                    parsed.GetRequiredValue(name),
                    StudyView.Of(heard, parsed.GetValue(yes), parsed.GetValue(offline)),
                    cancellationToken
                );
                ResultOutput.ToStandardOutput(snapshot + "\n");
            }
        );
        return command;
    }

    private static Command Verify(Messages messages)
    {
        var command = new Command("verify", "Hash the cached files again");
        var name = new Argument<string?>("NAME")
        {
            Description = "Known name or hub id; left out with --all",
            Arity = ArgumentArity.ZeroOrOne,
        };
        command.Add(name);
        var dataset = Dataset(command);
        var all = command.Flag("--all", "Everything in the cache");
        var repair = command.Flag("--repair", "Delete what is damaged and fetch it again");
        var quiet = Quiet(command);
        command.SetAction(
            (parsed, cancellationToken) =>
                ModelsVerify.RunAsync(
                    parsed.GetValue(name),
                    KindOf(parsed, dataset),
                    parsed.GetValue(all),
                    parsed.GetValue(repair),
                    messages with
                    {
                        Quiet = parsed.GetValue(quiet),
                    },
                    cancellationToken
                )
        );
        return command;
    }

    private static Command PathOf()
    {
        var command = new Command("path", "Print the folder that holds a cached model or data set");
        var name = Name(command);
        var dataset = Dataset(command);
        command.SetAction(parsed =>
        {
            var given = parsed.GetRequiredValue(name);
            var request = KnownModel.Request(given, KindOf(parsed, dataset));
            var cache = HubSettings.FromEnvironment().CacheFolder;
            var snapshot =
                SnapshotFiles.Find(request, cache)
                ?? throw new ResourceException(
                    $"{SnapshotFiles.Unfinished(request, cache) ?? $"{request.Repository.Name} is not in the cache {cache}"}; "
                        + $"`semblance models pull {given}"
                        + $"{(request.Repository.Kind == HubKind.Dataset ? " --dataset" : "")}` fetches it."
                );
            ResultOutput.ToStandardOutput(snapshot + "\n");
        });
        return command;
    }

    private static Command Remove(Messages messages)
    {
        var command = new Command(
            "remove",
            "Remove a model or data set from the cache; NAME@REVISION for one revision"
        );
        var name = Name(command);
        var dataset = Dataset(command);
        var yes = command.Yes();
        command.SetAction(
            (parsed, cancellationToken) =>
                ModelsRemove.RunAsync(
                    parsed.GetRequiredValue(name),
                    KindOf(parsed, dataset),
                    parsed.GetValue(yes),
                    messages,
                    cancellationToken
                )
        );
        return command;
    }

    private static Argument<string> Name(Command command)
    {
        var name = new Argument<string>("NAME")
        {
            Description = "Known name (semblance models list), or hub id org/name or org/name@revision",
        };
        command.Add(name);
        return name;
    }

    private static Option<bool> Dataset(Command command) => command.Flag("--dataset", "The hub id is of a data set");

    private static Option<bool> Quiet(Command command) => command.Quiet("No progress on standard error");

    private static HubKind KindOf(ParseResult parsed, Option<bool> dataset) =>
        parsed.GetValue(dataset) ? HubKind.Dataset : HubKind.Model;
}
