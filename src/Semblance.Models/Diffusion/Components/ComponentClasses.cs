using Semblance.Models.Networks;

namespace Semblance.Models.Diffusion.Components;

/// <summary>
/// By which classes the components of a pipeline go, so that one of another class is refused by its name also where its
/// tensors would fit.
/// </summary>
internal static class ComponentClasses
{
    private static readonly string[] Clip = ["CLIPTextModel", "CLIPTextModelWithProjection", "CLIPModel"];
    private static readonly string[] ClipTokenizer = ["CLIPTokenizer", "CLIPTokenizerFast"];

    // Of the last two the encoder alone is read.
    private static readonly string[] T5 = ["T5EncoderModel", "T5Model", "T5ForConditionalGeneration"];
    private static readonly string[] T5Tokenizer = ["T5Tokenizer", "T5TokenizerFast"];
    private static readonly string[] Vae = ["AutoencoderKL"];
    private static readonly string[] Unet = ["UNet2DConditionModel"];

    /// <summary>Refuses a folder whose model_index.json or a component's config.json names another class.</summary>
    /// <remarks>Where a file names none, none is asked for, as in diffusers.</remarks>
    /// <exception cref="InputException">One does.</exception>
    public static void Check(ModelFolder folder)
    {
        var expected = Of(folder);
        foreach (var (component, classes) in expected)
        {
            if (folder.ClassOf(component) is { } named)
            {
                Require(folder, component, named, classes, folder.Index.File);
            }
        }

        foreach (var component in folder.Networks.Where(expected.ContainsKey))
        {
            var config = folder.Config(component);
            var named = config.Has("_class_name")
                ? config.Text("_class_name", "")
                : config.FirstOf("architectures") ?? expected[component][0];
            Require(folder, component, named, expected[component], config.File);
        }
    }

    private static Dictionary<string, string[]> Of(ModelFolder folder) =>
        folder.Denoiser == "transformer"
            ? new()
            {
                ["text_encoder"] = T5,
                ["tokenizer"] = T5Tokenizer,
                ["transformer"] = PixArtTransformer2DConfig.Classes,
                ["vae"] = Vae,
            }
            : new()
            {
                ["text_encoder"] = Clip,
                ["text_encoder_2"] = Clip,
                ["tokenizer"] = ClipTokenizer,
                ["tokenizer_2"] = ClipTokenizer,
                ["unet"] = Unet,
                ["vae"] = Vae,
            };

    private static void Require(ModelFolder folder, string component, string named, string[] classes, string file)
    {
        if (!classes.Contains(named))
        {
            throw new InputException(
                $"{file}: the {component} is a {named}, which is not supported in a {folder.ClassName}; {string.Join(" or ", classes)} is."
            );
        }
    }
}
