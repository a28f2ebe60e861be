using System.Globalization;
using System.Security.Cryptography;

namespace Semblance.Models.Hub.Pulling;

/// <summary>
/// Tries again after transient faults, waiting 0.5, 1, 2 ... 30 seconds (with jitter, so that many machines do not
/// return together) or as long as the server asks. A server that asks for more than ten minutes ends the attempts. An
/// attempt that makes progress resets the count, so a slow download may go on without limit.
/// </summary>
internal sealed class Patience(HubSettings settings, Action<string> note)
{
    /// <summary>Bytes between two faults that count as progress.</summary>
    private const long Progress = 1 << 16;
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(10);

    /// <summary>Runs the attempt until it succeeds.</summary>
    /// <param name="attempt">Throws <see cref="TransientException"/> where it is worth another try.</param>
    /// <param name="moved">A count that grows with progress, such as bytes received; null where there is none.</param>
    /// <param name="cancellationToken">Ends the waiting too.</param>
    /// <exception cref="ResourceException">All attempts failed.</exception>
    public async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> attempt,
        Func<long>? moved,
        CancellationToken cancellationToken
    )
    {
        var failures = 0;
        while (true)
        {
            var before = moved?.Invoke() ?? 0;
            try
            {
                return await attempt(cancellationToken);
            }
            catch (TransientException fault) when (fault.RetryAfter > LongestAsked)
            {
                throw new ResourceException(
                    $"{fault.Message}, and asks to wait {Whole(fault.RetryAfter.Value)}; run the same command again after that (what was fetched is kept).",
                    fault
                );
            }
            catch (TransientException fault)
            {
                var progressed = (moved?.Invoke() ?? 0) - before >= Progress;
                failures = progressed ? 1 : failures + 1;
                if (failures >= Math.Min(settings.Attempts, fault.Attempts))
                {
                    throw new ResourceException(
                        $"{fault.Message}; tried {failures} times, try again later (what was fetched is kept).",
                        fault
                    );
                }

                var wait = fault.RetryAfter is null && progressed ? Breath : Delay(failures, fault.RetryAfter);
                if (wait > Breath)
                {
                    note(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{fault.Message}; trying again in {wait.TotalSeconds:0.#} s"
                        )
                    );
                }

                await settings.Wait(wait, cancellationToken);
            }
        }
    }

    private static string Whole(TimeSpan time) =>
        time < TimeSpan.FromHours(2)
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalMinutes):F0} minutes")
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalHours):F0} hours");

    private static TimeSpan Delay(int failures, TimeSpan? asked)
    {
        if (asked is { } time)
        {
            return time;
        }

        var doubled = First * Math.Pow(2, failures - 1);
        var chance = 1 + (RandomNumberGenerator.GetInt32(250) / 1000.0);
        return (doubled < Longest ? doubled : Longest) * chance;
    }
}
