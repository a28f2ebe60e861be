using System.Diagnostics;
using Semblance.Cli.Terminal;
using Semblance.Studies;

namespace Semblance.Cli.Progress;

/// <summary>
/// Shows on standard error how far a stage is: one line that is drawn again on a terminal, plain lines elsewhere, nothing
/// when quiet.
/// </summary>
internal sealed class ProgressView(Messages messages)
{
    private Action<Action> _apart = static say => say();

    private static bool IsLive =>
        !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb";

    /// <summary>Runs a stage under the view.</summary>
    /// <param name="stage">What is counted.</param>
    /// <param name="work">Gets a callback that says how far it is.</param>
    public async Task RunAsync(StudyStage stage, Func<Action<StageCount>, Task> work)
    {
        var clock = Stopwatch.StartNew();
        if (messages.Quiet)
        {
            await work(static _ => { });
        }
        else if (IsLive)
        {
            using var line = new LiveLine(stage, clock, messages.Writer);
            _apart = line.Apart;
            await work(line.Report);
        }
        else
        {
            var lines = new ProgressLines(stage, clock, messages.Note);
            await work(lines.Report);
            lines.Finish();
        }
    }

    /// <summary>Writes a message without breaking the line that is drawn.</summary>
    public void Say(Action say) => _apart(say);
}
