using System.Buffers;
using System.IO.Enumeration;
using System.Text.Json;
using System.Text.RegularExpressions;
using Semblance.Models.Configuration;

namespace Semblance.Models.Hub;

/// <summary>
/// Which files of a repository are needed: configurations, tokenizers, and of the many forms that weights are published
/// in, one. Pure functions of names, so that they serve for the hub's listing and for a folder on disk.
/// </summary>
internal static partial class FileSelection
{
    /// <summary>The file that says what a diffusers pipeline is made of.</summary>
    public const string PipelineIndex = "model_index.json";

    private static readonly SearchValues<char> NotOnWindows = SearchValues.Create(":*?\"<>|");

    // Parts of a pipeline that play no part in making images here.
    private static readonly string[] Unused = ["safety_checker", "feature_extractor", "image_encoder"];

    /// <summary>Of a repository that is one network: an encoder, a VAE, a LoRA.</summary>
    /// <param name="paths">All files.</param>
    /// <param name="variant">Such as <c>fp16</c>, or null for the plain weights.</param>
    /// <param name="name">The repository, for messages.</param>
    /// <exception cref="ResourceException">There are no weights of that kind.</exception>
    public static IReadOnlyList<string> Network(IReadOnlyList<string> paths, string? variant, string name)
    {
        string[] root = [.. paths.Where(path => !path.Contains('/', StringComparison.Ordinal))];
        var weights = Weights(root, variant, exact: true, name);
        if (weights.Count == 0)
        {
            // A LoRA may have any name.
            weights = [.. root.Where(path => path.EndsWith(".safetensors", StringComparison.Ordinal))];
        }

        return weights.Count > 0
            ? [.. root.Where(IsSmall), .. weights]
            : throw new ResourceException(
                $"{name} holds no weights (.safetensors or .bin) at its root, and no {PipelineIndex}: nothing here can use it."
            );
    }

    /// <summary>Of a diffusers pipeline: its index and the components that the index names.</summary>
    /// <param name="paths">All files.</param>
    /// <param name="index">The bytes of <see cref="PipelineIndex"/>.</param>
    /// <param name="variant">Such as <c>fp16</c>, or null; a component that is not published in it comes plain.</param>
    /// <param name="name">The repository, for messages.</param>
    /// <exception cref="ResourceException">The index is damaged, or a component has no weights.</exception>
    public static IReadOnlyList<string> Pipeline(
        IReadOnlyList<string> paths,
        ReadOnlyMemory<byte> index,
        string? variant,
        string name
    )
    {
        var chosen = new List<string> { PipelineIndex };
        var found = variant is null;
        foreach (var (component, type) in Components(index, name))
        {
            string[] files =
            [
                .. paths.Where(path =>
                    path.StartsWith(component + "/", StringComparison.Ordinal)
                    && path.LastIndexOf('/') == component.Length
                ),
            ];
            chosen.AddRange(files.Where(IsSmall));
            if (!IsNetwork(type))
            {
                continue;
            }

            var weights = Weights(files, variant, exact: false, $"{component} of {name}");
            if (weights.Count == 0)
            {
                throw new ResourceException($"{name} names a {component}, but holds no weights for it.");
            }

            found |= weights.Any(path => WeightsName.Parse(path)!.Variant == variant);
            chosen.AddRange(weights);
        }

        return found ? chosen : throw NoVariant(name, variant);
    }

    /// <summary>The class that an index names, empty where it names none.</summary>
    /// <param name="index">The bytes of <see cref="PipelineIndex"/>, which <see cref="Pipeline"/> could read.</param>
    public static string PipelineClass(ReadOnlyMemory<byte> index) =>
        ConfigJson.Parse(PipelineIndex, index).Text("_class_name", "");

    /// <summary>Those whose path a pattern with * and ? matches; all where no pattern is given.</summary>
    public static IReadOnlyList<string> Matching(IReadOnlyList<string> paths, IReadOnlyList<string> patterns) =>
        patterns.Count == 0
            ? [.. paths.Where(path => path != ".gitattributes")]
            :
            [
                .. paths.Where(path =>
                    patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, path, ignoreCase: false))
                ),
            ];

    /// <summary>
    /// What a folder lacks of all that a network or pipeline needs: weights, of split ones every part, and of a pipeline
    /// the configurations. A path, or words where no single file is meant; null where nothing is lacking.
    /// </summary>
    public static string? Lacks(IReadOnlyList<string> paths, byte[]? pipelineIndex, string? variant)
    {
        try
        {
            if (pipelineIndex is { } index)
            {
                foreach (var (component, type) in Components(index, "the model"))
                {
                    if (LacksSmall(paths, component, type) is { } small)
                    {
                        return small;
                    }

                    if (IsNetwork(type) && !paths.Any(path => IsWeightsOf(component, path)))
                    {
                        return $"{component}/{(type.StartsWith("CLIP", StringComparison.Ordinal) || type.StartsWith("T5", StringComparison.Ordinal) ? "model" : "diffusion_pytorch_model")}.safetensors (or another form of these weights)";
                    }
                }
            }

            var chosen = pipelineIndex is { } known
                ? Pipeline(paths, known, variant, "the model")
                : Network(paths, variant, "the model");
            return chosen
                .Select(WeightsName.Parse)
                .OfType<WeightsName>()
                .GroupBy(file => Path.GetDirectoryName(file.Path))
                .Select(LacksPart)
                .FirstOrDefault(part => part is not null);
        }
        catch (ResourceException fault)
        {
            return fault.Message.TrimEnd('.');
        }
    }

    private static bool IsWeightsOf(string component, string path) =>
        path.StartsWith(component + "/", StringComparison.Ordinal) && WeightsName.Parse(path) is not null;

    /// <summary>The configuration that a component of a pipeline cannot do without, where it is not there.</summary>
    private static string? LacksSmall(IReadOnlyList<string> paths, string component, string type)
    {
        string[] needed =
            IsNetwork(type) ? ["config.json"]
            : type.Contains("Scheduler", StringComparison.Ordinal) ? ["scheduler_config.json"]
            : Has("tokenizer.json") ? []
            : type.StartsWith("CLIPTokenizer", StringComparison.Ordinal) ? ["vocab.json", "merges.txt"]
            : type.StartsWith("T5Tokenizer", StringComparison.Ordinal) ? ["spiece.model"]
            : [];
        return needed.FirstOrDefault(name => !Has(name)) is { } lacking ? $"{component}/{lacking}" : null;

        bool Has(string name) => paths.Contains($"{component}/{name}");
    }

    /// <summary>The part of split weights that is not there, or its index.</summary>
    private static string? LacksPart(IEnumerable<WeightsName> folder)
    {
        WeightsName[] files = [.. folder];
        var parts = files.Max(file => file.Parts);
        if (files.Count(file => file.Parts > 0) == Math.Max(1, parts))
        {
            return null;
        }

        if (parts == 0)
        {
            return $"the parts that {files[0].Path} names";
        }

        var have = files.First(file => file.Parts > 0).Path;
        return Enumerable
            .Range(1, parts)
            .Select(number => PartNumber().Replace(have, $"-{number:00000}-of-", 1))
            .First(path => !Array.Exists(files, file => file.Path == path));
    }

    [GeneratedRegex(@"-\d{5}-of-", RegexOptions.None, matchTimeoutMilliseconds: 2000)]
    private static partial Regex PartNumber();

    /// <summary>Whether a name stays below the folder that it is put in, on every file system.</summary>
    internal static bool IsSafePath(string path) =>
        path.Length > 0
        && !path.Contains('\\', StringComparison.Ordinal)
        && !path.Any(char.IsControl)
        && !(OperatingSystem.IsWindows() && path.AsSpan().ContainsAny(NotOnWindows))
        && Array.TrueForAll(path.Split('/'), part => part is not ("" or "." or ".."));

    /// <summary>The weights of one folder: safetensors before archives, one file before split ones.</summary>
    private static IReadOnlyList<string> Weights(IReadOnlyList<string> files, string? variant, bool exact, string name)
    {
        WeightsName[] all = [.. files.Select(WeightsName.Parse).OfType<WeightsName>()];
        var wanted = Group(all, variant ?? "");
        if (wanted.Count == 0 && variant is not null)
        {
            wanted = exact ? [] : Group(all, "");
        }

        if (wanted.Count > 0 || all.Length == 0)
        {
            return wanted;
        }
        // The one that is published most comes first, for whoever follows the advice.
        string[] variants =
        [
            .. all.Select(file => file.Variant)
                .Distinct()
                .OrderBy(each => each == "fp16" ? 0 : 1)
                .ThenBy(each => each, StringComparer.Ordinal),
        ];
        throw variant is not null
            ? NoVariant(name, variant)
            : new ResourceException($"{name} has no plain weights, only {string.Join(", ", variants)}.")
            {
                Remedies = [new Remedy(RemedyKind.OtherVariant, variants[0])],
            };
    }

    private static ResourceException NoVariant(string name, string? variant) =>
        new($"{name} has no {variant} weights.") { Remedies = [new Remedy(RemedyKind.OtherVariant)] };

    private static IReadOnlyList<string> Group(IEnumerable<WeightsName> all, string variant)
    {
        var group = all.Where(file => file.Variant == variant)
            .GroupBy(file => (file.SafeTensors, file.Stem, Split: file.Parts != 1))
            .OrderByDescending(group => group.Key.SafeTensors)
            .ThenBy(group => group.Key.Stem.StartsWith("open_clip", StringComparison.Ordinal))
            .ThenBy(group => group.Key.Split)
            .ThenBy(group => group.Key.Stem, StringComparer.Ordinal)
            .FirstOrDefault();
        return group is null ? [] : [.. group.OrderBy(file => file.Parts).Select(file => file.Path)];
    }

    private static bool IsSmall(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return WeightsName.Parse(path) is null
            && (
                (
                    name.EndsWith(".json", StringComparison.Ordinal)
                    && !name.Contains(".index.", StringComparison.Ordinal)
                )
                || name is "merges.txt" or "vocab.txt"
                || name.EndsWith(".model", StringComparison.Ordinal)
            );
    }

    private static bool IsNetwork(string type) =>
        !type.Contains("Tokenizer", StringComparison.Ordinal)
        && !type.Contains("Scheduler", StringComparison.Ordinal)
        && !type.EndsWith("Processor", StringComparison.Ordinal)
        && !type.EndsWith("Extractor", StringComparison.Ordinal);

    /// <summary>Names and classes: each is a pair of library and class; null stands for a component left out.</summary>
    private static List<(string Component, string Type)> Components(ReadOnlyMemory<byte> index, string name)
    {
        try
        {
            return
            [
                .. JsonElement
                    .Parse(index.Span)
                    .EnumerateObject()
                    .Where(entry =>
                        entry.Value.ValueKind == JsonValueKind.Array
                        && entry.Value.GetArrayLength() == 2
                        && entry.Value[1].ValueKind == JsonValueKind.String
                        && !Unused.Contains(entry.Name)
                        && IsSafePath(entry.Name)
                    )
                    .Select(entry => (entry.Name, entry.Value[1].GetString()!)),
            ];
        }
        catch (Exception error) when (JsonFile.IsOfForm(error))
        {
            throw new ResourceException(
                $"The {PipelineIndex} of {name} cannot be understood: {JsonFile.Fault(error)}.",
                error
            );
        }
    }
}
