using Semblance.Models.Catalog;
using Semblance.Models.Diffusion.Components;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Models.Hub;
using Semblance.Models.Hub.Cache;

namespace Semblance.Studies.Fetching;

/// <summary>Finds the parts of a model that are taken from elsewhere, and fetches them where they have a name on the hub.</summary>
public static class PartFetch
{
    private static readonly string[] Configurations = ["*.json", "*/merges.txt"];
    private static readonly string[] Tokenizers = ["tokenizer/*", "tokenizer_2/*"];

    /// <summary>The settings with folders and files in place of names.</summary>
    /// <param name="model">A folder, a whole model in one file, a known name or a hub id.</param>
    /// <param name="settings">Whose autoencoder and configurations may have names of the hub.</param>
    /// <param name="look">Only look: nothing is fetched for a tokenizer that is lacking.</param>
    /// <param name="host">Asked before a download.</param>
    /// <param name="cancellationToken">Stops it; what has come is kept.</param>
    /// <exception cref="InputException">A part is not there, and is no name.</exception>
    /// <exception cref="ResourceException">A part is not available, or the user did not agree.</exception>
    public static async Task<DiffusionSettings> FindAsync(
        string model,
        DiffusionSettings settings,
        bool look,
        StudyHost host,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(host);
        if (settings.Vae is { } vae && !Path.Exists(vae))
        {
            settings = settings with { Vae = await NamedAsync(vae, [], "an autoencoder", host, cancellationToken) };
        }

        if (settings.Configuration is { } named && !Directory.Exists(named))
        {
            settings = settings with
            {
                Configuration = await NamedAsync(named, Configurations, "a model", host, cancellationToken),
            };
        }

        var lacks =
            File.Exists(model)
            && SingleFileCheckpoint.IsOne(model)
            && (settings.Configuration ?? SingleFileCheckpoint.FolderBeside(model)) is null;
        return lacks
            ? settings with
            {
                Tokenizers = await TokenizersAsync(
                    SingleFileCheckpoint.KnownNameFor(model),
                    look,
                    host,
                    cancellationToken
                ),
            }
            : settings;
    }

    /// <summary>CLIP's tokenizer from the cache, else from the hub; null where neither has it.</summary>
    private static async Task<string?> TokenizersAsync(
        string known,
        bool look,
        StudyHost host,
        CancellationToken cancellationToken
    )
    {
        if (CachedTokenizers.Find(host.Settings.CacheFolder) is { } held)
        {
            return held;
        }

        if (look || host.Offline || host.Settings.Offline)
        {
            return null;
        }

        var request = KnownModel.Request(known) with { Include = Tokenizers };
        try
        {
            return await ModelFetch.PullAsync(request, $"the tokenizer of {known}", host, cancellationToken);
        }
        catch (ResourceException fault)
        {
            throw new ResourceException(
                $"{fault.Message} The checkpoint has no tokenizer, and none is in the cache.",
                fault
            )
            {
                Remedies = [.. fault.Remedies, new Remedy(RemedyKind.GiveConfiguration)],
            };
        }
    }

    private static async Task<string> NamedAsync(
        string name,
        string[] include,
        string what,
        StudyHost host,
        CancellationToken cancellationToken
    )
    {
        if (KnownModel.Find(name) is null && !HubRepository.IsId(name))
        {
            throw new InputException($"{name} does not exist, and is not the known name or hub id of {what}.");
        }

        var request = KnownModel.Request(name) with { Include = include };
        return SnapshotFiles.Find(request, host.Settings.CacheFolder)
            ?? await ModelFetch.PullAsync(request, name, host, cancellationToken);
    }
}
