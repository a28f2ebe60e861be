namespace Semblance.Cli.Terminal;

/// <summary>What the program tells its caller. Stable: scripts depend on these numbers.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>A gate said no, or could not tell.</summary>
    public const int GateFailed = 1;
    public const int Usage = 2;
    public const int BadInput = 3;
    public const int Resource = 4;

    /// <summary>A fault of the program itself, as sysexits.h numbers it (EX_SOFTWARE).</summary>
    public const int Fault = 70;

    /// <summary>
    /// A shard was told to end (SIGTERM) before it was done, as sysexits.h numbers it (EX_TEMPFAIL): what it finished is kept,
    /// and it is to be queued again.
    /// </summary>
    public const int Requeue = 75;

    /// <summary>128 + SIGINT, as shells report it.</summary>
    public const int Cancelled = 130;
}
