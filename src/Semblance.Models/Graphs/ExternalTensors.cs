using Semblance.Models.Graphs.Onnx;

namespace Semblance.Models.Graphs;

/// <summary>The tensors of a graph whose numbers stay in the files of a checkpoint.</summary>
internal sealed class ExternalTensors
{
    private readonly List<(TensorProto Tensor, Weight Weight)> _tensors = [];

    /// <summary>Takes note of a tensor that is to be read from a file.</summary>
    public void Add(TensorProto tensor, Weight weight) => _tensors.Add((tensor, weight));

    /// <summary>Writes file, offset and length into each tensor.</summary>
    /// <returns>The folder from which the files are named; empty where there are none.</returns>
    /// <exception cref="InputException">The files lie on different drives.</exception>
    public string Locate()
    {
        var folder = CommonFolder([.. _tensors.Select(e => e.Weight.File!).Distinct(StringComparer.Ordinal)]);
        foreach (var (tensor, weight) in _tensors)
        {
            var location = Path.GetRelativePath(folder, weight.File!).Replace('\\', '/');
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
            tensor.ExternalData.Clear();
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{weight.Offset}" });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{weight.Length}" });
        }
        return folder;
    }

    /// <summary>
    /// The deepest folder that holds every file. ONNX Runtime reads weights below one folder only; a common ancestor,
    /// the root at worst, lifts that to any set of files on one drive.
    /// </summary>
    /// <exception cref="InputException">The files lie on different drives.</exception>
    private static string CommonFolder(IReadOnlyList<string> files)
    {
        if (files.Count == 0)
        {
            return "";
        }
        var folder = Path.GetDirectoryName(files[0]);
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
        Path.EndsInDirectorySeparator(folder)
            ? file.StartsWith(folder, StringComparison.Ordinal)
            : file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
