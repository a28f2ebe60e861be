using System.Security.Cryptography;
using System.Text;
using Semblance.Models.Checkpoints;
using Semblance.Tensors;

namespace Semblance.Models.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Each area's case folders that hold the same weights in several forms: <c>model</c> and sharded or PyTorch files.</summary>
    public static IEnumerable<TheoryDataRow<string>> OtherForms() =>
        from area in new[] { "clip", "siglip", "dinov2" }
        where Directory.Exists(Fixtures.At(area))
        from row in Fixtures.Cases(area)
        from folder in Directory.EnumerateDirectories(Fixtures.At(area, row.Data)).Order(StringComparer.Ordinal)
        where Path.GetFileName(folder) is "model-sharded" or "model-torch"
        select new TheoryDataRow<string>(Path.GetRelativePath(Fixtures.Root, folder));

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(OtherForms))]
    public void Shards_and_archives_hold_the_same_tensors_as_the_one_file(string form)
    {
        var folder = Path.Combine(Fixtures.Root, form);
        var expected = Checkpoint.Open(Path.Combine(folder, "..", "model"));

        var actual = Checkpoint.Open(folder);

        Assert.Equal(expected.Tensors.Keys, actual.Tensors.Keys);
        foreach (var name in expected.Tensors.Keys)
        {
            Assert.Equal(expected.Tensors[name].Shape, actual.Tensors[name].Shape);
            Assert.Equal(expected.ReadBytes(name), actual.ReadBytes(name));
        }
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("model.bin")]
    [InlineData("model.tar.gz")]
    public void What_lies_in_the_place_of_weights_is_told_by_its_kind(string name)
    {
        var path = Path.Combine(_folder.Path, name);
        foreach (
            var (start, what) in new (byte[], string)[]
            {
                (
                    Encoding.UTF8.GetBytes(
                        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 134217728\n"
                    ),
                    "is a pointer of Git LFS and not the file itself; fetch that with git lfs pull."
                ),
                ([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, .. new byte[100]], "is compressed with gzip; unpack it first"),
                (Encoding.UTF8.GetBytes("<!DOCTYPE html>\n<html>"), "is a web page"),
            }
        )
        {
            File.WriteAllBytes(path, start);
            var fault = Assert.Throws<InputException>(() => Checkpoint.Open(path));
            Assert.StartsWith($"{path} {what}", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_place_of_a_tensor_is_where_its_bytes_are()
    {
        var path = Write("x.safetensors", ("a", [1f, 2f]), ("b", [3f]));
        var entry = Checkpoint.Open(path).Tensors["b"];

        var bytes = File.ReadAllBytes(entry.File).AsSpan((int)entry.Offset, (int)entry.Length);

        Assert.Equal(3f, BitConverter.ToSingle(bytes));
        Assert.Null(entry.Strides);
        Assert.Equal(TensorType.Float32, entry.Type);
    }

    [Fact]
    public void A_folder_is_searched_in_the_order_of_the_forms()
    {
        Write("open_clip_model.safetensors", ("open", [1f]));
        Assert.Equal("open", Assert.Single(Checkpoint.Open(_folder.Path).Tensors).Key);

        File.WriteAllText(_folder.At("model.safetensors.index.json"), """{"weight_map":{"part":"part.safetensors"}}""");
        Write("part.safetensors", ("part", [1f]));
        Assert.Equal("part", Assert.Single(Checkpoint.Open(_folder.Path).Tensors).Key);

        Write("model.safetensors", ("whole", [1f]));
        Assert.Equal("whole", Assert.Single(Checkpoint.Open(_folder.Path).Tensors).Key);
    }

    [Fact]
    public void A_folder_without_weights_says_what_was_sought()
    {
        var error = Assert.Throws<InputException>(() => Checkpoint.Open(_folder.Path));

        Assert.Contains(_folder.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains("model.safetensors", error.Message, StringComparison.Ordinal);
        Assert.Contains("pytorch_model.bin", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_or_misshapen_tensor_is_named_with_both_shapes()
    {
        var path = Write("x.safetensors", ("a", [1f, 2f]));
        var checkpoint = Checkpoint.Open(path);

        Assert.Equal([2L], checkpoint.Require("a", 2).Shape);
        var missing = Assert.Throws<InputException>(() => checkpoint.Require("b.weight", 2));
        Assert.Contains("\"b.weight\"", missing.Message, StringComparison.Ordinal);
        Assert.Contains(path, missing.Message, StringComparison.Ordinal);
        var wrong = Assert.Throws<InputException>(() => checkpoint.Require("a", 2, 3));
        Assert.Contains("[2]", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("[2, 3]", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("\"a\"", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"gone.safetensors"}}""", "gone.safetensors")]
    [InlineData("""{"weight_map":{"b":"x.safetensors"}}""", "\"b\"")]
    [InlineData("""{"weight_map":{"a":"../x.safetensors"}}""", "not a file name")]
    [InlineData("""{"weight_map":{"a":3}}""", "not a file name")]
    [InlineData("""{"weight_map":{"a":"x.safetensors","a":"x.safetensors"}}""", "twice")]
    [InlineData("""{"weight_map":{}}""", "no tensor")]
    [InlineData("""{"weights":{}}""", "no weight_map")]
    [InlineData("""[]""", "no weight_map")]
    [InlineData("""{"weight_map":""", "not valid JSON")]
    public void A_faulty_index_is_refused_for_its_fault(string index, string reason)
    {
        Write("x.safetensors", ("a", [1f]));
        var path = _folder.At("model.safetensors.index.json");
        File.WriteAllText(path, index);

        var error = Assert.Throws<InputException>(() => Checkpoint.Open(_folder.Path));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_are_followed_to_the_real_file_and_messages_keep_the_name_that_was_given()
    {
        var blob = Write(Path.Combine("blobs", "0123"), ("a", [1f]));
        var link = _folder.For("snapshots", "abc", "model.safetensors");
        File.CreateSymbolicLink(link, Path.Combine("..", "..", "blobs", "0123"));
        Directory.CreateSymbolicLink(_folder.At("here"), Path.Combine(_folder.Path, "snapshots", "abc"));

        var checkpoint = Checkpoint.Open(_folder.At("here"));

        Assert.Equal(RealPath.Of(blob), checkpoint.Tensors["a"].File);
        Assert.Equal([RealPath.Of(blob)], checkpoint.Files);
        var error = Assert.Throws<InputException>(() => checkpoint.Require("b"));
        Assert.Contains(Path.Combine("here", "model.safetensors"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_that_leads_nowhere_is_said_to()
    {
        File.CreateSymbolicLink(_folder.At("model.safetensors"), Path.Combine("..", "blobs", "gone"));

        var error = Assert.Throws<InputException>(() => Checkpoint.Open(_folder.Path));

        Assert.Contains("link", error.Message, StringComparison.Ordinal);
        Assert.Contains("gone", error.Message, StringComparison.Ordinal);
        Assert.Contains("model.safetensors", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_in_a_circle_end()
    {
        File.CreateSymbolicLink(_folder.At("a"), _folder.At("b"));
        File.CreateSymbolicLink(_folder.At("b"), _folder.At("a"));

        Assert.Contains(
            "circle",
            Assert.Throws<InputException>(() => RealPath.Of(_folder.At("a"))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var path = _folder.At("no.safetensors");

        Assert.Contains(
            path,
            Assert.Throws<InputException>(() => Checkpoint.Open(path)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_blob_without_an_extension_is_known_by_its_first_bytes()
    {
        var safetensors = Write("0123", ("a", [1f]));
        var torch = _folder.At("4567");
        File.WriteAllBytes(torch, ArchiveWriter.Zip(zip64: false, ("x/version", [])));

        Assert.Equal("a", Assert.Single(Checkpoint.Open(safetensors).Tensors).Key);
        Assert.Contains(
            "data.pkl",
            Assert.Throws<InputException>(() => Checkpoint.Open(torch)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Whole_numbers_are_no_floats()
    {
        var file = Fixtures.At("bad-safetensors", "ok-f16-bf16-i64.safetensors");
        Assert.SkipUnless(File.Exists(file), "This root has no such file.");
        var checkpoint = Checkpoint.Open(file);

        Assert.Equal(-7, BitConverter.ToInt64(checkpoint.ReadBytes("i")));
        Assert.Throws<InputException>(() => checkpoint.ReadFloat32("i"));
        Assert.Equal(checkpoint.Tensors["h"].Count, checkpoint.ReadFloat32("h").Length);
    }

    [Fact]
    public void One_file_hashes_as_itself_and_shards_as_their_joined_hashes_by_name()
    {
        Write("b.safetensors", ("b", [2f]));
        Write("a.safetensors", ("a", [1f]));
        File.WriteAllText(
            _folder.At("model.safetensors.index.json"),
            """{"weight_map":{"b":"b.safetensors","a":"a.safetensors"}}"""
        );
        var a = Hex(File.ReadAllBytes(_folder.At("a.safetensors")));
        var b = Hex(File.ReadAllBytes(_folder.At("b.safetensors")));
        var shards = Checkpoint.Open(_folder.Path);

        Assert.Equal(a, WeightsHash.Of(Checkpoint.Open(_folder.At("a.safetensors")).Files, null));
        Assert.Equal(Hex(Encoding.ASCII.GetBytes(a + b)), WeightsHash.Of(shards.Files, null));
    }

    [Fact]
    public void The_shards_of_the_cache_hash_as_the_same_shards_in_a_folder()
    {
        // In the cache the files bear hashes, whose order is not that of the shards' names.
        var first = Write("first.safetensors", ("a", [1f]));
        var second = Write("second.safetensors", ("b", [2f]));
        const string index = """{"weight_map":{"a":"first.safetensors","b":"second.safetensors"}}""";
        File.WriteAllText(_folder.At("model.safetensors.index.json"), index);
        File.WriteAllText(_folder.For("cache", "snapshots", "c", "model.safetensors.index.json"), index);
        foreach (var file in new[] { first, second })
        {
            var blob = _folder.For("cache", "blobs", Hex(File.ReadAllBytes(file)));
            File.Copy(file, blob);
            File.CreateSymbolicLink(_folder.For("cache", "snapshots", "c", Path.GetFileName(file)), blob);
        }

        var cached = Checkpoint.Open(_folder.At("cache", "snapshots", "c"));

        Assert.Equal(WeightsHash.Of(Checkpoint.Open(_folder.Path).Files, null), WeightsHash.Of(cached.Files, null));
    }

    [Fact]
    public void A_blob_of_the_cache_is_not_read_for_its_hash()
    {
        var name = new string('a', 64);
        var blob = Write(Path.Combine("blobs", name), ("a", [1f]));

        Assert.Equal(name, WeightsHash.Of([blob], null));
    }

    [Fact]
    public void A_hash_is_kept_until_the_file_changes()
    {
        var path = Write("x.safetensors", ("a", [1f]));
        var cache = _folder.At("cache", "sha256");
        var hash = WeightsHash.Of([path], cache);
        var note = Assert.Single(Directory.GetFiles(cache));
        Assert.Equal(Hex(File.ReadAllBytes(path)), hash);

        // A false note proves that the second call reads it and not the file.
        File.WriteAllText(note, File.ReadAllText(note).Replace(hash, new string('0', 64), StringComparison.Ordinal));
        Assert.Equal(new string('0', 64), WeightsHash.Of([path], cache));

        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddSeconds(5));
        Assert.Equal(hash, WeightsHash.Of([path], cache));
        File.WriteAllText(note, "damaged");
        Assert.Equal(hash, WeightsHash.Of([path], cache));
    }

    [Fact]
    public void A_hash_that_cannot_be_kept_is_no_error()
    {
        var path = Write("x.safetensors", ("a", [1f]));

        // A file where the folder should be.
        Assert.Equal(Hex(File.ReadAllBytes(path)), WeightsHash.Of([path], path));
    }

    private string Write(string name, params (string Name, float[] Values)[] tensors)
    {
        var path = _folder.For(name);
        SafeTensorsFile.Write(
            path,
            [.. tensors.Select(tensor => new NamedTensor(tensor.Name, [tensor.Values.Length], tensor.Values))]
        );
        return path;
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
