using System.Text.Json;
using Semblance.Models.Checkpoints;
using Semblance.Models.Configuration;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;
using Semblance.Models.Tokenizers;

namespace Semblance.Models.Diffusion.Components;

/// <summary>Which model is opened how.</summary>
/// <param name="Variant">Of weight files, such as <c>fp16</c>; null for the plain ones.</param>
/// <param name="Configuration">A folder with the configurations of a model in one file; null for none.</param>
/// <param name="Tokenizers">A folder with tokenizers for a model in one file that has none; null for none.</param>
/// <param name="Vae">An autoencoder that takes the place of the model's own; null for that.</param>
internal sealed record ModelChoice(
    string? Variant = null,
    string? Configuration = null,
    string? Tokenizers = null,
    string? Vae = null
);

/// <summary>A diffusion model as diffusers saves it: <c>model_index.json</c> and a folder for each component.</summary>
/// <param name="Path">The folder, or the one file that the model is in.</param>
/// <param name="Index"><c>model_index.json</c>.</param>
/// <param name="Variant">Which of several weight files of a component is read, such as <c>fp16</c>; null for the plain one.</param>
internal sealed record ModelFolder(string Path, ConfigJson Index, string? Variant = null)
{
    private const string HubPrefix = "models--";

    private static readonly string[] NetworkFolders = ["text_encoder", "text_encoder_2", "unet", "transformer", "vae"];

    /// <summary>Names of the components that have weights and are there, in the order in which they are used.</summary>
    public IEnumerable<string> Networks =>
        NetworkFolders.Where(name =>
            Parts.Weights.ContainsKey(name) || Directory.Exists(System.IO.Path.Combine(Path, name))
        );

    /// <summary>Name of the component that makes images from noise.</summary>
    public string Denoiser => ClassName.StartsWith("PixArt", StringComparison.Ordinal) ? "transformer" : "unet";

    /// <summary>Name of the pipeline's class in diffusers.</summary>
    public string ClassName => Index.Text("_class_name", "");

    /// <summary>Where the model is from: its hub id and commit where it lies in a hub's cache, else the name of its folder.</summary>
    public (string Name, string? Revision) Source
    {
        get
        {
            var parts = System
                .IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(Path))
                .Split(System.IO.Path.DirectorySeparatorChar);
            return
                parts is [.., var repository, "snapshots", var revision]
                && repository.StartsWith(HubPrefix, StringComparison.Ordinal)
                ? (repository[HubPrefix.Length..].Replace("--", "/", StringComparison.Ordinal), revision)
                : (NameOf(Path), null);
        }
    }

    /// <summary>The last name of a path.</summary>
    public static string NameOf(string path) =>
        System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)));

    /// <summary>The class that <c>model_index.json</c> names for a component; null where it names none.</summary>
    public string? ClassOf(string component) =>
        Index.Json.TryGetProperty(component, out var entry)
        && entry.ValueKind == JsonValueKind.Array
        && entry.GetArrayLength() == 2
        && entry[1].ValueKind == JsonValueKind.String
            ? entry[1].GetString()
            : null;

    /// <summary>Parts that do not come from the folder.</summary>
    public ModelParts Parts { get; init; } = ModelParts.None;

    /// <summary>Opens a diffusion model: a folder, or a whole model in one file.</summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="choice">Which parts are taken from elsewhere; null for none.</param>
    /// <exception cref="InputException">It is not a diffusion model.</exception>
    /// <exception cref="UsageException">Configurations are given for a folder.</exception>
    public static ModelFolder Open(string path, ModelChoice? choice = null)
    {
        var settings = choice ?? new ModelChoice();
        if (SingleFileCheckpoint.IsOne(path))
        {
            if (!File.Exists(path))
            {
                throw new InputException($"{RealPath.Of(path)} does not exist.");
            }

            var beside = settings.Configuration ?? SingleFileCheckpoint.FolderBeside(path);
            return OneFileModel.Open(path, beside, settings.Tokenizers, settings.Vae);
        }

        if (settings.Configuration is { } given)
        {
            throw new UsageException(
                $"{path} is a folder, which has its own configurations; those of {given} are for a model in one file."
            );
        }

        if (!Directory.Exists(path))
        {
            throw new InputException(
                $"{path} is not a folder; give the folder of a diffusion model, with model_index.json in it."
            );
        }

        var index = System.IO.Path.Combine(path, "model_index.json");
        var folder = File.Exists(index)
            ? new ModelFolder(path, ConfigJson.Read(index), settings.Variant)
            : throw new InputException(
                $"{path} has no model_index.json, so it is not a diffusion model in the form of diffusers."
            );
        if (settings.Vae is not { } vae)
        {
            return folder;
        }

        var part = VaePart.Open(vae, folder.Config("vae"));
        return folder with { Parts = folder.Parts.WithVae(part.Config, part.Weights) };
    }

    /// <summary>
    /// Components that are mostly stored in another precision than the variant is named after, by that precision; none
    /// where the variant is not a precision.
    /// </summary>
    public IEnumerable<(string Stored, IReadOnlyList<string> Components)> OfOtherPrecision() =>
        Variant is not ("fp16" or "bf16" or "fp32")
            ? []
            : Networks
                .GroupBy(Precision, StringComparer.Ordinal)
                .Where(group => group.Key != Variant)
                .Select(group => (group.Key, (IReadOnlyList<string>)[.. group]));

    /// <summary>The path of a component's folder.</summary>
    /// <exception cref="InputException">It is not there.</exception>
    public string Component(string name) =>
        System.IO.Path.Combine(Path, name) is var folder && Directory.Exists(folder)
            ? folder
            : throw new InputException($"{Path} has no {name}, which {ClassName} needs; fetch the whole model.");

    /// <summary>The <c>config.json</c> of a component.</summary>
    public ConfigJson Config(string name) =>
        Parts.Configs.GetValueOrDefault(name)
        ?? ConfigJson.Read(System.IO.Path.Combine(Component(name), "config.json"));

    /// <summary>Path of the scheduler's config, where <see cref="ModelParts.Scheduler"/> is not one.</summary>
    public string SchedulerConfig =>
        SchedulerFile ?? System.IO.Path.Combine(Component("scheduler"), "scheduler_config.json");

    /// <summary>The scheduler's config where it lies elsewhere; null for its place in the folder.</summary>
    public string? SchedulerFile { get; init; }

    /// <summary>The tokenizer of a name, from wherever its files are.</summary>
    /// <exception cref="InputException">A file is missing or damaged.</exception>
    public ClipTokenizer ClipTokenizer(string name) =>
        Parts.Tokenizers.GetValueOrDefault(name) is { } part
            ? Tokenizers.ClipTokenizer.Open(part.Folder).PaddedBy(part.Pad)
            : Tokenizers.ClipTokenizer.Open(Component(name));

    /// <summary>The weights of a component. Nothing but headers is read.</summary>
    public Weights Weights(string name) => Graphs.Weights.From(WeightFiles(name));

    /// <summary>The weight files of a component.</summary>
    public Checkpoint WeightFiles(string name) =>
        Parts.Weights.GetValueOrDefault(name) ?? TransformersNames.Of(Checkpoint.Open(Component(name), Variant));

    /// <summary>In which most of a component's numbers are stored.</summary>
    private string Precision(string name) =>
        WeightFiles(name).Tensors.Values.GroupBy(tensor => tensor.Type).MaxBy(type => type.Sum(tensor => tensor.Count))
            is { } most
            ? Graphs.Weights.ShortName(most.Key)
            : "";
}
