using Semblance.Models.Checkpoints.Torch;
using Semblance.Tensors;

namespace Semblance.Models.Checkpoints;

/// <summary>
/// The weights of a model as they lie on disk: names, types, shapes and places of all tensors. Nothing but headers is
/// read on opening; numbers are read, or mapped by whoever knows <see cref="TensorEntry"/>, when they are asked for.
/// </summary>
public sealed class Checkpoint
{
    private readonly SortedDictionary<string, TensorEntry> _tensors;

    private Checkpoint(
        string path,
        IEnumerable<TensorEntry> tensors,
        IReadOnlyList<string> files,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        Path = path;
        _tensors = new(tensors.ToDictionary(tensor => tensor.Name), StringComparer.Ordinal);
        Files = files;
        Metadata = metadata;
    }

    /// <summary>The file (or index of shards) that was opened, as it was named, before links are resolved.</summary>
    public string Path { get; }

    /// <summary>All tensors of the checkpoint by name, sorted.</summary>
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
        var file = Directory.Exists(path) ? WeightsFolder.Find(path, variant) : path;
        return ShardIndex.Is(file) ? OpenShards(file) : OpenFile(file);
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
    public byte[] ReadBytes(string name) => Find(name).ReadBytes();

    /// <summary>A tensor of F64, F32, F16 or BF16 as single precision, row major.</summary>
    /// <exception cref="InputException">No such tensor, another type, unreadable, or too large.</exception>
    public float[] ReadFloat32(string name) => Find(name).ReadFloat32();

    /// <summary>
    /// Sha256 of the weights in lower-case hexadecimal: of the file, or, of shards, of their hashes written one after
    /// another in the order of <see cref="Files"/>. A file is read once: a blob of the Hugging Face cache bears its
    /// sha256 as its name, other hashes are kept beside the user's caches, keyed by path, length and time.
    /// </summary>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public string Sha256() => WeightsHash.Of(Files, WeightsHash.DefaultFolder());

    /// <summary>The same files with tensors of other names, or parts of them.</summary>
    internal Checkpoint With(IEnumerable<TensorEntry> tensors) => new(Path, tensors, Files, Metadata);

    /// <summary>The tensors whose names have a beginning, which is taken off.</summary>
    internal Checkpoint Below(string beginning) =>
        With(
            _tensors
                .Values.Where(tensor => tensor.Name.StartsWith(beginning, StringComparison.Ordinal))
                .Select(tensor => tensor with { Name = tensor.Name[beginning.Length..] })
        );

    /// <summary>The same tensors under other names.</summary>
    /// <param name="name">From the stored name to the other one.</param>
    /// <exception cref="InputException">Two would have one name.</exception>
    internal Checkpoint Renamed(Func<string, string> name)
    {
        var renamed = _tensors.Values.Select(tensor => tensor with { Name = name(tensor.Name) }).ToList();
        return renamed.CountBy(tensor => tensor.Name).FirstOrDefault(count => count.Value > 1).Key is { } twice
            ? throw new InputException($"{Path}: two tensors stand for \"{twice}\"; the file is damaged.")
            : With(renamed);
    }

    private static Checkpoint OpenFile(string path)
    {
        var real = RealPath.Of(path);
        if (!File.Exists(real))
        {
            throw new InputException($"{path} is not a file.");
        }

        if (IsTorch(path, real))
        {
            var tensors = TorchArchive
                .Read(real, path)
                .Select(tensor => TensorEntry.At(tensor.Name, tensor.Place, real) with { Strides = tensor.Strides });
            return new Checkpoint(path, tensors, [real], new Dictionary<string, string>(StringComparer.Ordinal));
        }

        var header = SafeTensorsFile.ReadHeader(real, path);
        var entries = header.Tensors.Select(pair => TensorEntry.At(pair.Key, pair.Value, real));
        return new Checkpoint(path, entries, [real], header.Metadata);
    }

    private static Checkpoint OpenShards(string path)
    {
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        var tensors = new List<TensorEntry>();
        var files = new List<string>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var shards = ShardIndex.Read(path).GroupBy(pair => pair.Value, pair => pair.Key);
        foreach (var shard in shards.OrderBy(shard => shard.Key, StringComparer.Ordinal))
        {
            var file = System.IO.Path.Combine(folder, shard.Key);
            if (!WeightsFolder.Has(file))
            {
                throw new InputException($"{path} names the shard {shard.Key}, which is not beside it; fetch it too.");
            }

            var opened = OpenFile(file);
            files.AddRange(opened.Files);
            foreach (var (key, value) in opened.Metadata)
            {
                metadata[key] = value;
            }

            tensors.AddRange(
                shard.Select(name =>
                    opened.Tensors.GetValueOrDefault(name)
                    ?? throw new InputException(
                        $"{file}: no tensor \"{name}\" in the file, though {path} says that it is there."
                    )
                )
            );
        }

        return new Checkpoint(path, tensors, files, metadata);
    }

    /// <summary>By the extension where it says so; a file of the cache's blobs has none and is judged by its first bytes.</summary>
    private static bool IsTorch(string path, string real) =>
        System.IO.Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".safetensors" => false,
            ".bin" or ".pt" or ".pth" or ".ckpt" => true,
            _ => BeginsAsZip(path, real),
        };

    private static bool BeginsAsZip(string path, string real)
    {
        try
        {
            using var stream = RegularFile.OpenRead(real);
            return stream.ReadByte() == 'P' && stream.ReadByte() == 'K';
        }
        catch (Exception error) when (FileFault.IsOne(error))
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
}
