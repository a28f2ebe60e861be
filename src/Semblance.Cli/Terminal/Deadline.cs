using System.Diagnostics;

namespace Semblance.Cli.Terminal;

/// <summary>
/// The time that a command has to stop once it was asked to. Work that looks at no cancellation (a library's call, a read that
/// waits for a pipe) is ended with the process: what is on disk is whole, since files are renamed into place.
/// </summary>
internal static class Deadline
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3.5);

    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(1);

    /// <summary>Ends the process after a while, unless it has ended by then.</summary>
    /// <param name="messages">Where it is said.</param>
    /// <param name="code">The exit code.</param>
    public static void Begin(Messages messages, int code)
    {
        // Threads of their own: whatever does not stop may hold all those of the pool.
        Start(() =>
        {
            Thread.Sleep(Patience);
            Start(() =>
            {
                Thread.Sleep(LastPatience);
                Process.GetCurrentProcess().Kill();
            });
            messages.Error(Failure.Describe(new OperationCanceledException()).Message);
            Environment.Exit(code);
        });
    }

    private static void Start(ThreadStart work) => new Thread(work) { IsBackground = true }.Start();
}
