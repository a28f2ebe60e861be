using Semblance.Models.Encoders.Preprocessing;

namespace Semblance.Models.Encoders;

/// <summary>An encoder that is known by name.</summary>
/// <param name="HubId">Where it is published.</param>
/// <param name="Revision">The commit that <c>main</c> points to, whose weights are meant; another snapshot is taken only where the cache lacks it, and named.</param>
/// <param name="Recipe">Preprocessing, with the numbers of its family.</param>
/// <param name="Parameters">Of the whole checkpoint, text encoder included.</param>
/// <param name="Licence">As its card states it, or what is known where it states none.</param>
/// <param name="SafeTensors">The commit of a pull request that adds the same weights as safetensors, where one is known.</param>
internal sealed record KnownEncoder(
    string HubId,
    string Revision,
    RecipeFamily Recipe,
    long Parameters,
    string Licence,
    string? SafeTensors = null
)
{
    /// <summary>The encoder of the paper, CLIP ViT-B/32.</summary>
    public const string Paper = "clip-vit-base-patch32";

    /// <summary>The name by which it is asked for.</summary>
    public string Name => HubId[(HubId.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>Commits and branches to take it from, the best first.</summary>
    public IReadOnlyList<string> Revisions =>
        SafeTensors is null ? [Revision, "main"] : [SafeTensors, Revision, "main"];

    /// <summary>All known encoders with their pinned revisions.</summary>
    /// <remarks>
    /// DINOv2 is trained at 518 pixels, but its published preprocessing gives 224; positions are resampled. The main
    /// branch of openai/clip-vit-base-patch32 and -patch16 has no safetensors; theirs are on pull requests, of which only
    /// the first's commit is known.
    /// </remarks>
    public static IReadOnlyList<KnownEncoder> All { get; } =
    [
        Clip("base-patch32", "3d74acf9a28c67741b2f4f2ea7635f0aaf6f0268", 151_277_313) with
        {
            SafeTensors = "c237dc49a33fc61debc9276459120b7eac67e7ef",
        },
        Clip("base-patch16", "57c216476eefef5ab752ec549e440a49ae4ae5f3", 149_620_737),
        Clip("large-patch14", "32bd64288804d66eefd0ccbe215aa642df71cc41", 427_616_513),
        Clip("large-patch14-336", "ce19dc912ca5cd21c8a653c79e251e808ccabcd1", 427_944_193),
        Siglip("base-patch16-224", "7fd15f0689c79d79e38b1c2e2e2370a7bf2761ed", 203_155_970),
        Siglip("so400m-patch14-384", "9fdffc58afc957d1a03a25b10dba0329ab15c2a3", 877_960_498),
        Dinov2("small", "ed25f3a31f01632728cabb09d1542f84ab7b0056", 22_056_576),
        Dinov2("base", "f9e44c814b77203eaa57a6bdbbd535f21ede1415", 86_580_480),
        Dinov2("large", "47b73eefe95e8d44ec3623f8890bd894b6ea2d6c", 304_368_640),
    ];

    /// <summary>What must stand beside the numbers of an encoder that is not the paper's, or null for the paper's.</summary>
    public static string? CautionFor(string name, KnownEncoder? known) =>
        known?.Name == Paper
            ? null
            : $"{name}: not the paper's encoder (CLIP ViT-B/32), on another scale; its scores cannot be compared with published ones";

    /// <summary>By name or hub id (without revision), or null.</summary>
    public static KnownEncoder? Find(string nameOrHubId) =>
        All.FirstOrDefault(known => known.Name == nameOrHubId || known.HubId == nameOrHubId);

    private static KnownEncoder Clip(string size, string revision, long parameters) =>
        new(
            $"openai/clip-vit-{size}",
            revision,
            RecipeFamily.OpenAi,
            parameters,
            "not stated on the card; OpenAI's code is mit"
        );

    private static KnownEncoder Siglip(string size, string revision, long parameters) =>
        new($"google/siglip-{size}", revision, RecipeFamily.Siglip, parameters, "apache-2.0");

    private static KnownEncoder Dinov2(string size, string revision, long parameters) =>
        new($"facebook/dinov2-{size}", revision, RecipeFamily.Dinov2, parameters, "apache-2.0");
}
