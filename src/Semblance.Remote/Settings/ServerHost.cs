namespace Semblance.Remote.Settings;

/// <summary>Where servers get their secrets and the time from, and who hears what happens. Any thread may call.</summary>
public sealed record ServerHost
{
    /// <summary>What happens and should be known, in a sentence.</summary>
    public Action<string> Warning { get; init; } = static _ => { };

    /// <summary>The value of an environment variable; null where it is not set.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The clock of all waits and limits.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
