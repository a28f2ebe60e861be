using System.Globalization;
using Semblance.Runs.Folder;
using Semblance.Runs.Sharding;

namespace Semblance.Runs.Generating;

/// <summary>Which images to make, the same for every generator, and how to keep them.</summary>
/// <param name="Prompts">Raw texts.</param>
/// <param name="Seeds">For each prompt.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Extension">Of the files, without a dot; it stands for the format.</param>
/// <param name="Encode">
/// From pixels, and texts that say what made them (by keyword, for formats that have texts), to the bytes of a file. Files
/// that a generator sends are kept as they are.
/// </param>
public sealed record GeneratePlan(
    IReadOnlyList<string> Prompts,
    IReadOnlyList<long> Seeds,
    int Width,
    int Height,
    string Extension,
    Func<PixelImage, IReadOnlyList<KeyValuePair<string, string>>, byte[]> Encode
)
{
    /// <summary>The requests, prompt by prompt, each once: every prompt with every seed, unless others are given.</summary>
    public IReadOnlyList<ImageRequest> Requests { get; init; } =
    [
        .. Prompts
            .Distinct()
            .SelectMany(prompt => Seeds.Distinct().Select(seed => new ImageRequest(prompt, seed, Width, Height))),
    ];

    /// <summary>Only the requests of this shard are made; null for all.</summary>
    public Shard? Shard { get; init; }

    /// <summary>Of several plans of one model in one study, from 0: what shards have made is taken into the run in this order.</summary>
    public int Part { get; init; }

    /// <summary>The requests of the shard, or all; of a generator's model.</summary>
    internal IReadOnlyList<ImageRequest> OwnOf(IImageGenerator generator) =>
        Shard is { } shard
            ? [.. Requests.Where(request => shard.Owns(generator.Model, request.Prompt, request.Name))]
            : Requests;

    /// <summary>What an image's file says about it: prompt, seed, model and the whole recipe, size and format included.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> TextsOf(IImageGenerator generator, ImageRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var recipe = RecipeOf(generator);
        return [new("prompt", request.Prompt), new("seed", request.Name), new("model", recipe.Model), .. recipe.Parts];
    }

    /// <summary>What makes the images now.</summary>
    internal ModelRecipe RecipeOf(IImageGenerator generator) =>
        new(
            generator.Model,
            [
                .. generator.Recipe,
                new("size", string.Create(CultureInfo.InvariantCulture, $"{Width}x{Height}")),
                // A server chooses the format of a file that it sends, so several formats may be side by side.
                .. generator.SendsFiles ? [] : new[] { KeyValuePair.Create("format", Extension) },
            ]
        );

    /// <summary>The prompts and seeds, as <c>run.json</c> has them.</summary>
    internal ModelPlan PlanOf(IImageGenerator generator) =>
        new(
            generator.Model,
            [
                .. Requests
                    .GroupBy(request => request.Prompt, request => request.Seed)
                    .Select(seeds => new PlannedPrompt(seeds.Key, SeedRanges.Of(seeds))),
            ]
        );

    /// <summary>What all shards of this plan make.</summary>
    internal ShardRecord ShardRecordOf(IImageGenerator generator) =>
        new()
        {
            Schema = ShardRecord.ThisSchema,
            Model = generator.Model,
            Part = Part,
            Width = generator.SendsFiles ? null : Width,
            Height = generator.SendsFiles ? null : Height,
            Extensions = [.. ExtensionsOf(generator)],
            Recipe = RecipeOf(generator).ToJson(),
            Plan = PlanOf(generator).ToJson(),
        };

    /// <summary>The formats that a generator's images may be in, as extensions.</summary>
    internal IEnumerable<string> ExtensionsOf(IImageGenerator generator) =>
        generator.SendsFiles ? ImageFiles.Extensions : [Extension];

    /// <summary>The file of an image, relative to the run folder and with /; null if it is missing.</summary>
    internal string? Find(RunFolder run, IImageGenerator generator, ImageRequest request) =>
        ImageFiles.Find(run, generator.Model, request, ExtensionsOf(generator));

    /// <summary>The same right before it is made.</summary>
    internal string? FindNow(RunFolder run, IImageGenerator generator, ImageRequest request) =>
        ImageFiles.FindNow(run, generator.Model, request, ExtensionsOf(generator));
}
