using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Checkpoints;

namespace Semblance.Models.Graphs;

/// <summary>Weights that were read into memory of our own and are lent to a session for as long as it lives.</summary>
internal sealed class ReadTensors : IDisposable
{
    private readonly List<(OrtValue Value, FileMemory Memory)> _held = [];

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
            memory.Dispose();
        }

        _held.Clear();
    }

    private OrtValue Read(StoredTensor tensor)
    {
        var memory = FileMemory.Read(tensor.Place.File, tensor.Place.Offset, tensor.Place.Length);
        try
        {
            var value = OrtValue.CreateTensorValueWithData(
                OrtMemoryInfo.DefaultInstance,
                tensor.Type,
                tensor.Shape,
                memory.Address,
                memory.Length
            );
            _held.Add((value, memory));
            return value;
        }
        catch
        {
            memory.Dispose();
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
