namespace Semblance.Models.Encoders;

/// <summary>
/// Which files beside a .onnx file hold its tensors. Only lengths and names are read; the tensors within are skipped,
/// so that a file of any size is looked through at once.
/// </summary>
internal static class OnnxExternalData
{
    /// <summary>Deeper than ONNX Runtime reads.</summary>
    private const int Depth = 128;

    /// <summary>At which depth the places of the main graph's initializers are: model, graph, tensor, entry.</summary>
    private const int OfInitializers = Depth - 3;

    /// <summary>Longer than any name of a file.</summary>
    private const int Text = 1 << 16;

    private enum Message
    {
        Model,
        Graph,
        Node,
        Attribute,
        Tensor,
        SparseTensor,
        Function,
        Entry,
    }

    /// <summary>The files that tensors name, each once and in ordinal order.</summary>
    /// <param name="path">A .onnx file. Another file names none.</param>
    public static IReadOnlyList<ExternalFile> Of(string path)
    {
        using var file = RegularFile.OpenRead(path);
        var found = new SortedDictionary<string, bool>(StringComparer.Ordinal);
        try
        {
            Walk(new BinaryReader(file), Message.Model, file.Length, found, Depth);
        }
        catch (Exception error) when (error is EndOfStreamException or InvalidDataException or FormatException)
        {
            // Loading the file says what is wrong with it.
        }

        return [.. found.Select(file => new ExternalFile(file.Key, file.Value))];
    }

    /// <summary>Which fields of a message hold messages on the way to a tensor's location, by their numbers in onnx.proto.</summary>
    private static Message? Within(Message message, int field) =>
        (message, field) switch
        {
            (Message.Model, 7) => Message.Graph,
            (Message.Model, 25) => Message.Function,
            (Message.Function, 7) or (Message.Graph, 1) => Message.Node,
            (Message.Graph, 5) => Message.Tensor,
            (Message.Graph, 15) => Message.SparseTensor,
            (Message.SparseTensor, 1 or 2) => Message.Tensor,
            (Message.Node, 5) => Message.Attribute,
            (Message.Attribute, 5 or 10) => Message.Tensor,
            (Message.Attribute, 6 or 11) => Message.Graph,
            (Message.Attribute, 22 or 23) => Message.SparseTensor,
            (Message.Tensor, 13) => Message.Entry,
            _ => null,
        };

    private static void Walk(
        BinaryReader reader,
        Message message,
        long end,
        SortedDictionary<string, bool> found,
        int depth
    )
    {
        var stream = reader.BaseStream;
        var (key, value) = ("", "");
        while (stream.Position < end && depth > 0)
        {
            var tag = reader.Read7BitEncodedInt64();
            var (field, wire) = ((int)(tag >> 3), (int)(tag & 7));
            switch (wire)
            {
                case 0:
                    _ = reader.Read7BitEncodedInt64();
                    break;
                case 1:
                    stream.Position += sizeof(long);
                    break;
                case 5:
                    stream.Position += sizeof(int);
                    break;
                case 2:
                    var length = reader.Read7BitEncodedInt64();
                    var next = stream.Position + length;
                    if (length < 0 || length > end - stream.Position || (message == Message.Entry && length > Text))
                    {
                        throw new InvalidDataException();
                    }

                    if (message == Message.Entry && field is 1 or 2)
                    {
                        var text = System.Text.Encoding.UTF8.GetString(reader.ReadBytes((int)length));
                        (key, value) = field == 1 ? (text, value) : (key, text);
                    }
                    else if (Within(message, field) is { } inner)
                    {
                        Walk(reader, inner, next, found, depth - 1);
                    }

                    stream.Position = next;
                    break;
                default:
                    throw new InvalidDataException();
            }
        }

        if (key == "location" && value.Length > 0)
        {
            found[value] = depth == OfInitializers && found.GetValueOrDefault(value, true);
        }
    }
}

/// <summary>A file that a .onnx file's tensors name.</summary>
/// <param name="Location">Its path as they name it, relative to the folder of the .onnx file.</param>
/// <param name="OfInitializers">Whether they are all initializers of the main graph, and none of a branch or a loop.</param>
internal readonly record struct ExternalFile(string Location, bool OfInitializers);
