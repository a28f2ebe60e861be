using System.Text;
using Microsoft.Win32.SafeHandles;
using Semblance.Tensors;

namespace Semblance.Models.Checkpoints.Torch;

/// <summary>
/// Reads what torch.save writes since torch 1.6: a zip file whose data.pkl describes the tensors and whose other
/// entries hold the storages, uncompressed, so that a tensor is a range of the file. No code of the file is run.
/// </summary>
internal static class TorchArchive
{
    private const string Advice = "save it again as safetensors, or fetch it again";
    private const int LargestDescription = 256 << 20;

    /// <summary>First bytes of the format before torch 1.6: a pickle that is the number 0x1950a86a20f9469cfc6c.</summary>
    private static ReadOnlySpan<byte> LegacyMagic =>
        [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

    /// <summary>The tensors of a state dict, whether it is the archive's value or lies in it under a name.</summary>
    /// <param name="path">Real path.</param>
    /// <param name="name">The path as it was given, for messages.</param>
    /// <returns>
    /// Names, places from the start of the file, and strides in elements (null where the elements lie in row-major order
    /// without gaps). The length of a place reaches from the first element to the end of the last one that is used.
    /// </returns>
    /// <exception cref="InputException">Not such an archive, damaged, or with anything in it that is not plain data.</exception>
    public static IReadOnlyList<(string Name, SafeTensorEntry Place, long[]? Strides)> Read(string path, string name)
    {
        try
        {
            using var file = RegularFile.OpenHandle(path);
            RefuseOtherFormats(file, name);
            var entries = ZipDirectory.Read(file);
            var (prefix, description) = FindDescription(entries);
            RefuseBigEndian(file, entries, prefix);
            var value = TorchPickle.Read(ZipDirectory.ReadAt(file, description.Offset, (int)description.Length));
            return
            [
                .. StateDict(value)
                    .Select(pair =>
                        (
                            pair.Key,
                            Place(pair.Key, pair.Value, prefix, entries),
                            IsRowMajor(pair.Value) ? null : pair.Value.Strides
                        )
                    ),
            ];
        }
        catch (InvalidDataException error)
        {
            throw new InputException($"{name}: {error.Message}; {Advice}.", error);
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw new InputException($"{name} cannot be read: {error.Message}", error);
        }
    }

    private static void RefuseOtherFormats(SafeFileHandle file, string name)
    {
        var start = ZipDirectory.ReadAt(file, 0, (int)Math.Min(RandomAccess.GetLength(file), ForeignFile.StartBytes));
        if (start.AsSpan().StartsWith("PK"u8))
        {
            return;
        }

        if (ForeignFile.Of(start) is { } what)
        {
            throw new InputException($"{name} {what}.");
        }

        throw new InvalidDataException(
            start is [0x80, _, ..] && start.AsSpan(2).StartsWith(LegacyMagic)
                ? "refused: it has the format before torch 1.6"
                : "refused: it is not a PyTorch zip archive"
        );
    }

    /// <summary>NAME/data.pkl, whatever the one folder of the archive is called.</summary>
    private static (string Prefix, ZipEntry Entry) FindDescription(Dictionary<string, ZipEntry> entries)
    {
        var found = entries.Where(entry => entry.Key.Split('/') is [_, "data.pkl"]).ToArray();
        return found switch
        {
            [] => throw new InvalidDataException("there is no data.pkl in the archive"),
            [{ Value.Stored: false }] => throw new InvalidDataException("refused: its entries are compressed"),
            [{ Value.Length: > LargestDescription }] => throw new InvalidDataException("data.pkl is too large"),
            [var (key, entry)] => (key[..^"data.pkl".Length], entry),
            _ => throw new InvalidDataException("there are several data.pkl in the archive"),
        };
    }

    private static void RefuseBigEndian(SafeFileHandle file, Dictionary<string, ZipEntry> entries, string prefix)
    {
        // Archives before torch 2.1 do not say; they are little-endian wherever they are in use.
        var order =
            !entries.TryGetValue(prefix + "byteorder", out var entry) ? "little"
            : entry is { Stored: true, Length: <= 16 }
                ? Encoding.UTF8.GetString(ZipDirectory.ReadAt(file, entry.Offset, (int)entry.Length)).Trim()
            : "unknown";
        if (order != "little")
        {
            throw new InvalidDataException($"refused: its byte order is {order}, only little is read");
        }
    }

    /// <summary>
    /// The tensors of <c>state_dict</c> where there is one, else of the value itself, else of the only dictionary of
    /// tensors in it (training scripts wrap under various names).
    /// </summary>
    private static List<KeyValuePair<string, TorchTensor>> StateDict(object? value)
    {
        if (value is not TorchDictionary root)
        {
            throw new InvalidDataException("refused: it is not a dictionary of tensors");
        }

        if (root["state_dict"] is TorchDictionary inner && TensorsOf(inner) is { Count: > 0 } nested)
        {
            return nested;
        }

        if (TensorsOf(root) is { Count: > 0 } own)
        {
            return own;
        }

        var wrapped = root
            .Entries.Where(pair => pair.Value is TorchDictionary)
            .Select(pair => (pair.Key, Tensors: TensorsOf((TorchDictionary)pair.Value!)))
            .Where(pair => pair.Tensors.Count > 0)
            .ToArray();
        return wrapped switch
        {
            [] => throw new InvalidDataException("there is no tensor in the file"),
            [var (_, tensors)] => tensors,
            _ => throw new InvalidDataException(
                $"it holds several sets of tensors ({string.Join(", ", wrapped.Select(pair => pair.Key))}), so which one is meant is not clear"
            ),
        };
    }

    private static List<KeyValuePair<string, TorchTensor>> TensorsOf(TorchDictionary dictionary) =>
        [
            .. dictionary
                .Entries.Where(pair => pair.Value is TorchTensor)
                .Select(pair => KeyValuePair.Create(pair.Key, (TorchTensor)pair.Value!)),
        ];

    private static SafeTensorEntry Place(
        string name,
        TorchTensor tensor,
        string prefix,
        Dictionary<string, ZipEntry> entries
    )
    {
        if (!entries.TryGetValue($"{prefix}data/{tensor.Storage}", out var storage))
        {
            throw new InvalidDataException($"the storage of {name} is not in the archive");
        }

        if (!storage.Stored)
        {
            throw new InvalidDataException($"refused: the storage of {name} is compressed, so it cannot be mapped");
        }

        var width = tensor.Type.Bits() / 8;
        return
            Extent(tensor) is { } extent
            && extent <= Math.Min(storage.Length / width, tensor.StorageCount) - tensor.Offset
            ? new SafeTensorEntry(tensor.Type, tensor.Shape, storage.Offset + (tensor.Offset * width), extent * width)
            : throw new InvalidDataException($"the storage of {name} is shorter than its shape needs");
    }

    /// <summary>Elements from the first to the last one that is used; null where the number of elements overflows.</summary>
    private static long? Extent(TorchTensor tensor)
    {
        try
        {
            checked
            {
                var (count, last) = (1L, 0L);
                foreach (var (size, stride) in tensor.Shape.Zip(tensor.Strides))
                {
                    count *= size;
                    last += (size - 1) * stride;
                }
                // The whole tensor must be countable in bytes too, also where strides of 0 repeat elements.
                _ = count * (tensor.Type.Bits() / 8);
                return count == 0 ? 0 : last + 1;
            }
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static bool IsRowMajor(TorchTensor tensor)
    {
        var expected = 1L;
        for (var axis = tensor.Shape.Length - 1; axis >= 0; axis--)
        {
            if (tensor.Shape[axis] == 0)
            {
                return true;
            }

            if (tensor.Shape[axis] != 1 && tensor.Strides[axis] != expected)
            {
                return false;
            }

            expected *= tensor.Shape[axis];
        }

        return true;
    }
}
