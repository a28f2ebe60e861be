using System.Text.Json;

namespace Semblance.Runs.Folder;

/// <summary>The images of a model that were asked for, over all commands that made some in a run.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Prompts">In the order in which they were first asked for.</param>
public sealed record ModelPlan(string Model, IReadOnlyList<PlannedPrompt> Prompts)
{
    /// <summary>The union of both plans, prompt by prompt.</summary>
    internal ModelPlan With(ModelPlan other)
    {
        var theirs = other.Prompts.ToDictionary(prompt => prompt.Prompt);
        return this with
        {
            Prompts =
            [
                .. Prompts.Select(own =>
                    theirs.Remove(own.Prompt, out var more)
                        ? own with
                        {
                            Seeds = SeedRanges.Union(own.Seeds, more.Seeds),
                        }
                        : own
                ),
                .. other.Prompts.Where(prompt => theirs.ContainsKey(prompt.Prompt)),
            ],
        };
    }

    internal static ModelPlan Of(string model, IReadOnlyList<SeedGroup> groups) =>
        new(
            model,
            [
                .. groups
                    .SelectMany(group =>
                        group.Prompts.Select(prompt => new PlannedPrompt(
                            prompt ?? throw new FormatException(),
                            SeedRanges.Union(group.Seeds)
                        )
                        {
                            Unknown = group.Unknown,
                        })
                    )
                    // Whoever wrote the file by hand may have named a prompt twice.
                    .GroupBy(prompt => prompt.Prompt, StringComparer.Ordinal)
                    .Select(same => same.First() with { Seeds = SeedRanges.Union(same.Select(one => one.Seeds)) }),
            ]
        );

    /// <summary>Prompts of the same seeds together.</summary>
    internal SeedGroup[] ToJson() =>
        [
            .. Prompts
                .GroupBy(prompt => (prompt.Seeds, prompt.Unknown))
                .Select(group => new SeedGroup(group.Key.Seeds, [.. group.Select(prompt => prompt.Prompt)])
                {
                    Unknown = group.Key.Unknown,
                }),
        ];
}

/// <summary>A prompt with the seeds that it was asked for with.</summary>
/// <param name="Prompt">Raw text.</param>
/// <param name="Seeds">Ranges in rising order, such as <c>0..19,42</c>.</param>
public sealed record PlannedPrompt(string Prompt, string Seeds)
{
    /// <summary>What the group of the prompt says beside that.</summary>
    internal Dictionary<string, JsonElement>? Unknown { get; init; }
}
