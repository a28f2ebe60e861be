using Microsoft.ML.OnnxRuntime;
using Semblance.Models.Checkpoints;
using Semblance.Models.Configuration;
using Semblance.Models.Devices;
using Semblance.Models.Encoders.Preprocessing;
using Semblance.Models.Graphs;

namespace Semblance.Models.Encoders;

/// <summary>
/// A user's own network as .onnx, described by a JSON file of the same name beside it (<c>mine.onnx</c>,
/// <c>mine.json</c>):
/// <code>
/// {
///   "name": "my-encoder",               // optional: what reports call it; else the file's name
///   "input": "pixel_values",            // float32 [batch, 3, height, width]
///   "output": "image_embeds",           // float32 [batch, dimension], not normalised
///   "dimension": 512,
///   "preprocessing": "openai",          // a recipe's name with "size", or an object as in preprocessor_config.json
///   "size": 224                         // side of the square image; 224 where it is left out
/// }
/// </code>
/// The batch may be open, or fixed and stated as <c>"batch"</c>. The files beside it that its tensors name count towards
/// its identity, and so does the output.
/// </summary>
internal static class OnnxFileEncoder
{
    private const int MostNumbers = 1 << 20;
    private const int MostImages = 1024;
    private const int MostPixels = 4096;

    /// <summary>Reads the description; the network is loaded when it is first used.</summary>
    /// <exception cref="InputException">The description is missing or says what does not fit.</exception>
    public static IImageEncoder Open(string path, EncoderOptions options)
    {
        if (options.Precision != Precision.Fp32)
        {
            throw new UsageException(
                $"{path} calculates in the types that the file has; leave out the precision {options.Precision.Word()}, or give a file in it."
            );
        }

        var description = Path.ChangeExtension(path, ".json");
        if (!File.Exists(description))
        {
            throw new InputException(
                $"{path} needs {description} beside it, such as "
                    + """{"input":"pixel_values","output":"image_embeds","dimension":512,"preprocessing":"openai","size":224}."""
            );
        }

        var json = ConfigJson.Read(description);
        var (input, output) = (Named(json, "input"), Named(json, "output"));
        var (dimension, batch) = (
            json.Size("dimension", null, MostNumbers),
            json.Size("batch", ImageNetwork.UsualBatch, MostImages)
        );
        var recipe = Recipe(json, options);
        if ((long)batch * recipe.Height * recipe.Width > MostImages * 512L * 512)
        {
            throw new InputException(
                $"{json.File}: a batch of {batch} images of {recipe.Width}x{recipe.Height} is more than memory can hold; give a smaller batch or size."
            );
        }

        var threads = InferenceThreads.Of(options);
        var name = json.Text("name", Path.ChangeExtension(EncoderName.Of(path), null));
        return new NetworkEncoder(
            new EncoderTraits(
                name,
                path,
                Revision: "",
                () => WeightsHash.Of(Files(path), WeightsHash.DefaultFolder()),
                $"as the file has it, output {output}",
                recipe,
                dimension,
                KnownEncoder.CautionFor(name, known: null),
                LowNorm: 0,
                options.Limits
            )
            {
                Device = options.Device,
                FurtherDevices = options.FurtherDevices,
                Files = () => Files(path),
            },
            new ImageNetwork(
                device => Load(path, threads.PerLane, device, input, output, batch, recipe, dimension),
                input,
                output,
                batch,
                threads.Lanes
            )
        );
    }

    /// <summary>The file, and those beside it that hold its tensors.</summary>
    private static List<string> Files(string path) =>
        [RealPath.Of(path), .. FilesBeside(path).Select(file => file.Path)];

    private static IEnumerable<(ExternalFile Named, string Path)> FilesBeside(string path)
    {
        var folder = Path.GetDirectoryName(RealPath.Of(path)) ?? "";
        return OnnxExternalData.Of(path).Select(named => (named, Beside(path, folder, named.Location)));
    }

    /// <summary>A file that tensors name, which has to lie in the model's own folder whatever its name or links say.</summary>
    private static string Beside(string path, string folder, string location)
    {
        if (Path.IsPathRooted(location) || location.Contains('\0', StringComparison.Ordinal))
        {
            throw Outside(path, location);
        }

        var file = Path.GetFullPath(Path.Combine(folder, location));
        if (!IsBelow(folder, file))
        {
            throw Outside(path, location);
        }

        if (!File.Exists(file))
        {
            throw new InputException($"{path} keeps weights in {file}, which is not there.");
        }

        var real = RealPath.Of(file);
        RegularFile.Check(real);
        return IsBelow(folder, real) ? real : throw Outside(path, location);
    }

    private static bool IsBelow(string folder, string file) =>
        file.StartsWith(
            Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar,
            StringComparison.Ordinal
        );

    private static InputException Outside(string path, string location) =>
        new(
            $"{path} keeps weights in {location}, which is not in its own folder; put them beside it, and name them so in the file."
        );

    /// <summary>What ONNX Runtime takes from memory: it would map the files of other tensors all the same.</summary>
    private static List<(string Location, string File)> Readable(
        string path,
        IEnumerable<(ExternalFile Named, string Path)> files
    ) =>
        [
            .. files.Select(file =>
                file.Named.OfInitializers
                    ? (file.Named.Location, file.Path)
                    : throw new InputException(
                        $"{path} keeps weights of a branch, a loop or an attribute in {file.Path}, which can only be mapped; map weights, or save these in the .onnx file."
                    )
            ),
        ];

    private static GraphSession Load(
        string path,
        int threads,
        Device device,
        string input,
        string output,
        int batch,
        PreprocessingRecipe recipe,
        int dimension
    )
    {
        // The library opens whatever path a tensor names, and waits where that is a pipe.
        var files = FilesBeside(path).ToList();
        var session = new GraphSession(path, threads, device, WeightMapping.IsOn ? [] : Readable(path, files));
        try
        {
            Check(path, "input", input, session.Inputs, [batch, 3, recipe.Height, recipe.Width]);
            Check(path, "output", output, session.Outputs, [batch, dimension]);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static void Check(
        string path,
        string what,
        string name,
        IReadOnlyDictionary<string, NodeMetadata> tensors,
        int[] wanted
    )
    {
        if (!tensors.TryGetValue(name, out var tensor))
        {
            throw new InputException(
                $"{path} has no {what} {name}; it has {string.Join(", ", tensors.Keys.Order(StringComparer.Ordinal))}."
            );
        }

        if (tensor.ElementType != typeof(float))
        {
            throw new InputException($"{path}: the {what} {name} is {tensor.ElementType.Name}; expected float32.");
        }

        var fits = tensor.Dimensions.Zip(wanted).All(pair => pair.First < 0 || pair.First == pair.Second);
        if (!fits || tensor.Dimensions.Length != wanted.Length)
        {
            throw new InputException(
                $"{path}: the {what} {name} has shape [{string.Join(", ", tensor.Dimensions)}], "
                    + $"but [{string.Join(", ", wanted)}] follows from {Path.ChangeExtension(path, ".json")} (a fixed batch is stated there as \"batch\")."
            );
        }
    }

    private static string Named(ConfigJson json, string key) =>
        json.Text(key, "") is { Length: > 0 } text ? text : throw new InputException($"{json.File} has no {key}.");

    private static PreprocessingRecipe Recipe(ConfigJson json, EncoderOptions options)
    {
        var size = json.Size("size", 224, MostPixels);
        if (options.Preprocessing is { } wanted)
        {
            return PreprocessingRecipe.Of(PreprocessingRecipe.FamilyOf(wanted), size);
        }

        try
        {
            return json.Object("preprocessing") is { } numbers
                ? RecipeConfiguration.FromPreprocessorConfig(numbers)
                : PreprocessingRecipe.Of(PreprocessingRecipe.FamilyOf(Named(json, "preprocessing")), size);
        }
        catch (UsageException e)
        {
            throw new InputException($"{json.File}: {e.Message}", e);
        }
    }
}
