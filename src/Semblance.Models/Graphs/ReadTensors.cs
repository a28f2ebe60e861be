using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Checkpoints;

namespace Semblance.Models.Graphs;

/// <summary>Weights that were read into memory of our own and are lent to a session for as long as it lives.</summary>
internal sealed unsafe class ReadTensors : IDisposable
{
    private readonly List<(OrtValue Value, nint Memory)> _held = [];

    /// <summary>Reads the tensors and gives them to a session that is about to be loaded, in the place of the files'.</summary>
    /// <exception cref="InputException">A file cannot be read, or is shorter than its header says.</exception>
    public static ReadTensors Lend(IReadOnlyList<StoredTensor> tensors, SessionOptions options)
    {
        var read = new ReadTensors();
        try
        {
            foreach (var tensor in tensors)
            {
                options.AddInitializer(tensor.Name, read.Read(tensor));
            }

            return read;
        }
        catch
        {
            read.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (value, memory) in _held)
        {
            value.Dispose();
            NativeMemory.AlignedFree((void*)memory);
        }

        _held.Clear();
    }

    private OrtValue Read(StoredTensor tensor)
    {
        const int Alignment = 64;
        const int Piece = 1 << 26;
        var place = tensor.Place;
        var memory = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(1, place.Length), Alignment);
        try
        {
            using var file = RegularFile.OpenHandle(place.File);
            for (var at = 0L; at < place.Length; )
            {
                var rest = new Span<byte>(memory + at, (int)Math.Min(Piece, place.Length - at));
                var count = RandomAccess.Read(file, rest, place.Offset + at);
                at +=
                    count > 0
                        ? count
                        : throw new InputException($"{place.File}: truncated while its weights were read.");
            }

            var value = OrtValue.CreateTensorValueWithData(
                OrtMemoryInfo.DefaultInstance,
                tensor.Type,
                tensor.Shape,
                (nint)memory,
                place.Length
            );
            _held.Add((value, (nint)memory));
            return value;
        }
        catch (Exception error)
        {
            NativeMemory.AlignedFree(memory);
            if (FileFault.IsOne(error))
            {
                throw new InputException($"{place.File} cannot be read: {error.Message}", error);
            }

            throw;
        }
    }
}

/// <summary>A tensor of a graph whose numbers lie in a file.</summary>
/// <param name="Name">In the graph.</param>
/// <param name="Type">In the file.</param>
/// <param name="Shape">In the graph.</param>
/// <param name="Place">Where the numbers are.</param>
internal readonly record struct StoredTensor(string Name, TensorElementType Type, long[] Shape, TensorEntry Place);
