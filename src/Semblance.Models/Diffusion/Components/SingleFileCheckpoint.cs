using Semblance.Models.Checkpoints;

namespace Semblance.Models.Diffusion.Components;

/// <summary>A whole model in one file, as trainers publish them; a model in the form of diffusers is a folder.</summary>
public static class SingleFileCheckpoint
{
    /// <summary>Whether a model is, or by its name would be, in one file.</summary>
    /// <param name="model">What a user gave: a path or a hub id.</param>
    public static bool IsOne(string model) =>
        File.Exists(model)
            ? !model.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            : !Directory.Exists(model)
                && Path.GetExtension(model).ToLowerInvariant()
                    is ".safetensors"
                        or ".ckpt"
                        or ".pt"
                        or ".pth"
                        or ".bin";

    /// <summary>The known name of the model whose tokenizers go with a file.</summary>
    /// <exception cref="InputException">It is of no family that is read, is damaged, or is not there.</exception>
    public static string KnownNameFor(string path) => OneFileModel.FamilyOf(Checkpoint.Open(path)).KnownName;

    /// <summary>The folder of a file, where it holds the configurations or tokenizers of a model; null otherwise.</summary>
    public static string? FolderBeside(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return File.Exists(Path.Combine(folder, "model_index.json")) ? folder : null;
    }
}
