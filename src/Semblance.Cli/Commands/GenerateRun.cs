using Semblance.Cli.Tables;
using Semblance.Cli.Terminal;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Runs.Generating;
using Semblance.Studies;
using Semblance.Studies.Generating;

namespace Semblance.Cli.Commands;

/// <summary>How much of a generation is done: all of it, or only what a preview needs.</summary>
internal sealed record GenerateDepth(bool DryRun, bool Estimate, bool Force)
{
    public bool OnlyLook => DryRun || Estimate;
}

/// <summary>The steps of <c>semblance generate</c>: find the model, say what will be made, make it, show where it is.</summary>
internal static class GenerateRun
{
    public static async Task<int> RunAsync(
        GenerateRequest request,
        GenerateDepth depth,
        Messages messages,
        StudyHost host,
        CancellationToken cancellationToken
    )
    {
        var source = await GenerateStudy.FindAsync(request, depth.OnlyLook, host, cancellationToken);
        if (source.Lacks is { } download)
        {
            Show(page => GenerateTable.Write(page, request, download));
            return depth.Estimate
                ? throw new ResourceException(
                    $"An estimate makes one step, so {request.Model} has to be fetched first."
                )
                : ExitCode.Done;
        }

        var study = GenerateStudy.Open(request, source, host);
        // An estimate makes a step even where all is made already.
        var needs = study.Needs(depth.Estimate ? Math.Max(1, study.Missing.Count) : study.Missing.Count);
        if (depth.OnlyLook)
        {
            Show(page => GenerateTable.Write(page, study, needs));
        }

        study.Check(depth.Force ? null : needs);
        if (depth.Estimate)
        {
            var pace = await study.EstimateAsync(cancellationToken);
            Show(page => GenerateTable.Write(page, pace, study.Missing.Count));
        }

        if (depth.OnlyLook)
        {
            return ExitCode.Done;
        }

        foreach (var lora in study.Pipeline.Loras)
        {
            messages.Note($"LoRA {GenerateTable.TextOf(lora)}");
        }

        var outcome = await study.RunAsync(cancellationToken);
        return outcome.Failed.Count == 0 ? ExitCode.Done : Tell(outcome.Failed, request.Run, messages);
    }

    private static void Show(Action<Page> write)
    {
        var page = new Page(Surface.OfStandardOutput());
        write(page);
        ResultOutput.ToStandardOutput(page.ToString());
    }

    private static int Tell(IReadOnlyList<FailedImage> images, string run, Messages messages)
    {
        messages.Error(
            $"{Figures.Count(images.Count, "image")} failed; see {Path.Combine(run, GenerateStage.FailedFolder)} for those that can be seen (all others are in the run):"
        );
        foreach (var image in images)
        {
            messages.Line($"  {image.Reason}");
        }

        return ExitCode.BadInput;
    }
}
