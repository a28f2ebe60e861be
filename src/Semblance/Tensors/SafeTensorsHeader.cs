namespace Semblance.Tensors;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Type">Storage type.</param>
/// <param name="Shape">Sizes, row major; empty for a scalar.</param>
/// <param name="Offset">Of the first byte, from the start of the file.</param>
/// <param name="Length">In bytes.</param>
public sealed record SafeTensorEntry(TensorType Type, long[] Shape, long Offset, long Length);

/// <summary>
/// The checked header of a safetensors file: names, types, shapes and places of its tensors. The format is
/// https://huggingface.co/docs/safetensors: 8 bytes with the header's length, JSON, then the tensors without overlap or
/// gap to the end of the file.
/// </summary>
/// <param name="Tensors">By name.</param>
/// <param name="Metadata">The texts of <c>__metadata__</c>; empty where there are none.</param>
public sealed record SafeTensorsHeader(
    IReadOnlyDictionary<string, SafeTensorEntry> Tensors,
    IReadOnlyDictionary<string, string> Metadata
)
{
    /// <summary>The largest header that is read, as in the reference library.</summary>
    public const int MaximumHeaderBytes = 100_000_000;

    /// <summary>Reads and checks the header. The stream must know its length; it is read from its start.</summary>
    /// <param name="stream">A seekable stream over the whole file.</param>
    /// <param name="fileName">The name in messages.</param>
    /// <exception cref="InputException">The file breaks the format; the message says where.</exception>
    public static SafeTensorsHeader Parse(Stream stream, string fileName)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            return new HeaderReader(fileName).Read(stream);
        }
        catch (InputException error) when (ForeignFile.Of(stream) is { } what)
        {
            throw new InputException($"{fileName} {what}.", error);
        }
    }

    /// <summary>Bytes of a tensor, or null where they are not a whole number or overflow.</summary>
    internal static long? ByteLength(TensorType type, IEnumerable<long> shape)
    {
        try
        {
            checked
            {
                var bits = shape.Aggregate(1L, (product, size) => product * size) * type.Bits();
                return bits % 8 == 0 ? bits / 8 : null;
            }
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
