using Semblance.Wording;

namespace Semblance.Comparison;

/// <summary>The scores of several models on the prompts that all of them have.</summary>
/// <param name="Models">Names, in the order in which they first came, [k].</param>
/// <param name="Prompts">The prompts as the first model has them, without a stripped suffix, in its order, [n].</param>
/// <param name="Rows">[k][n].</param>
/// <param name="LeftOut">Prompts that not every model has, or has a score of.</param>
/// <param name="MatchedByKey">How many prompts differ in their text and were matched by <see cref="Prompts.PromptKey"/>.</param>
public sealed record ScoreMatrix(
    IReadOnlyList<string> Models,
    IReadOnlyList<string> Prompts,
    IReadOnlyList<IReadOnlyList<PromptScore>> Rows,
    IReadOnlyList<LeftOutPrompt> LeftOut,
    int MatchedByKey
)
{
    /// <summary>A matrix without left-out prompts.</summary>
    public ScoreMatrix(
        IReadOnlyList<string> models,
        IReadOnlyList<string> prompts,
        IReadOnlyList<IReadOnlyList<PromptScore>> rows
    )
        : this(models, prompts, rows, [], 0) { }

    /// <summary>
    /// The cluster of each prompt, numbered from 0 as they first come, [n]: prompts of one subject or template, which are
    /// one unit. Null where every prompt is its own.
    /// </summary>
    public IReadOnlyList<int>? Clusters { get; init; }

    /// <summary>The scores of one model, [n], 0 to 100.</summary>
    /// <param name="model">Index into <see cref="Models"/>.</param>
    public double[] Scores(int model) => [.. Rows[model].Select(row => row.Scs)];

    /// <summary>The index of a model in <see cref="Models"/>.</summary>
    /// <exception cref="UsageException">There is no such model; the message names the nearest.</exception>
    public int IndexOf(string model)
    {
        var index = Models.ToList().IndexOf(model);
        return index >= 0
            ? index
            : throw new UsageException(
                $"There is no model '{model}' among the {Models.Count} scored ones; the nearest name is '{SimilarNames.Ordered(model, Models).First()}'."
            );
    }

    /// <summary>Asks for at least two prompts, which are the unit of every test.</summary>
    /// <exception cref="InputException">There are fewer.</exception>
    internal void RequirePrompts(string models, string what)
    {
        if (Prompts.Count < 2)
        {
            throw new InputException(
                $"{models} have {(Prompts.Count == 1 ? "one prompt" : "no prompt")} in common; {what} needs at least two, since prompts are its unit."
            );
        }
    }
}

/// <summary>A prompt that could not be compared.</summary>
/// <param name="Model">A model that has it.</param>
/// <param name="Prompt">Its text there, with any suffix.</param>
/// <param name="Reason">Why, see <see cref="Unmatched"/> and <see cref="Unscored"/>.</param>
public sealed record LeftOutPrompt(string Model, string Prompt, string Reason = LeftOutPrompt.Unmatched)
{
    /// <summary>Not every model has a score of it.</summary>
    public const string Unmatched = "unmatched";

    /// <summary>The model has no score of it: the set has fewer than two usable images.</summary>
    public const string Unscored = "too_few_images";
}
