using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Checkpoints;
using Semblance.Models.Graphs.Onnx;

namespace Semblance.Models.Graphs;

/// <summary>The tensors of a graph whose numbers stay in the files of a checkpoint.</summary>
internal sealed class ExternalTensors
{
    private readonly List<(TensorProto Tensor, TensorEntry Place)> _tensors = [];

    /// <summary>Takes note of a tensor that is to be read from a file.</summary>
    public void Add(TensorProto tensor, TensorEntry place) => _tensors.Add((tensor, place));

    /// <summary>All that were noted, in their order.</summary>
    public IReadOnlyList<StoredTensor> Stored =>
        [
            .. _tensors.Select(each => new StoredTensor(
                each.Tensor.Name,
                (TensorElementType)each.Tensor.DataType,
                [.. each.Tensor.Dims],
                each.Place
            )),
        ];

    /// <summary>Writes file, offset and length into each tensor.</summary>
    /// <returns>The folder from which the files are named; empty where there are none.</returns>
    /// <exception cref="InputException">The files lie on different drives.</exception>
    public string Locate()
    {
        var folder = CommonFolder([.. _tensors.Select(each => each.Place.File).Distinct(StringComparer.Ordinal)]);
        foreach (var (tensor, place) in _tensors)
        {
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
            tensor.ExternalData.Clear();
            Note(tensor, "location", Path.GetRelativePath(folder, place.File).Replace('\\', '/'));
            Note(tensor, "offset", $"{place.Offset}");
            Note(tensor, "length", $"{place.Length}");
        }

        return folder;
    }

    private static void Note(TensorProto tensor, string key, string value) =>
        tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });

    /// <summary>
    /// The deepest folder that holds every file. ONNX Runtime reads weights below one folder only; a common ancestor,
    /// the root at worst, lifts that to any set of files on one drive.
    /// </summary>
    /// <exception cref="InputException">The files lie on different drives.</exception>
    private static string CommonFolder(IReadOnlyList<string> files)
    {
        var folder = files.Count == 0 ? "" : Path.GetDirectoryName(files[0]);
        while (folder is not null && !files.All(file => IsBelow(folder, file)))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder
            ?? throw new InputException(
                $"The weights lie on different drives ({string.Join(", ", files)}); put them on one drive."
            );
    }

    private static bool IsBelow(string folder, string file) =>
        file.StartsWith(
            Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar,
            StringComparison.Ordinal
        );
}
