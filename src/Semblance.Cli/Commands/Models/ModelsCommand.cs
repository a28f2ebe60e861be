using System.CommandLine;
using Semblance.Models.Catalog;
using Semblance.Models.Hub;

namespace Semblance.Cli.Commands.Models;

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

    public static Command Build() =>
        new("models", "Get, keep and verify checkpoints and data sets, in the Hugging Face cache")
        {
            List(),
            Pull(),
            Verify(),
            PathOf(),
            Remove(),
        };

    private static Command List()
    {
        var format = new Option<string>("--format")
        {
            Description = "How the list is written",
            HelpName = "table|json|csv",
            DefaultValueFactory = _ => "table",
        };
        format.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: not ("table" or "json" or "csv") and string given }])
            {
                result.AddError($"Option '--format' takes table, json or csv, not '{given}'.");
            }
        });
        var command = new Command("list", "Known models, and everything that the cache holds") { format };
        command.SetAction(parsed => ModelsList.Run(parsed.GetRequiredValue(format)));
        return command;
    }

    private static Command Pull()
    {
        var name = Name();
        var dataset = Dataset();
        var variant = SharedOptions.NotEmpty(
            new Option<string?>("--variant")
            {
                Description = "Form of a pipeline's weights, such as fp16",
                HelpName = "NAME",
            }
        );
        var include = SharedOptions.NotEmpty(
            new Option<string[]>("--include")
            {
                Description = "Only files that match this pattern with * and ?; may be repeated",
                HelpName = "PATTERN",
            }
        );
        var yes = Yes();
        var offline = Offline();
        var quiet = Quiet();
        var command = new Command("pull", "Fetch what a model or data set needs; prints the folder it is in")
        {
            name,
            dataset,
            variant,
            include,
            yes,
            offline,
            quiet,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                ModelsPull.RunAsync(
                    KnownModel.Request(parsed.GetRequiredValue(name), KindOf(parsed, dataset)) with
                    {
                        Variant = parsed.GetValue(variant),
                        Include = parsed.GetValue(include) ?? [],
                    },
                    parsed.GetRequiredValue(name),
                    new FetchConsent(parsed.GetValue(yes), parsed.GetValue(offline)),
                    parsed.GetValue(quiet),
                    cancellationToken
                )
        );
        return command;
    }

    private static Command Verify()
    {
        var name = new Argument<string?>("NAME")
        {
            Description = "Known name or hub id; left out with --all",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var dataset = Dataset();
        var all = new Option<bool>("--all") { Description = "Everything in the cache" };
        var repair = new Option<bool>("--repair") { Description = "Throw away what is damaged and fetch it again" };
        var quiet = Quiet();
        var command = new Command("verify", "Hash the cached files again") { name, dataset, all, repair, quiet };
        command.SetAction(
            (parsed, cancellationToken) =>
                ModelsVerify.RunAsync(
                    parsed.GetValue(name),
                    KindOf(parsed, dataset),
                    parsed.GetValue(all),
                    parsed.GetValue(repair),
                    parsed.GetValue(quiet),
                    cancellationToken
                )
        );
        return command;
    }

    private static Command PathOf()
    {
        var name = Name();
        var dataset = Dataset();
        var command = new Command("path", "Print the folder that holds a cached model or data set") { name, dataset };
        command.SetAction(parsed =>
            ModelsPath.Run(
                KnownModel.Request(parsed.GetRequiredValue(name), KindOf(parsed, dataset)),
                parsed.GetRequiredValue(name)
            )
        );
        return command;
    }

    private static Command Remove()
    {
        var name = Name();
        var dataset = Dataset();
        var yes = Yes();
        var command = new Command("remove", "Remove a model or data set from the cache; NAME@REVISION for one revision")
        {
            name,
            dataset,
            yes,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                ModelsRemove.RunAsync(
                    parsed.GetRequiredValue(name),
                    KindOf(parsed, dataset),
                    parsed.GetValue(yes),
                    cancellationToken
                )
        );
        return command;
    }

    private static Argument<string> Name() =>
        new("NAME") { Description = "Known name (semblance models list), or hub id org/name or org/name@revision" };

    private static Option<bool> Dataset() => new("--dataset") { Description = "The hub id is of a data set" };

    /// <summary>Also of the commands that pull what they lack.</summary>
    public static Option<bool> Yes() => new("--yes", "-y") { Description = "Do not ask" };

    /// <summary>Also of the commands that pull what they lack.</summary>
    public static Option<bool> Offline() =>
        new("--offline") { Description = "Fetch nothing; only what the cache holds" };

    private static Option<bool> Quiet() => new("--quiet", "-q") { Description = "No progress on standard error" };

    private static HubKind KindOf(ParseResult parsed, Option<bool> dataset) =>
        parsed.GetValue(dataset) ? HubKind.Dataset : HubKind.Model;
}
