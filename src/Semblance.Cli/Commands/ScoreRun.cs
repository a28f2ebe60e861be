using Semblance.Cli.Output;

namespace Semblance.Cli.Commands;

/// <summary>The walk of <c>semblance score</c>: read, open, embed, score, show.</summary>
internal static class ScoreRun
{
    public static Task<int> RunAsync(ScoreRequest options, CancellationToken cancellationToken)
    {
        Messages.Quiet = options.Quiet;
        cancellationToken.ThrowIfCancellationRequested();
        throw new ResourceException("This build cannot open encoders.");
    }
}
