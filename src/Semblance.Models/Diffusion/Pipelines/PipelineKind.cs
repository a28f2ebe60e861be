using Semblance.Models.Diffusion.Components;

namespace Semblance.Models.Diffusion.Pipelines;

/// <summary>The kinds of pipelines that are known, by the names of their classes in diffusers.</summary>
public static class PipelineKind
{
    private static readonly Dictionary<
        string,
        Func<ModelFolder, DiffusionSettings, DiffusionProgress, DiffusionPipeline>
    > Kinds = new(StringComparer.Ordinal)
    {
        ["StableDiffusionXLPipeline"] = (model, settings, progress) =>
            new StableDiffusionPipeline(model, settings, progress, xl: true),
        ["StableDiffusionPipeline"] = (model, settings, progress) =>
            new StableDiffusionPipeline(model, settings, progress, xl: false),
        ["PixArtAlphaPipeline"] = (model, settings, progress) =>
            new PixArtPipeline(model, settings, progress, tokens: 120),
        ["PixArtSigmaPipeline"] = (model, settings, progress) =>
            new PixArtPipeline(model, settings, progress, tokens: 300),
    };

    /// <summary>Refuses an unknown kind, so that no gigabytes are fetched for nothing.</summary>
    /// <param name="className"><c>_class_name</c> of model_index.json, empty where it names none.</param>
    /// <param name="source">The model or file, for the message.</param>
    /// <exception cref="InputException">It is not known.</exception>
    public static void Require(string className, string source)
    {
        ArgumentNullException.ThrowIfNull(className);
        if (!Kinds.ContainsKey(className))
        {
            var known = string.Join(", ", Kinds.Keys);
            throw new InputException(
                className.Length == 0
                    ? $"{source} does not say which pipeline it is of: _class_name is missing or empty. Known are {known}."
                    : $"{source}: the pipeline {className} is not supported; known are {known}. For FLUX, SD3 and others use a server back-end."
            );
        }
    }

    /// <summary>Side of the latents where the denoiser's config does not say: the value of diffusers' pipelines.</summary>
    internal static int SampleSize(string className) => className == "StableDiffusionPipeline" ? 64 : 128;

    /// <summary>The pipeline of a folder.</summary>
    /// <exception cref="InputException">Its kind is not known, or its files are bad.</exception>
    /// <exception cref="UsageException">A setting does not go with the model.</exception>
    internal static DiffusionPipeline Open(ModelFolder folder, DiffusionSettings settings, DiffusionProgress progress)
    {
        Require(folder.ClassName, folder.Index.File);
        ComponentClasses.Check(folder);
        return Kinds[folder.ClassName](folder, settings, progress);
    }
}
