using Semblance.Statistics;
using Semblance.Statistics.Distributions;

namespace Semblance.Agreement;

/// <summary>Strengths of the models by votes alone (<see cref="DavidsonModel"/>).</summary>
/// <param name="Models">In the order of the scores.</param>
/// <param name="TieStrength">v: 0 where nobody ties; the chance of a tie of equals is v / (2 + v).</param>
/// <param name="LeftEffect">How many times as often the left model wins against an equal; null where sides are not known.</param>
/// <param name="LeftEffectLow">Its lower limit.</param>
/// <param name="LeftEffectHigh">Its upper limit.</param>
/// <param name="Deviance">G^2 of the fit.</param>
/// <param name="Degrees">Of freedom.</param>
public sealed record ModelStrengths(
    IReadOnlyList<ModelStrength> Models,
    double TieStrength,
    double? LeftEffect,
    double? LeftEffectLow,
    double? LeftEffectHigh,
    double Deviance,
    int Degrees
)
{
    /// <summary>From votes with their sides.</summary>
    /// <exception cref="AssumptionException">As of <see cref="DavidsonModel.Of(IReadOnlyList{SidedCounts}, int, bool)"/>.</exception>
    internal static ModelStrengths Of(IReadOnlyList<Vote> votes, IReadOnlyList<string> models, double level)
    {
        Vote[] counted = [.. votes.Where(vote => vote.Check == CheckKind.None && vote.Answer != Answer.CannotJudge)];
        string[] shown =
        [
            .. models.Where(model => Array.Exists(counted, vote => vote.Left == model || vote.Right == model)),
        ];
        var places = shown.Select((model, i) => (model, i)).ToDictionary(one => one.model, one => one.i);
        SidedCounts[] counts =
        [
            .. counted
                .GroupBy(vote => (vote.Left, vote.Right))
                .Select(own => new SidedCounts(
                    places[own.Key.Left],
                    places[own.Key.Right],
                    own.Count(vote => vote.Answer == Answer.Left),
                    own.Count(vote => vote.Answer == Answer.Same),
                    own.Count(vote => vote.Answer == Answer.Right)
                )),
        ];

        // Without both orders of a pair the side and the model cannot be told apart.
        var sides =
            Array.TrueForAll(counted, vote => vote.Sided)
            && Array.Exists(
                counts,
                own => Array.Exists(counts, other => (other.Left, other.Right) == (own.Right, own.Left))
            );
        var found = Fit(counts, shown.Length, sides);
        var z = Normal.Quantile((1 + level) / 2);
        return new ModelStrengths(
            [
                .. shown.Select(
                    (model, i) =>
                        new ModelStrength(model, found.LogStrengths[i], found.StandardErrors[i], found.Strengths[i])
                ),
            ],
            found.TieStrength,
            found.LogSide is { } side ? Math.Exp(side) : null,
            found.LogSide is { } low ? Math.Exp(low - (z * found.LogSideError!.Value)) : null,
            found.LogSide is { } high ? Math.Exp(high + (z * found.LogSideError!.Value)) : null,
            found.Deviance,
            found.Degrees
        );
    }

    /// <summary>With the side effect where it has a maximum, else without.</summary>
    private static DavidsonModel Fit(SidedCounts[] counts, int models, bool sides)
    {
        try
        {
            return DavidsonModel.Of(counts, models, sides);
        }
        catch (AssumptionException fault) when (sides && fault.Violated == Assumption.NoMaximum)
        {
            return DavidsonModel.Of(counts, models, sides: false);
        }
    }
}

/// <summary>How strong one model is.</summary>
/// <param name="Model">Its name.</param>
/// <param name="LogStrength">All add up to 0.</param>
/// <param name="StandardError">Of the log strength.</param>
/// <param name="Strength">All add up to 1.</param>
public sealed record ModelStrength(string Model, double LogStrength, double StandardError, double Strength);
