using Semblance.Cli.Terminal;
using Semblance.Comparison;
using Semblance.Consistency;
using Semblance.Runs.Comparing;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;

namespace Semblance.Cli.Commands;

/// <summary>From the paths of a command to scores that can be compared: read where they are scored, scored first where not.</summary>
internal static class CompareSource
{
    /// <summary>Opens all paths, which are of one kind.</summary>
    /// <returns>The scores and the caution of the encoder where images were scored.</returns>
    public static async Task<(CompareInput Input, string? Caution)> OpenAsync(
        SourceRequest request,
        CancellationToken cancellationToken
    )
    {
        Messages.Quiet = request.Quiet;
        if (request.Paths is [string only] && only == request.Run && !Directory.Exists(only))
        {
            throw new UsageException(
                $"There is no run folder {only} here; name a run folder, a table of scores, or image folders."
            );
        }

        bool[] scored = [.. request.Paths.Select(CompareInput.IsScored)];
        if (!scored.Contains(false))
        {
            return (CompareInput.Read(request.Paths, request.Encoder, Messages.Warning), null);
        }

        if (scored.Contains(true))
        {
            throw new UsageException(
                "Images and scores cannot be compared with each other; score the images into the run folder first, and name the run folder."
            );
        }

        (var report, var input, var caution) = await ScoreRun.ScoreAsync(
            new ScoreRequest(
                request.Paths,
                request.Encoder,
                Run: request.Run,
                SkipBad: request.SkipBad,
                Threads: request.Threads,
                Quiet: request.Quiet
            ),
            cancellationToken
        );
        return (Of(report, input, request.Run), caution);
    }

    /// <summary>Scores that were just made.</summary>
    public static CompareInput Of(ScoreReport report, ScoreInput input, string run) =>
        input switch
        {
            ImageInput images => CompareInput.Of(new RunFolder(run, Messages.Warning), report, images),
            EmbeddingInput embeddings => CompareInput.Of(report, embeddings),
            _ => throw new InvalidOperationException("An input is images or embeddings."),
        };

    public static MatchOptions Match(SourceRequest request, params IReadOnlyList<string> models) =>
        new()
        {
            StripSuffixes = request.StripSuffixes,
            AllowUnmatched = request.AllowUnmatched,
            Models = models,
        };

    public static Surface SurfaceOf(SourceRequest request) =>
        request.Output is null ? Surface.OfStandardOutput() : new Surface(80, Colour: false, Unicode: false);

    /// <summary>Warnings on standard error, for formats that are read by programs.</summary>
    public static void Warn(IEnumerable<string> warnings)
    {
        foreach (var warning in warnings)
        {
            Messages.Warning(warning);
        }
    }
}
