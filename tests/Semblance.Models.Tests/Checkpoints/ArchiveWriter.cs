using System.Text;

namespace Semblance.Models.Tests.Checkpoints;

/// <summary>Writes zip files by hand: stored entries, with or without the zip64 records that only huge archives need.</summary>
internal static class ArchiveWriter
{
    public static byte[] Zip(bool zip64, params (string Name, byte[] Data)[] entries)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        var places = new List<long>();
        foreach (var (name, data) in entries)
        {
            places.Add(stream.Position);
            writer.Write(0x04034b50);
            writer.Write([20, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
            writer.Write(0);
            writer.Write(zip64 ? -1 : data.Length);
            writer.Write(zip64 ? -1 : data.Length);
            writer.Write((short)name.Length);
            // An extra field that only the local header has, as PyTorch pads with.
            writer.Write((short)(zip64 ? 27 : 7));
            writer.Write(Encoding.ASCII.GetBytes(name));
            writer.Write([0x46, 0x42, 3, 0, 0x5a, 0x5a, 0x5a]);
            if (zip64)
            {
                writer.Write([1, 0, 16, 0]);
                writer.Write((long)data.Length);
                writer.Write((long)data.Length);
            }

            writer.Write(data);
        }

        var directory = stream.Position;
        for (var i = 0; i < entries.Length; i++)
        {
            var (name, data) = entries[i];
            writer.Write(0x02014b50);
            writer.Write([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
            writer.Write(0);
            writer.Write(zip64 ? -1 : data.Length);
            writer.Write(zip64 ? -1 : data.Length);
            writer.Write((short)name.Length);
            writer.Write((short)(zip64 ? 33 : 0));
            writer.Write(new byte[10]);
            writer.Write(zip64 ? -1 : (int)places[i]);
            writer.Write(Encoding.ASCII.GetBytes(name));
            if (zip64)
            {
                // A field of another kind stands before the one that counts.
                writer.Write([9, 9, 1, 0, 7]);
                writer.Write([1, 0, 24, 0]);
                writer.Write((long)data.Length);
                writer.Write((long)data.Length);
                writer.Write(places[i]);
            }
        }

        var size = stream.Position - directory;
        if (zip64)
        {
            var record = stream.Position;
            writer.Write(0x06064b50);
            writer.Write(44L);
            writer.Write([45, 0, 45, 0]);
            writer.Write(0L);
            writer.Write((long)entries.Length);
            writer.Write((long)entries.Length);
            writer.Write(size);
            writer.Write(directory);
            writer.Write(0x07064b50);
            writer.Write(0);
            writer.Write(record);
            writer.Write(1);
        }

        writer.Write(0x06054b50);
        writer.Write(0);
        writer.Write(zip64 ? (short)-1 : (short)entries.Length);
        writer.Write(zip64 ? (short)-1 : (short)entries.Length);
        writer.Write(zip64 ? -1 : (int)size);
        writer.Write(zip64 ? -1 : (int)directory);
        writer.Write((short)4);
        writer.Write("note"u8);
        writer.Flush();
        return stream.ToArray();
    }
}

/// <summary>Spells pickles, instruction by instruction.</summary>
internal sealed class PickleWriter
{
    private readonly List<byte> _bytes = [];

    public PickleWriter() => Raw(0x80, 2);

    public PickleWriter Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleWriter Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        return Raw([(byte)'X', .. BitConverter.GetBytes(utf8.Length), .. utf8]);
    }

    public PickleWriter Number(long value) => Raw([0x8a, 8, .. BitConverter.GetBytes(value)]);

    public PickleWriter Global(string module, string name) =>
        Raw([(byte)'c', .. Encoding.UTF8.GetBytes($"{module}\n{name}\n")]);

    public PickleWriter Tuple(params long[] values)
    {
        Raw((byte)'(');
        foreach (var value in values)
        {
            Number(value);
        }

        return Raw((byte)'t');
    }

    /// <summary>What torch.save writes for a tensor.</summary>
    public PickleWriter Tensor(
        string storage,
        long count,
        long offset,
        long[] shape,
        long[] strides,
        string type = "FloatStorage"
    ) =>
        Global("torch._utils", "_rebuild_tensor_v2")
            .Raw("(("u8.ToArray())
            .Text("storage")
            .Global("torch", type)
            .Text(storage)
            .Text("cpu")
            .Number(count)
            .Raw("tQ"u8.ToArray())
            .Number(offset)
            .Tuple(shape)
            .Tuple(strides)
            .Raw(0x89)
            .Global("collections", "OrderedDict")
            .Raw(")RtR"u8.ToArray());

    public byte[] Stop() => Raw((byte)'.')._bytes.ToArray();
}
