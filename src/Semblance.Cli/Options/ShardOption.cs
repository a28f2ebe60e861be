using System.CommandLine;
using Semblance.Runs.Sharding;

namespace Semblance.Cli.Options;

/// <summary>The option by which several processes share out the images of a run.</summary>
internal static class ShardOption
{
    public const string Name = "--shard";

    /// <summary>Gives a command the option.</summary>
    /// <param name="command">Gets it.</param>
    /// <param name="what">What the command does with one.</param>
    public static Option<string?> Shard(this Command command, string what) =>
        command.Text(Name, $"{what}: part I of N, from 0; auto asks the job of Slurm or Kubernetes", "I/N|auto");

    /// <summary>The shard that is meant; null for all.</summary>
    /// <exception cref="UsageException">There is no such shard.</exception>
    public static Shard? Read(this Option<string?> option, ParseResult parsed) =>
        parsed.GetValue(option) switch
        {
            null => null,
            "auto" => Runs.Sharding.Shard.OfJob(Environment.GetEnvironmentVariable),
            var text => NewOption.Read(option, text, Runs.Sharding.Shard.Parse),
        };
}
