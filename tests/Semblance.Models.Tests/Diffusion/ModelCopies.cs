using System.Text.Json.Nodes;
using Semblance.Models.Checkpoints;
using Semblance.Models.Tests.Encoders;
using Semblance.Tensors;

namespace Semblance.Models.Tests.Diffusion;

/// <summary>Altered copies of a golden diffusion model.</summary>
internal static class ModelCopies
{
    /// <summary>A whole copy in a folder that is deleted when the tests end.</summary>
    public static string Of(string model)
    {
        var folder = TinyModels.NewFolder();
        foreach (var file in Directory.EnumerateFiles(model, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(model, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return folder;
    }

    /// <summary>Changes the tensors of a component; null drops one, and what is no number goes too.</summary>
    public static string WithTensors(this string model, string component, Func<string, float[], float[]?> change)
    {
        var checkpoint = Checkpoint.Open(Path.Combine(model, component));
        var tensors = new Dictionary<string, (long[], float[])>();
        foreach (var entry in checkpoint.Tensors.Values.Where(entry => entry.Type.IsFloat()))
        {
            if (change(entry.Name, checkpoint.ReadFloat32(entry.Name)) is { } values)
            {
                tensors.Add(entry.Name, (entry.Shape, values));
            }
        }

        TinyModels.WriteSafeTensors(checkpoint.Path, tensors);
        return model;
    }

    /// <summary>Adds a tensor to a component.</summary>
    public static string WithTensor(this string model, string component, string name, long[] shape, float[] values)
    {
        var checkpoint = Checkpoint.Open(Path.Combine(model, component));
        var tensors = checkpoint.Tensors.Values.ToDictionary(
            entry => entry.Name,
            entry => (entry.Shape, checkpoint.ReadFloat32(entry.Name))
        );
        tensors.Add(name, (shape, values));
        TinyModels.WriteSafeTensors(checkpoint.Path, tensors);
        return model;
    }

    /// <summary>Changes a JSON file.</summary>
    public static string WithJson(this string model, string file, Action<JsonObject> change)
    {
        var path = Path.Combine(model, file);
        var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(json);
        File.WriteAllText(path, json.ToJsonString());
        return model;
    }
}
