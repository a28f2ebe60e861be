using Semblance.Models.Encoders.Preprocessing;

namespace Semblance.Models.Encoders;

/// <summary>An encoder that is known by name.</summary>
/// <param name="Name">What <c>--encoder</c> takes.</param>
/// <param name="HubId">Where it is published.</param>
/// <param name="Revision">The commit that <c>main</c> points to, whose weights are meant; another snapshot is taken only where the cache lacks it, and named.</param>
/// <param name="File">The weights in that revision.</param>
/// <param name="Recipe">Preprocessing.</param>
/// <param name="ImageSize">What the recipe makes, pixels.</param>
/// <param name="Parameters">Of the whole checkpoint, text tower included.</param>
/// <param name="Licence">As its card states it, or what is known where it states none.</param>
/// <param name="SafeTensors">The commit of a pull request that adds the same weights as safetensors, where one is known.</param>
internal sealed record KnownEncoder(
    string Name,
    string HubId,
    string Revision,
    string File,
    RecipeFamily Recipe,
    int ImageSize,
    long Parameters,
    string Licence,
    string? SafeTensors = null
)
{
    /// <summary>The paper's encoder.</summary>
    public const string Paper = "clip-vit-base-patch32";

    private const string OpenAiLicence = "not stated on the card; OpenAI's code is mit";

    /// <summary>Commits and branches to take it from, the best first.</summary>
    public IReadOnlyList<string> Revisions =>
        SafeTensors is null ? [Revision, "main"] : [SafeTensors, Revision, "main"];

    /// <summary>The table.</summary>
    /// <remarks>
    /// DINOv2 is trained at 518 pixels, but its published preprocessing gives 224; positions are resampled. The main
    /// branch of openai/clip-vit-base-patch32 and -patch16 has no safetensors; theirs are on pull requests, of which only
    /// the first's commit is known.
    /// </remarks>
    public static IReadOnlyList<KnownEncoder> All { get; } =
    [
        new(
            Paper,
            "openai/clip-vit-base-patch32",
            "3d74acf9a28c67741b2f4f2ea7635f0aaf6f0268",
            "pytorch_model.bin",
            RecipeFamily.OpenAi,
            224,
            151_277_313,
            OpenAiLicence,
            "c237dc49a33fc61debc9276459120b7eac67e7ef"
        ),
        new(
            "clip-vit-base-patch16",
            "openai/clip-vit-base-patch16",
            "57c216476eefef5ab752ec549e440a49ae4ae5f3",
            "pytorch_model.bin",
            RecipeFamily.OpenAi,
            224,
            149_620_737,
            OpenAiLicence
        ),
        new(
            "clip-vit-large-patch14",
            "openai/clip-vit-large-patch14",
            "32bd64288804d66eefd0ccbe215aa642df71cc41",
            "model.safetensors",
            RecipeFamily.OpenAi,
            224,
            427_616_513,
            OpenAiLicence
        ),
        new(
            "clip-vit-large-patch14-336",
            "openai/clip-vit-large-patch14-336",
            "ce19dc912ca5cd21c8a653c79e251e808ccabcd1",
            "pytorch_model.bin",
            RecipeFamily.OpenAi,
            336,
            427_944_193,
            OpenAiLicence
        ),
        new(
            "siglip-base-patch16-224",
            "google/siglip-base-patch16-224",
            "7fd15f0689c79d79e38b1c2e2e2370a7bf2761ed",
            "model.safetensors",
            RecipeFamily.Siglip,
            224,
            203_155_970,
            "apache-2.0"
        ),
        new(
            "siglip-so400m-patch14-384",
            "google/siglip-so400m-patch14-384",
            "9fdffc58afc957d1a03a25b10dba0329ab15c2a3",
            "model.safetensors",
            RecipeFamily.Siglip,
            384,
            877_960_498,
            "apache-2.0"
        ),
        new(
            "dinov2-small",
            "facebook/dinov2-small",
            "ed25f3a31f01632728cabb09d1542f84ab7b0056",
            "model.safetensors",
            RecipeFamily.Dinov2,
            224,
            22_056_576,
            "apache-2.0"
        ),
        new(
            "dinov2-base",
            "facebook/dinov2-base",
            "f9e44c814b77203eaa57a6bdbbd535f21ede1415",
            "model.safetensors",
            RecipeFamily.Dinov2,
            224,
            86_580_480,
            "apache-2.0"
        ),
        new(
            "dinov2-large",
            "facebook/dinov2-large",
            "47b73eefe95e8d44ec3623f8890bd894b6ea2d6c",
            "model.safetensors",
            RecipeFamily.Dinov2,
            224,
            304_368_640,
            "apache-2.0"
        ),
    ];

    /// <summary>What must stand beside the numbers of an encoder that is not the paper's, or null for the paper's.</summary>
    public static string? CautionFor(string name, KnownEncoder? known) =>
        known?.Name == Paper
            ? null
            : $"{name}: not the paper's encoder (CLIP ViT-B/32), on another scale; its scores cannot be compared with published ones";

    /// <summary>By name or hub id (without revision), or null.</summary>
    public static KnownEncoder? Find(string nameOrHubId) =>
        All.FirstOrDefault(known => known.Name == nameOrHubId || known.HubId == nameOrHubId);
}
