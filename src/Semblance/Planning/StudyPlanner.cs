using Semblance.Comparison;
using Semblance.Statistics;
using static System.FormattableString;

namespace Semblance.Planning;

/// <summary>How many prompts and seeds a wanted precision or power needs.</summary>
public static class StudyPlanner
{
    /// <summary>A pilot with fewer prompts than this says little about the spread over prompts.</summary>
    private const int FewPrompts = 10;

    private const int UsualPrompts = 100;

    /// <summary>Finds the cheapest study that reaches what is wanted, and what others give.</summary>
    /// <param name="variance">From a pilot run (<see cref="PilotStudy"/>), or stated.</param>
    /// <param name="options">What to reach, and at what cost; defaults where null.</param>
    /// <exception cref="UsageException">An option outside its range.</exception>
    public static PlanReport Plan(StudyVariance variance, PlanOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(variance);
        options ??= new PlanOptions();
        Require(variance, options);
        var table = options
            .Prompts.SelectMany(prompts => options.Seeds.Select(seeds => Design(variance, prompts, seeds, options)))
            .ToArray();
        var cheapest = Cheapest(variance, options);
        var best = BestSeeds(variance, options);
        var enough = cheapest?.Seeds ?? best;
        var spendOn =
            variance is { PromptVariance: 0, Seeds: { Zeta1: 0, Zeta2: 0 } } ? "neither"
            : enough is null || variance.PilotSeeds < enough ? "seeds"
            : "prompts";
        return new PlanReport(
            variance,
            options,
            table,
            cheapest,
            best,
            spendOn,
            PlanSentence.Of(variance, options, cheapest, best),
            [.. Warnings(variance, options, cheapest)]
        );
    }

    /// <summary>
    /// The number of seeds at which any precision is cheapest. The variance of the mean is V(S) / P and its cost
    /// P (cost per image x models x S + cost per prompt); their product does not depend on P, and the S that makes it least
    /// is the best for every P, as long as Student's quantile hardly depends on it. With seeds in common it does depend on P,
    /// and is that of the pilot's (or 100) prompts. Where prompts do not differ the product
    /// falls with every further seed, towards 4 zeta1 x the cost per image: then there is none.
    /// </summary>
    private static int? BestSeeds(StudyVariance variance, PlanOptions options) =>
        variance is { PromptVariance: 0, Seeds: { Zeta1: > 0 } or { Zeta2: > 0 } }
            ? null
            : Enumerable
                .Range(2, options.MostSeeds - 1)
                .MinBy(seeds =>
                {
                    var prompts = variance.PilotPrompts ?? UsualPrompts;
                    return variance.OfMean(prompts, seeds) * prompts * CostOfPrompt(variance, seeds, options);
                });

    /// <summary>For each number of seeds the fewest prompts that suffice, and of these designs the cheapest.</summary>
    private static StudyDesign? Cheapest(StudyVariance variance, PlanOptions options) =>
        options.HalfWidth is null && Effect(options) is null
            ? null
            : Enumerable
                .Range(2, options.MostSeeds - 1)
                .Select(seeds => FewestPrompts(variance, seeds, options))
                .OfType<StudyDesign>()
                .MinBy(design => (design.Cost, design.Images, design.Seeds));

    private static StudyDesign? FewestPrompts(StudyVariance variance, int seeds, PlanOptions options)
    {
        return Bisection.Smallest(1, options.MostPrompts, options.MostPrompts, n => Reaches((int)n)) is { } fewest
            ? Design(variance, (int)fewest, seeds, options)
            : null;

        bool Reaches(int prompts) =>
            (options.HalfWidth is not { } width || Width(prompts) <= width)
            && (Effect(options) is null || Power(variance, prompts, seeds, options) >= options.Power);

        double Width(int prompts) =>
            options.Assurance is { } assurance
                ? variance.AssuredHalfWidth(prompts, seeds, options.Level, assurance)
                : variance.HalfWidth(prompts, seeds, options.Level);
    }

    private static StudyDesign Design(StudyVariance variance, int prompts, int seeds, PlanOptions options) =>
        new(
            prompts,
            seeds,
            variance.HalfWidth(prompts, seeds, options.Level),
            Power(variance, prompts, seeds, options),
            (long)variance.Models * prompts * seeds,
            prompts * CostOfPrompt(variance, seeds, options)
        )
        {
            AssuredHalfWidth = options.Assurance is { } assurance
                ? variance.AssuredHalfWidth(prompts, seeds, options.Level, assurance)
                : null,
        };

    /// <summary>What is asked of the study.</summary>
    internal static PlanGoal GoalOf(StudyVariance variance, PlanOptions options) =>
        options.Goal ?? (variance.Models == 2 ? PlanGoal.Compare : PlanGoal.Mean);

    /// <summary>The true difference that power is for; a gate is asked what it does where there is none, unless another is given.</summary>
    private static double? Effect(PlanOptions options) => options.Effect ?? (options.Goal == PlanGoal.Gate ? 0 : null);

    /// <summary>
    /// The chance of the answer that is asked for; null without an effect. Where nothing varies any effect is seen: two-sided
    /// at 1 - level, by Student's test of a mean, by the verdict of a comparison, or one-sided by the gate.
    /// </summary>
    private static double? Power(StudyVariance variance, int prompts, int seeds, PlanOptions options)
    {
        if (Effect(options) is not { } effect)
        {
            return null;
        }

        var error = Math.Sqrt(variance.OfMean(prompts, seeds));
        var degrees = variance.Degrees(prompts, seeds);
        var units = variance.Units(prompts);
        return GoalOf(variance, options) switch
        {
            _ when error == 0 => 1,
            PlanGoal.Gate => VerdictPower.OfGate(effect, error, degrees, units, options.Gate),
            PlanGoal.Compare => VerdictPower.OfComparison(effect / error, degrees, units, 1 - options.Level),
            _ => Statistics.Power.OfStudent(effect / error, degrees, 1 - options.Level, Alternative.TwoSided),
        };
    }

    private static double CostOfPrompt(StudyVariance variance, int seeds, PlanOptions options) =>
        (options.CostPerImage * variance.Models * seeds) + options.CostPerPrompt;

    private static void Require(StudyVariance variance, PlanOptions options)
    {
        Check(options.Prompts.All(p => p >= 2) && options.MostPrompts >= 2, "prompts must be 2 or more");
        Check(options.Seeds.All(s => s >= 2) && options.MostSeeds >= 2, "seeds must be 2 or more");
        Check(options.Level is > 0 and < 1, "the level must lie between 0 and 1");
        Check(options.Power is > 0 and < 1, "the power must lie between 0 and 1");
        Check(options.HalfWidth is null or > 0, "the half width must be above 0");
        Check(
            options.Effect is not { } effect
                || (double.IsFinite(effect) && (effect != 0 || options.Goal == PlanGoal.Gate)),
            "the effect must not be 0"
        );
        Check(options.Assurance is null or (> 0 and < 1), "the assurance must lie between 0 and 1");
        Check(
            options.Assurance is null || variance.PilotPrompts is not null,
            "assurance is about a pilot's uncertainty, and these components were stated"
        );
        Check(
            options.Goal is null or PlanGoal.Mean || variance.Models == 2,
            "a comparison and a gate are of two models, and this plan is for one"
        );
        if (options.Goal == PlanGoal.Gate)
        {
            ConsistencyGate.Require(options.Gate);
            Check(
                InsideClaim(options.Gate, options.Effect ?? 0),
                "where the true difference is the given one the gate's claim does not hold, so that no number of prompts passes it; give another effect or margin"
            );
        }

        Check(options.CostPerImage > 0 && double.IsFinite(options.CostPerImage), "the cost per image must be above 0");
        Check(NotNegative(options.CostPerPrompt), "the cost per prompt must be 0 or more");
        Check(NotNegative(variance.PromptVariance), "the variance over prompts must be 0 or more");
        Check(
            NotNegative(variance.Seeds.Zeta1) && NotNegative(variance.Seeds.Zeta2),
            "zeta1 and zeta2 are a covariance of pairs that share an image and a variance, so both must be 0 or more"
        );

        static bool InsideClaim(GateOptions gate, double effect) =>
            gate.Claim switch
            {
                GateClaim.NonInferiority => effect > -gate.Margin,
                GateClaim.Superiority => effect > gate.Margin,
                GateClaim.Variety => effect < gate.Margin,
                _ => Math.Abs(effect) < gate.Margin,
            };

        static bool NotNegative(double value) => value >= 0 && double.IsFinite(value);
        static void Check(bool holds, string rule) =>
            UsageException.ThrowUnless(holds, $"No plan can be made: {rule}.");
    }

    private static IEnumerable<string> Warnings(StudyVariance variance, PlanOptions options, StudyDesign? cheapest)
    {
        if (variance.PilotPrompts < FewPrompts)
        {
            yield return $"The pilot has {variance.PilotPrompts} prompts: its spread over prompts is a rough guess.";
        }

        if (variance is { EstimatedPromptVariance: { } estimate, PromptVariance: 0 })
        {
            yield return Invariant(
                $"The pilot shows no spread over prompts beyond what its seeds explain (its variance is estimated at {estimate:F2}), and the plan uses 0; with more prompts some may appear."
            );
        }

        if (variance.EstimatedSeeds is { } seeds && seeds != variance.Seeds)
        {
            yield return Invariant(
                $"The pilot's components are estimated at zeta1 {seeds.Zeta1:F2} and zeta2 {seeds.Zeta2:F2}, outside their range (0 or more, zeta2 at least twice zeta1), which happens by chance; the plan uses the nearest possible values, and a larger pilot would tell."
            );
        }
        else if (variance.Seeds.Zeta2 < 2 * variance.Seeds.Zeta1)
        {
            yield return "zeta2 is below twice zeta1, which is impossible for a similarity of two images (Hoeffding 1948): check both.";
        }

        if (variance is { CommonSeedVariance: > 0, PilotSeeds: { } own } && cheapest is not null)
        {
            var common = variance.CommonSeedVariance / own;
            var without = Cheapest(
                variance with
                {
                    CommonSeedVariance = 0,
                    PromptVariance = Math.Max(0, variance.PromptVariance - common),
                },
                options
            );
            yield return Invariant(
                $"What prompts have in common through their seeds is estimated from {own} seeds only{(without is null ? "" : $"; if it were chance, {without.Prompts} prompts with {without.Seeds} seeds ({without.Images} images) would do")}. Different seeds for each prompt have nothing in common."
            );
        }

        if (cheapest is null && (options.HalfWidth is not null || Effect(options) is not null))
        {
            yield return Invariant(
                $"No design with up to {options.MostPrompts} prompts and {options.MostSeeds} seeds reaches what is wanted."
            );
        }
    }
}
