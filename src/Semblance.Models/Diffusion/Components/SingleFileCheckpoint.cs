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
                && (IsPickle(model) || model.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase));

    /// <summary>What to do with one instead.</summary>
    internal static InputException Refusal(string path)
    {
        var what = File.Exists(path) ? "is" : "does not exist, and would be";
        var trust = IsPickle(path)
            ? "; Python may run code that such a file holds, so do it only with one that you trust"
            : "";
        return new InputException(
            $"{path} {what} a checkpoint in one file, which lacks the configurations and the tokenizer and is not read. Convert it once with diffusers (StableDiffusionXLPipeline.from_single_file(FILE).save_pretrained(FOLDER), or the class of your model) and give that folder{trust}."
        );
    }

    /// <summary>Whether a file has a name that Python's own format goes by.</summary>
    private static bool IsPickle(string file) =>
        Path.GetExtension(file).ToLowerInvariant() is ".ckpt" or ".pt" or ".pth" or ".bin";
}
