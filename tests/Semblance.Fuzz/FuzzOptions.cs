using System.Globalization;

namespace Semblance.Fuzz;

/// <summary>How long and from where targets are run.</summary>
internal sealed record FuzzOptions
{
    /// <summary>For each target, unless <see cref="Count"/> is given.</summary>
    public double Seconds { get; init; } = 10;

    /// <summary>Inputs of each target; null for as many as the time allows.</summary>
    public long? Count { get; init; }

    /// <summary>The number of the first input.</summary>
    public long From { get; init; }

    /// <summary>The same seed gives the same inputs.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Folder for inputs that are at fault; null for none.</summary>
    public string? Keep { get; init; }

    /// <summary>Targets at a time.</summary>
    public int Parallel { get; init; } = Environment.ProcessorCount;

    /// <summary>The number of the input that is read is written there, for when the process dies of it.</summary>
    public string Mark { get; init; } = Path.Combine(Path.GetTempPath(), $"semblance-fuzz-{Environment.ProcessId}");

    /// <summary>Whether this is the process of one target.</summary>
    public bool IsChild { get; init; }

    /// <summary>From the command line; null where it does not fit.</summary>
    public static (FuzzOptions Options, IReadOnlyList<FuzzTarget> Targets)? Parse(string[] arguments)
    {
        var options = new FuzzOptions();
        List<FuzzTarget> targets = [];
        for (var i = 0; i < arguments.Length; i++)
        {
            if (FuzzTarget.All.FirstOrDefault(one => one.Name == arguments[i]) is { } target)
            {
                targets.Add(target);
                continue;
            }

            if (arguments[i] == "--child")
            {
                options = options with { IsChild = true };
                continue;
            }

            if (i + 1 == arguments.Length)
            {
                return null;
            }

            var value = arguments[++i];
            var isNumber = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
            var next = arguments[i - 1] switch
            {
                "--seconds" when isNumber => options with { Seconds = number },
                "--count" when isNumber => options with { Count = (long)number },
                "--from" when isNumber => options with { From = (long)number },
                "--seed" when isNumber => options with { Seed = (int)number },
                "--parallel" when isNumber => options with { Parallel = (int)number },
                "--keep" => options with { Keep = value },
                "--mark" => options with { Mark = value },
                _ => null,
            };
            if (next is null)
            {
                return null;
            }

            options = next;
        }

        return (options, targets.Count == 0 ? FuzzTarget.All : targets);
    }
}
