using Semblance.Models.Checkpoints;
using Semblance.Models.Configuration;
using Semblance.Models.Diffusion.Originals;

namespace Semblance.Models.Diffusion.Components;

/// <summary>An autoencoder by itself: a folder of diffusers, or one file under diffusers' names or the original ones.</summary>
internal static class VaePart
{
    private const string Beginning = "first_stage_model.";

    /// <summary>Opens one that takes the place of a model's own.</summary>
    /// <param name="path">The folder or file; the folder of a whole model stands for its autoencoder.</param>
    /// <param name="own">Configuration of the model's own, which a file without one is read by.</param>
    /// <exception cref="InputException">It is not an autoencoder.</exception>
    public static (ConfigJson Config, Checkpoint Weights) Open(string path, ConfigJson? own)
    {
        if (Directory.Exists(path))
        {
            var inner = Path.Combine(path, "vae");
            var folder = File.Exists(Path.Combine(inner, "config.json")) ? inner : path;
            var config = ConfigJson.Read(Path.Combine(folder, "config.json"));
            return config.Text("_class_name", "AutoencoderKL") == "AutoencoderKL"
                ? (config, Checkpoint.Open(folder))
                : throw new InputException(
                    $"{config.File}: the class {config.Text("_class_name")} is not supported as an autoencoder; AutoencoderKL is."
                );
        }

        var weights = InDiffusersNames(Checkpoint.Open(path));
        return weights.Tensors.ContainsKey("decoder.conv_in.weight")
            ? (own ?? throw Lacking(path), weights)
            : throw new InputException(
                $"{path} is not an autoencoder (VAE): it holds no decoder.conv_in.weight among its {weights.Tensors.Count} tensors."
            );
    }

    /// <summary>The autoencoder's tensors of a file, which may hold more, under diffusers' names.</summary>
    public static Checkpoint InDiffusersNames(Checkpoint file)
    {
        var below = file.Below(Beginning);
        var own = (below.Tensors.Count == 0 ? file : below)
            .Tensors.Values.Where(tensor => IsPart(tensor.Name))
            .ToList();
        if (!own.Exists(tensor => OriginalVaeNames.Is(tensor.Name)))
        {
            return file.With(own);
        }

        var levels = own.Where(tensor => tensor.Name.StartsWith("decoder.up.", StringComparison.Ordinal))
            .Select(tensor => tensor.Name.Split('.')[2])
            .Distinct(StringComparer.Ordinal)
            .Count();
        return file.With(own.Select(tensor => Renamed(tensor, levels)));
    }

    /// <summary>What training leaves beside the network (a loss with networks of its own) is none of it.</summary>
    private static bool IsPart(string name) =>
        name.StartsWith("encoder.", StringComparison.Ordinal)
        || name.StartsWith("decoder.", StringComparison.Ordinal)
        || name.StartsWith("quant_conv.", StringComparison.Ordinal)
        || name.StartsWith("post_quant_conv.", StringComparison.Ordinal);

    private static TensorEntry Renamed(TensorEntry tensor, int levels)
    {
        var name = OriginalVaeNames.ToDiffusers(tensor.Name, levels);
        return OriginalVaeNames.IsMatrix(name) && tensor.Shape is [_, _, 1, 1]
            ? tensor with
            {
                Name = name,
                Shape = tensor.Shape[..2],
                Strides = tensor.Strides?[..2],
            }
            : tensor with
            {
                Name = name,
            };
    }

    private static InputException Lacking(string path) =>
        new($"{path} holds an autoencoder without a configuration, and neither does the model have one.");
}
