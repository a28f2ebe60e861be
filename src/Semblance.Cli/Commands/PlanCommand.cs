using System.CommandLine;
using Semblance.Cli.Options;
using Semblance.Cli.Progress;
using Semblance.Cli.Tables;
using Semblance.Cli.Terminal;
using Semblance.Comparison;
using Semblance.Planning;
using Semblance.Runs.Comparing;
using Semblance.Studies.Comparing;
using Semblance.Variance;

namespace Semblance.Cli.Commands;

/// <summary><c>semblance plan</c>: how many prompts and seeds a wanted precision or power needs.</summary>
internal static class PlanCommand
{
    public const string Examples = """
        Examples:
          semblance plan                                     from the pilot run in ./semblance-run
          semblance plan --half-width 0.5                    the cheapest design whose interval is +-0.5 points
          semblance plan --effect 1 --power 0.9              ... that sees a true difference of 1 point
          semblance plan --baseline sdxl --candidate pixart --half-width 1    for the difference of two models
          semblance plan --half-width 0.5 --assurance 0.8    ... is met with a chance of 80%, though the pilot is a sample
          semblance plan --for gate --margin 1 --power 0.9   for the gate (default: two models compare's verdict)
          semblance plan --prompt-variance 6 --zeta1 1.5 --zeta2 20    without a pilot: stated components
                                                             (with --baseline and --candidate, of their difference)
        """;

    public static Command Build(Messages messages)
    {
        var command = new Command(
            "plan",
            "How many prompts and seeds a wanted precision or power needs, and what is cheapest"
        );
        var model = command.Text("--model", "Plan for the mean score of this model", "NAME");
        var baseline = command.Text("--baseline", "Plan for the difference to this model", "NAME");
        var candidate = command.Text("--candidate", "... of this one", "NAME");
        var halfWidth = command.Number("--half-width", "Wanted half width of the interval, in points");
        var effect = command.Number("--effect", "A true difference to find, in points");
        var power = command.Number("--power", "Wanted chance to find it\n[default: 0.8]");
        var level = command.Number("--level", "Level of the interval\n[default: 0.95]");
        var assurance = command.Number(
            "--assurance",
            "Chance that the half width is met, given the pilot's own uncertainty"
        );
        var goal = command
            .Text("--for", "What will be asked: mean, compare or gate\n[default: compare for two models]", "WHAT")
            .Restrict("mean", "compare", "gate");
        var margin = command.Number("--margin", "Of the gate\n[default: 1.0; 0 with --superior]");
        var superior = command.Flag("--superior", "... that asks for a more consistent candidate");
        var equivalent = command.Flag("--equivalent", "... that asks for one as consistent");
        var variety = command.Flag("--variety", "... that asks for one that is not more uniform");
        var alpha = command.Number("--alpha", "Of the gate\n[default: 0.05, one-sided]");
        var perImage = command.Number("--cost-per-image", "In any unit\n[default: 1]");
        var perPrompt = command.Number("--cost-per-prompt", "Of one more prompt beside its images\n[default: 0]");
        var prompts = command.Counts("--prompts", "Rows of the table, such as 25,50,100", least: 2);
        var seeds = command.Counts("--seeds", "Columns of the table, such as 5,10,20", least: 2);
        var variance = command.Number(
            "--prompt-variance",
            "Stated instead of a pilot: variance of the true score (or difference) over prompts",
            "V"
        );
        var zeta1 = command.Number("--zeta1", "Stated: covariance of pairs that share an image", "V");
        var zeta2 = command.Number("--zeta2", "Stated: variance of a pair", "V");
        var shared = new SourceOptions(command);
        command.Validators.Add(result =>
        {
            var sides = new[] { superior, equivalent, variety }.Count(result.GetValue);
            if (sides > 1)
            {
                result.AddError("--superior, --equivalent and --variety exclude each other.");
            }
        });
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var heard = shared.Heard(parsed, messages);
                var results = shared.Results(parsed);
                if (
                    parsed.GetValue(goal) is not "gate"
                    && (
                        new[] { superior, equivalent, variety }.Any(parsed.GetValue)
                        || parsed.GetValue(margin) is not null
                        || parsed.GetValue(alpha) is not null
                    )
                )
                {
                    throw new UsageException(
                        "--margin, --alpha, --superior, --equivalent and --variety are of a gate; add --for gate."
                    );
                }

                var usual = new PlanOptions();
                var options = usual with
                {
                    HalfWidth = parsed.GetValue(halfWidth),
                    Effect = parsed.GetValue(effect),
                    Power = parsed.GetValue(power) ?? usual.Power,
                    Level = parsed.GetValue(level) ?? usual.Level,
                    Assurance = parsed.GetValue(assurance),
                    Goal = parsed.GetValue(goal) switch
                    {
                        "mean" => PlanGoal.Mean,
                        "compare" => PlanGoal.Compare,
                        "gate" => PlanGoal.Gate,
                        _ => null,
                    },
                    Gate = new GateOptions
                    {
                        Claim =
                            parsed.GetValue(superior) ? GateClaim.Superiority
                            : parsed.GetValue(equivalent) ? GateClaim.Equivalence
                            : parsed.GetValue(variety) ? GateClaim.Variety
                            : GateClaim.NonInferiority,
                        Margin = parsed.GetValue(margin) ?? (parsed.GetValue(superior) ? 0 : 1.0),
                        Alpha = parsed.GetValue(alpha) ?? 0.05,
                    },
                    CostPerImage = parsed.GetValue(perImage) ?? usual.CostPerImage,
                    CostPerPrompt = parsed.GetValue(perPrompt) ?? usual.CostPerPrompt,
                    Prompts = parsed.GetValue(prompts) is { Length: > 0 } rows ? rows : usual.Prompts,
                    Seeds = parsed.GetValue(seeds) is { Length: > 0 } columns ? columns : usual.Seeds,
                };
                var subject = new PlanSubject(
                    parsed.GetValue(model),
                    parsed.GetValue(baseline),
                    parsed.GetValue(candidate)
                );
                var stated = Stated(
                    parsed.GetValue(variance),
                    parsed.GetValue(zeta1),
                    parsed.GetValue(zeta2),
                    shared.Paths(parsed).Length > 0,
                    subject
                );
                (var plan, var encoder, var caution) = stated is null
                    ? await PlanStudy.RunAsync(
                        shared.Source(parsed),
                        subject,
                        options,
                        StudyView.Of(heard),
                        cancellationToken
                    )
                    : new PlanResult(StudyPlanner.Plan(stated, options));
                results.Write(
                    surface => PlanTable.Render(plan, encoder, caution, surface),
                    () => PlanJson.Of(plan, encoder),
                    () => PlanCsv.Of(plan)
                );
                heard.Warnings(results.IsTable ? [] : plan.Warnings);
            }
        );
        return command;
    }

    /// <summary>What is stated: of a difference where a baseline and a candidate are named, else of one model; null where nothing is.</summary>
    private static StudyVariance? Stated(
        double? variance,
        double? zeta1,
        double? zeta2,
        bool pilot,
        PlanSubject subject
    ) =>
        (variance, zeta1, zeta2) switch
        {
            (null, null, null) => null,
            _ when pilot => throw new UsageException(
                "Components of variance come from a pilot (PATH) or are stated (--prompt-variance, --zeta1, --zeta2), not both."
            ),
            ({ } v, { } one, { } two) => new StudyVariance(v, new PairComponents(one, two), subject.Models),
            _ => throw new UsageException("--prompt-variance, --zeta1 and --zeta2 are stated together."),
        };
}
