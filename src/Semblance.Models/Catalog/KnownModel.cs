using Semblance.Models.Encoders;
using Semblance.Models.Hub;

namespace Semblance.Models.Catalog;

/// <summary>What a known model is for.</summary>
public enum ModelRole
{
    /// <summary>An encoder, which gives an embedding for an image.</summary>
    Encoder,

    /// <summary>A pipeline, which makes images from prompts.</summary>
    Pipeline,

    /// <summary>A component that takes the place of a pipeline's own.</summary>
    Part,

    /// <summary>A data set of images that are there already.</summary>
    Images,
}

/// <summary>A repository of the hub that has a short name here.</summary>
/// <param name="Name">The short name.</param>
/// <param name="Role">What it is for.</param>
/// <param name="HubId"><c>org/name</c>.</param>
/// <param name="Revisions">The commit whose files are meant, then what to take where a mirror lacks it.</param>
/// <param name="Licence">As its card states it, or what is known where it states none.</param>
/// <param name="Bytes">
/// About: four bytes for each of its parameters in the plain form; null where nobody counted. What a pull says comes
/// from the hub and is exact.
/// </param>
public sealed record KnownModel(
    string Name,
    ModelRole Role,
    string HubId,
    IReadOnlyList<string> Revisions,
    string Licence,
    long? Bytes
)
{
    private const long Vae = 83_653_863;
    private const long T5 = 4_762_310_656;

    /// <summary>The table. Revisions are those that public code pins; where none is known, it is <c>main</c> alone.</summary>
    public static IReadOnlyList<KnownModel> All { get; } =
    [
        .. KnownEncoder.All.Select(encoder => new KnownModel(
            encoder.Name,
            ModelRole.Encoder,
            encoder.HubId,
            encoder.Revisions,
            encoder.Licence,
            encoder.Parameters * 4
        )),
        Pipeline(
            "sdxl",
            "stabilityai/stable-diffusion-xl-base-1.0@462165984030d82259a11f4367a4eed129e94a7b",
            "openrail++",
            2_567_463_684 + 123_060_480 + 694_659_840 + Vae
        ),
        Pipeline(
            "sdxl-turbo",
            "stabilityai/sdxl-turbo@71153311d3dbb46851df1931d3ca6e939de83304",
            "sai-nc-community",
            2_567_463_684 + 123_060_480 + 694_659_840 + Vae
        ) with
        {
            Steps = 1,
            Guidance = 0,
        },
        Pipeline(
            "sd15",
            "stable-diffusion-v1-5/stable-diffusion-v1-5@451f4fe16113bff5a5d2269ed5ad43b0592e9a14",
            "creativeml-openrail-m",
            859_520_964 + 123_060_480 + Vae
        ),
        Pipeline(
            "pixart",
            "PixArt-alpha/PixArt-XL-2-1024-MS@b89adadeccd9ead2adcb9fa2825d3fabec48d404",
            "openrail++",
            611_349_152 + T5 + Vae
        ),
        Pipeline(
            "pixart-sigma",
            "PixArt-alpha/PixArt-Sigma-XL-2-1024-MS@e102b3591cc82e97071b8b4cb90d834d0c487207",
            "openrail++",
            610_856_096 + T5 + Vae
        ),
        Pipeline(
            "sdxl-vae-fp16-fix",
            "madebyollin/sdxl-vae-fp16-fix@207b116dae70ace3637169f1ddd2434b91b3a8cd",
            "mit",
            Vae
        ) with
        {
            Role = ModelRole.Part,
        },
        new(
            "paper-images",
            ModelRole.Images,
            "runsdata/semantic-consistency-score",
            [HubRepository.DefaultRevision],
            "mit",
            Bytes: null
        ),
    ];

    /// <summary>Denoising steps that its card asks for; null where none are meant.</summary>
    public int? Steps { get; private init; }

    /// <summary>Scale of guidance that its card asks for; null for the pipeline's.</summary>
    public float? Guidance { get; private init; }

    /// <summary>What it is on the hub.</summary>
    public HubKind Kind => Role == ModelRole.Images ? HubKind.Dataset : HubKind.Model;

    /// <summary>By short name, or by hub id without a revision; null where it is neither.</summary>
    public static KnownModel? Find(string nameOrHubId) =>
        All.FirstOrDefault(known => known.Name == nameOrHubId || known.HubId == nameOrHubId);

    /// <summary>What a name asks the hub for.</summary>
    /// <param name="nameOrHubId">A short name, <c>org/name</c> or <c>org/name@revision</c>.</param>
    /// <param name="kind">What a hub id is of; a known name says that itself.</param>
    /// <exception cref="UsageException">It is neither.</exception>
    public static PullRequest Request(string nameOrHubId, HubKind kind = HubKind.Model)
    {
        ArgumentNullException.ThrowIfNull(nameOrHubId);
        if (Find(nameOrHubId) is { } known)
        {
            return new PullRequest(new HubRepository(known.Kind, known.HubId, known.Revisions[0]))
            {
                Otherwise = [.. known.Revisions.Skip(1)],
            };
        }

        if (!nameOrHubId.Contains('/', StringComparison.Ordinal))
        {
            throw new UsageException(
                $"There is no model '{nameOrHubId}'; known are {string.Join(", ", All.Select(known => known.Name))}, and any hub id "
                    + "org/name or org/name@revision is taken."
            );
        }

        var repository = HubRepository.Parse(nameOrHubId, kind);
        // A data set of the table is one whether or not that was said.
        return new PullRequest(
            Find(repository.Name) is { Kind: HubKind.Dataset } ? repository with { Kind = HubKind.Dataset } : repository
        );
    }

    private static KnownModel Pipeline(string name, string id, string licence, long parameters)
    {
        var repository = HubRepository.Parse(id);
        return new KnownModel(
            name,
            ModelRole.Pipeline,
            repository.Name,
            [repository.Revision, HubRepository.DefaultRevision],
            licence,
            parameters * 4
        );
    }
}
