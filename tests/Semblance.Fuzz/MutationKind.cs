namespace Semblance.Fuzz;

/// <summary>A kind of file that is damaged and read.</summary>
/// <param name="Seeds">Small whole files of every sort, with the extension that they are read by.</param>
/// <param name="Read">Reads one; a fault of the file is to be a <see cref="SemblanceException"/>.</param>
internal sealed record MutationKind(
    Func<IReadOnlyList<(string Extension, byte[] File)>> Seeds,
    Action<string, byte[]> Read
)
{
    /// <summary>What is done to a damaged file of some extensions, such as mending its checksums; nothing otherwise.</summary>
    public Func<string, byte[], byte[]> Finish { get; init; } = (_, file) => file;

    /// <summary>Damages a file of an extension, perhaps with parts of another one.</summary>
    public Func<string, byte[], byte[], Random, byte[]> Damage { get; init; } =
        (_, file, other, random) => Mutation.Of(file, other, random);
}
