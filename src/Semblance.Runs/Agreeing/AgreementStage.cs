using Semblance.Agreement;
using Semblance.Runs.Folder;

namespace Semblance.Runs.Agreeing;

/// <summary>An agreement with what it depends on.</summary>
/// <param name="Report">The figures.</param>
/// <param name="Options">Level, resamples, seed, rules.</param>
public sealed record AgreementResult(AgreementReport Report, AgreementOptions Options);

/// <summary>From votes and scores to figures.</summary>
public static class AgreementStage
{
    /// <summary>Name of the file in a run folder.</summary>
    public const string FileName = "agreement.json";

    /// <summary>Holds the votes against the scores.</summary>
    /// <param name="input">Votes, scores, rules.</param>
    /// <param name="options">The rules of the input take the place of its own.</param>
    /// <exception cref="InputException">No vote can be used.</exception>
    public static AgreementResult Run(AgreementInput input, AgreementOptions options)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(options);
        var own = options with { Exclusions = input.Exclusions };
        return new AgreementResult(AgreementReport.Of(input.Votes, input.Scores, own), own);
    }

    /// <summary>Writes <c>agreement.json</c> into the run folder.</summary>
    /// <exception cref="ResourceException">The folder cannot be written.</exception>
    public static void Keep(RunFolder run, AgreementResult result)
    {
        ArgumentNullException.ThrowIfNull(run);
        run.Write(run.At(FileName), AgreementJson.Of(result), advise: false);
    }
}
