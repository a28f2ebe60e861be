using Semblance.Agreement;
using Semblance.Runs.Agreeing;
using Semblance.Runs.Comparing;
using Semblance.Runs.Folder;

namespace Semblance.Reports.Content;

/// <summary>What people say of the images of a run, where the run folder has their votes.</summary>
internal static class HumanVotes
{
    /// <summary>The content with the agreement of its encoder and of the others; or, where votes cannot be used, with the reason among its cautions.</summary>
    public static ReportContent Added(ReportContent content, CompareInput input, double level, Threads threads)
    {
        if (
            input.Run is not { } run
            || input.Encoder is not { } encoder
            || !File.Exists(Path.Combine(run.Path, AgreementSource.VotesName))
        )
        {
            return content;
        }

        try
        {
            var own = StoredScore.KeyOf(encoder);
            var others = run.ReadScores().Select(line => line.EncoderKey).Where(key => key != own).Distinct();
            var votes = AgreementInput.Read(new AgreementSource(run.Path) { Encoders = [own, .. others] });
            return content with
            {
                Human = AgreementStage.Run(votes, new AgreementOptions { Level = level, Threads = threads }),
            };
        }
        catch (SemblanceException fault)
        {
            return content with
            {
                Cautions = [.. content.Cautions, $"The votes of people are not shown. {fault.Message}"],
            };
        }
    }
}
