using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Semblance.Tensors;

namespace Semblance.Models.Checkpoints;

/// <summary>
/// The weights of a model as they lie on disk: names, types, shapes and places of all tensors. Nothing but headers is
/// read on opening; numbers are read, or mapped by whoever knows <see cref="TensorEntry"/>, when they are asked for.
/// </summary>
public sealed class Checkpoint
{
    /// <summary>What a folder is searched for, the first that exists wins.</summary>
    private static readonly string[] _weights =
    [
        "model.safetensors",
        "model.safetensors.index.json",
        "open_clip_model.safetensors",
        "pytorch_model.bin",
        "pytorch_model.bin.index.json",
        "open_clip_pytorch_model.bin",
        // diffusers' names, then the half-precision files beside which no others were fetched.
        "diffusion_pytorch_model.safetensors",
        "diffusion_pytorch_model.safetensors.index.json",
        "diffusion_pytorch_model.bin",
        "diffusion_pytorch_model.bin.index.json",
        "model.fp16.safetensors",
        "model.safetensors.index.fp16.json",
        "diffusion_pytorch_model.fp16.safetensors",
        "diffusion_pytorch_model.safetensors.index.fp16.json",
        "pytorch_model.fp16.bin",
        "diffusion_pytorch_model.fp16.bin",
    ];

    private readonly SortedDictionary<string, TensorEntry> _tensors;

    private Checkpoint(
        string path,
        SortedDictionary<string, TensorEntry> tensors,
        IReadOnlyList<string> files,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        Path = path;
        _tensors = tensors;
        Files = files;
        Metadata = metadata;
    }

    /// <summary>The file (or index of shards) that was opened, as it was named, before links are resolved.</summary>
    public string Path { get; }

    /// <summary>By name, sorted.</summary>
    public IReadOnlyDictionary<string, TensorEntry> Tensors => _tensors;

    /// <summary>Real paths of the weight files, in the order of their names before links are resolved.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>The texts of a safetensors file's <c>__metadata__</c>; empty for other forms.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>
    /// Opens a .safetensors file, an index of shards (.index.json), a PyTorch archive (.bin, .pt, .pth), or a folder
    /// that holds model.safetensors, model.safetensors.index.json, open_clip_model.safetensors, pytorch_model.bin,
    /// pytorch_model.bin.index.json, open_clip_pytorch_model.bin, or diffusers' diffusion_pytorch_model files (the first
    /// of them that is there; files of the fp16 variant last).
    /// </summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="variant">
    /// <c>fp16</c> or another ending of that kind: in a folder, files of this variant are taken before the others.
    /// </param>
    /// <exception cref="InputException">Nothing is there, or a file is damaged, missing or not of these kinds.</exception>
    public static Checkpoint Open(string path, string? variant = null)
    {
        var file = Directory.Exists(path) ? InFolder(path, variant) : path;
        return IsIndex(file) ? OpenShards(file) : OpenFile(file);
    }

    /// <summary>The entry of a tensor that a network needs.</summary>
    /// <param name="name">Exact name.</param>
    /// <param name="shape">What its shape must be.</param>
    /// <exception cref="InputException">It is missing, or has another shape; the message names file, tensor and shapes.</exception>
    public TensorEntry Require(string name, params ReadOnlySpan<long> shape)
    {
        var entry = Find(name);
        return shape.SequenceEqual(entry.Shape)
            ? entry
            : throw new InputException(
                $"{Path}: tensor \"{name}\" has shape [{string.Join(", ", entry.Shape)}], the network needs "
                    + $"[{string.Join(", ", shape.ToArray())}]; the weights do not belong to the config."
            );
    }

    /// <summary>The bytes of a tensor in row-major order, little-endian, whatever its strides are.</summary>
    /// <exception cref="InputException">No such tensor, unreadable, or more than memory can hold at once.</exception>
    public byte[] ReadBytes(string name)
    {
        var entry = Find(name);
        if (entry.Length > Array.MaxLength || entry.Count * entry.Type.Bits() / 8 > Array.MaxLength)
        {
            throw new InputException($"{entry.File}: tensor \"{name}\" is too large to be read at once.");
        }
        var stored = new byte[entry.Length];
        try
        {
            using var handle = File.OpenHandle(entry.File);
            Fill(handle, stored, entry);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{entry.File} cannot be read: {error.Message}", error);
        }
        return entry.Strides is null
            ? stored
            : StridedCopy.ToRowMajor(stored, entry.Shape, entry.Strides, entry.Type.Bits() / 8);
    }

    /// <summary>A tensor of F64, F32, F16 or BF16 as single precision, row major.</summary>
    /// <exception cref="InputException">No such tensor, another type, unreadable, or too large.</exception>
    public float[] ReadFloat32(string name)
    {
        var entry = Find(name);
        if (!entry.Type.IsFloat())
        {
            throw new InputException(
                $"{entry.File}: tensor \"{name}\" holds {entry.Type.SafeTensorsName()}, not floating-point numbers."
            );
        }
        var bytes = ReadBytes(name);
        var values = new float[bytes.Length / (entry.Type.Bits() / 8)];
        TensorTypes.ToFloat32(entry.Type, bytes, values);
        return values;
    }

    /// <summary>
    /// Sha256 of the weights in lower-case hexadecimal: of the file, or, of shards, of their hashes written one after
    /// another in the order of <see cref="Files"/>. A file is read once: a blob of the Hugging Face cache bears its
    /// sha256 as its name, other hashes are kept beside the user's caches, keyed by path, length and time.
    /// </summary>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public string Sha256() => WeightsHash.Of(Files, WeightsHash.DefaultFolder());

    /// <summary>Of a variant the index is named <c>.index.fp16.json</c>.</summary>
    private static bool IsIndex(string file) =>
        file.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
        && System.IO.Path.GetFileName(file).Contains(".index.", StringComparison.OrdinalIgnoreCase);

    private static string InFolder(string folder, string? variant)
    {
        IEnumerable<string> names = variant is null
            ? _weights
            : _weights
                .Where(name => !name.Contains(".fp16.", StringComparison.Ordinal))
                .SelectMany(name => OfVariant(name, variant))
                .Concat(_weights);
        foreach (var name in names)
        {
            var file = System.IO.Path.Combine(folder, name);
            // A link that leads nowhere is there, and is complained about by name.
            if (File.Exists(file) || new FileInfo(file).LinkTarget is not null)
            {
                return file;
            }
        }
        throw new InputException(
            $"{folder} holds no weights: none of model.safetensors, diffusion_pytorch_model.safetensors, pytorch_model.bin and the other names under which they are published is there. Fetch the whole model."
        );
    }

    /// <summary>model.fp16.safetensors; of an index both spellings, the old one before .index and the new one behind it.</summary>
    private static IEnumerable<string> OfVariant(string name, string variant)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        yield return name.Insert(dot, $".{variant}");
        if (name.EndsWith(".index.json", StringComparison.Ordinal))
        {
            yield return name.Insert(name.Length - ".json".Length, $".{variant}");
        }
    }

    private static Checkpoint OpenFile(string path)
    {
        var real = RealPath.Of(path);
        if (!File.Exists(real))
        {
            throw new InputException($"{path} is no file.");
        }
        var tensors = new SortedDictionary<string, TensorEntry>(StringComparer.Ordinal);
        if (IsTorch(path, real))
        {
            foreach (var entry in TorchArchive.Read(real, path))
            {
                tensors.Add(entry.Name, entry);
            }
            return new Checkpoint(path, tensors, [real], new Dictionary<string, string>(StringComparer.Ordinal));
        }
        var header = SafeTensorsFile.ReadHeader(real, path);
        foreach (var (name, tensor) in header.Tensors)
        {
            tensors.Add(
                name,
                new TensorEntry(name, tensor.Type, tensor.Shape, real, tensor.Offset, tensor.Length, Strides: null)
            );
        }
        return new Checkpoint(path, tensors, [real], header.Metadata);
    }

    private static Checkpoint OpenShards(string path)
    {
        var map = ReadWeightMap(path);
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        var tensors = new SortedDictionary<string, TensorEntry>(StringComparer.Ordinal);
        var files = new List<string>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var shard in map.GroupBy(pair => pair.Value).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var file = System.IO.Path.Combine(folder, shard.Key);
            if (!IsThere(file))
            {
                throw new InputException($"{path} names the shard {shard.Key}, which is not beside it; fetch it too.");
            }
            var opened = OpenFile(file);
            files.AddRange(opened.Files);
            foreach (var (key, value) in opened.Metadata)
            {
                metadata[key] = value;
            }
            foreach (var (name, _) in shard)
            {
                tensors.Add(
                    name,
                    opened.Tensors.TryGetValue(name, out var entry)
                        ? entry
                        : throw new InputException(
                            $"{file}: no tensor \"{name}\" in the file, though {path} says that it is there."
                        )
                );
            }
        }
        return new Checkpoint(path, tensors, files, metadata);

        static bool IsThere(string file) => File.Exists(file) || new FileInfo(file).LinkTarget is not null;
    }

    /// <summary>Tensor name to shard name. Shards must lie beside the index.</summary>
    private static SortedDictionary<string, string> ReadWeightMap(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(RealPath.Of(path)));
            if (
                json.RootElement.ValueKind != JsonValueKind.Object
                || !json.RootElement.TryGetProperty("weight_map", out var map)
                || map.ValueKind != JsonValueKind.Object
            )
            {
                throw new InputException($"{path} has no weight_map, so it is no index of shards.");
            }
            var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var pair in map.EnumerateObject())
            {
                var file = pair.Value.ValueKind == JsonValueKind.String ? pair.Value.GetString()! : "";
                if (file is "" or "." or ".." || file.AsSpan().ContainsAny('/', '\\', '\0'))
                {
                    throw new InputException($"{path}: the shard of \"{pair.Name}\" is no file name.");
                }
                if (!files.TryAdd(pair.Name, file))
                {
                    throw new InputException($"{path}: \"{pair.Name}\" is listed twice.");
                }
            }
            return files.Count > 0 ? files : throw new InputException($"{path} lists no tensor.");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InputException($"{path} cannot be understood: {JsonFault.Of(error)}; fetch it again.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>By the extension where it says so; a file of the cache's blobs has none and is judged by its first bytes.</summary>
    private static bool IsTorch(string path, string real)
    {
        switch (System.IO.Path.GetExtension(path).ToLowerInvariant())
        {
            case ".safetensors":
                return false;
            case ".bin" or ".pt" or ".pth" or ".ckpt":
                return true;
            default:
                return BeginsAsZip(path, real);
        }
    }

    private static bool BeginsAsZip(string path, string real)
    {
        try
        {
            using var stream = File.OpenRead(real);
            Span<byte> start = stackalloc byte[2];
            return stream.ReadAtLeast(start, 2, throwOnEndOfStream: false) == 2 && start.SequenceEqual("PK"u8);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read: {error.Message}", error);
        }
    }

    private TensorEntry Find(string name) =>
        _tensors.TryGetValue(name, out var entry)
            ? entry
            : throw new InputException(
                $"{Path}: no tensor \"{name}\" among its {_tensors.Count}; the weights do not belong to the config."
            );

    private static void Fill(SafeFileHandle handle, Span<byte> bytes, TensorEntry entry)
    {
        var offset = entry.Offset;
        while (!bytes.IsEmpty)
        {
            var read = RandomAccess.Read(handle, bytes, offset);
            if (read == 0)
            {
                throw new InputException($"{entry.File}: truncated while tensor \"{entry.Name}\" was being read.");
            }
            bytes = bytes[read..];
            offset += read;
        }
    }
}
