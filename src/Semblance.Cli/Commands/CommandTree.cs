using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Semblance.Cli.Terminal;

namespace Semblance.Cli.Commands;

/// <summary>All commands with their options.</summary>
internal static class CommandTree
{
    public static RootCommand Build(Messages messages)
    {
        var root = new RootCommand(
            "How much alike are the images that a text-to-image model makes from one prompt?\n"
                + "The Semantic Consistency Score (Bent, arXiv 2404.08799), computed right, on your own machine."
        );
        foreach (var option in root.Options)
        {
            if (option is VersionOption version)
            {
                version.Description = "Show the versions of this program and of the parts that can move a score";
                version.Action = new VersionAction();
            }
        }

        var models = ModelsCommand.Build(messages);
        var study = StudyCommand.Build(messages);
        var cluster = ClusterCommand.Build(messages);
        var examples = new Dictionary<Command, string>()
        {
            [DemoCommand.Build(messages)] = "",
            [LintCommand.Build(messages)] = LintCommand.Examples,
            [ScoreCommand.Build(messages)] = ScoreCommand.Examples,
            [CompareCommand.Build(messages)] = CompareCommand.Examples,
            [AnnotateCommand.Build(messages)] = AnnotateCommand.Examples,
            [ReportCommand.Build(messages)] = ReportCommand.Examples,
            [FiguresCommand.Build(messages)] = FiguresCommand.Examples,
            [PlanCommand.Build(messages)] = PlanCommand.Examples,
            [GateCommand.Build(messages)] = GateCommand.Examples,
            [AgreementCommand.Build(messages)] = AgreementCommand.Examples,
            [study] = StudyCommand.Examples,
            [cluster] = ClusterCommand.Examples,
            [models] = ModelsCommand.Examples,
            [DevicesCommand.Build()] = DevicesCommand.Examples,
            [GenerateCommand.Build(messages)] = GenerateCommand.Examples,
        };
        foreach (var command in examples.Keys)
        {
            root.Add(command);
        }

        foreach (var command in models.Subcommands)
        {
            examples.Add(command, ModelsCommand.ExamplesOf(command.Name));
        }

        foreach (var command in study.Subcommands)
        {
            examples.Add(command, StudyCommand.ExamplesOf(command.Name));
        }

        foreach (var command in cluster.Subcommands)
        {
            examples.Add(command, ClusterCommand.ExamplesOf(command.Name));
        }

        examples.Add(
            root,
            """
            Examples:
              semblance demo                           the whole way in seconds, offline
              semblance score images/                  images/<model>/<prompt>/<seed>.png
              semblance score images/ --format json    results to stdout, progress to stderr
              semblance compare                        is one of the scored models really more consistent?

            Exit codes: 0 done, 1 a gate said no, 2 usage, 3 bad input or data,
              4 a resource could not be had (model, disk), 70 a fault in semblance itself,
              75 a shard was told to end before it was done (queue it again), 130 cancelled (run the same command again to go on)
            """
        );
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!, examples);
        return root;
    }

    private sealed class HelpWithExamples(HelpAction help, Dictionary<Command, string> examples)
        : SynchronousCommandLineAction
    {
        // As in HelpAction: help is shown even where the rest of the line has mistakes.
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var width = Surface.OfStandardOutput().Width;
            help.MaxWidth = width;
            var code = help.Invoke(parseResult);
            if (examples.GetValueOrDefault(parseResult.CommandResult.Command) is { Length: > 0 } text)
            {
                parseResult.InvocationConfiguration.Output.WriteLine(Examples.Fit(text, width));
            }

            return code;
        }
    }

    private sealed class VersionAction : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            ResultOutput.ToStandardOutput(Versions.Text());
            return ExitCode.Done;
        }
    }
}
