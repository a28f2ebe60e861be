using Semblance.Models.Encoders;
using Semblance.Models.Hub;
using Semblance.Models.Hub.Cache;
using Semblance.Wording;

namespace Semblance.Models.Catalog;

/// <summary>Opens encoders by name, folder, file or hub id.</summary>
public static class EncoderCatalog
{
    /// <summary>The paper's encoder, which scores are computed with unless another is asked for.</summary>
    public const string Default = KnownEncoder.Paper;

    /// <summary>The encoder that comes with this library.</summary>
    public const string Builtin = BuiltinEncoder.Name;

    /// <summary>Every name that is known.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [.. KnownEncoder.All.Select(known => known.Name), BuiltinEncoder.Name];

    /// <summary>
    /// Opens an encoder: configuration and tensor names are read and checked. Nothing is downloaded (<see cref="Lacks"/>
    /// says what would have to be), and the network is not loaded before something is encoded.
    /// </summary>
    /// <param name="nameOrPath">
    /// A known name (<see cref="Names"/>); a folder that holds a model; a .onnx file with its .json beside it, or a
    /// weights file with its config beside it; or a hub id <c>org/name</c> or <c>org/name@revision</c> that is in the
    /// local Hugging Face cache.
    /// </param>
    /// <param name="options">Preprocessing, threads, limits, place of the cache.</param>
    /// <exception cref="UsageException">The name is not known (the message names the nearest ones), or a file is where the cache should be.</exception>
    /// <exception cref="InputException">The model's files are damaged, do not go together or are not supported.</exception>
    /// <exception cref="ResourceException">The model is not in the cache; the message says how to get it.</exception>
    public static IImageEncoder Open(string nameOrPath, EncoderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(nameOrPath);
        options ??= new EncoderOptions();
        if (nameOrPath == BuiltinEncoder.Name)
        {
            return BuiltinEncoder.Open(options);
        }

        if (KnownEncoder.All.FirstOrDefault(entry => entry.Name == nameOrPath) is { } named)
        {
            return ModelEncoder.Open(ModelFiles.InCache(named, named.HubId, null, named.Name, Cache(options)), options);
        }

        if (
            File.Exists(nameOrPath) && Path.GetExtension(nameOrPath).Equals(".onnx", StringComparison.OrdinalIgnoreCase)
        )
        {
            return OnnxFileEncoder.Open(nameOrPath, options);
        }

        if (File.Exists(nameOrPath) || Directory.Exists(nameOrPath))
        {
            return ModelEncoder.Open(ModelFiles.At(nameOrPath), options);
        }

        if (HubRepository.IsId(nameOrPath))
        {
            var parts = nameOrPath.Split('@', 2);
            var known = KnownEncoder.Find(parts[0]);
            var revision = parts.Length > 1 ? parts[1] : null;
            return ModelEncoder.Open(
                ModelFiles.InCache(known, parts[0], revision, nameOrPath, Cache(options)),
                options
            );
        }

        throw new UsageException(
            $"There is no encoder, folder or file '{nameOrPath}'; the nearest names are {string.Join(", ", Nearest(nameOrPath))}, "
                + "and a folder, a .onnx file or a hub id org/name in the local cache are taken too."
        );
    }

    /// <summary>
    /// What has to be pulled from the hub before <see cref="Open"/> can succeed; null where nothing has to, or where the
    /// name is of nothing on the hub.
    /// </summary>
    /// <param name="nameOrPath">As for <see cref="Open"/>.</param>
    /// <param name="options">As for <see cref="Open"/>.</param>
    public static PullRequest? Lacks(string nameOrPath, EncoderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(nameOrPath);
        var named = KnownEncoder.All.FirstOrDefault(entry => entry.Name == nameOrPath);
        if (
            named is null
            && (File.Exists(nameOrPath) || Directory.Exists(nameOrPath) || !HubRepository.IsId(nameOrPath))
        )
        {
            return null;
        }

        var cache = Cache(options ?? new EncoderOptions());
        var repository = named is null ? HubRepository.Parse(nameOrPath) : null;
        var known = named ?? KnownEncoder.Find(repository!.Name);
        var revision = nameOrPath.Contains('@', StringComparison.Ordinal) ? repository!.Revision : null;
        var held = ModelFiles.FindInCache(known, known?.HubId ?? repository!.Name, revision, nameOrPath, cache);
        return held is null ? KnownModel.Request(nameOrPath) : null;
    }

    private static HubCacheLocation Cache(EncoderOptions options)
    {
        var cache = HubCacheLocation.FromEnvironment();
        return options.HubCache is { } folder ? cache with { HubCache = folder } : cache.Checked();
    }

    /// <summary>The three known names with the fewest edits from this one.</summary>
    internal static IEnumerable<string> Nearest(string name) => SimilarNames.Ordered(name, Names).Take(3);
}
