using System.Runtime.InteropServices;
using CsCheck;
using Semblance.Models.Checkpoints;

namespace Semblance.Models.Tests.Checkpoints.Torch;

public sealed class TorchArchiveTests : IDisposable
{
    private static readonly byte[] _six = MemoryMarshal.AsBytes<float>([0, 1, 2, 3, 4, 5]).ToArray();
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_storage_is_a_range_of_the_file_also_in_a_zip64_archive(bool zip64)
    {
        var checkpoint = Open(Dictionary(("w", pickle => pickle.Tensor("0", 6, 2, [2, 2], [2, 1]))), zip64);

        var entry = checkpoint.Require("w", 2, 2);

        Assert.Null(entry.Strides);
        Assert.Equal(16, entry.Length);
        Assert.Equal([2, 3, 4, 5], checkpoint.ReadFloat32("w"));
        Assert.Equal(2f, BitConverter.ToSingle(File.ReadAllBytes(entry.File), (int)entry.Offset));
    }

    [Fact]
    public void Views_are_gathered_whatever_their_strides()
    {
        var strides = Gen.Select(Gen.Int[0, 3].Array[0, 4], Gen.Int[0, 4].Array[4], Gen.Int[0, 5]);
        strides.Sample(
            (shape, steps, offset) =>
            {
                var view = steps[..shape.Length];
                var last = shape.Contains(0) ? -1 : shape.Zip(view, (size, step) => (size - 1) * step).Sum();
                var storage = Enumerable.Range(0, offset + last + 1).Select(i => (float)i).ToArray();
                var checkpoint = Open(
                    Dictionary(
                        (
                            "w",
                            pickle =>
                                pickle.Tensor(
                                    "0",
                                    storage.Length,
                                    offset,
                                    [.. shape.Select(i => (long)i)],
                                    [.. view.Select(i => (long)i)]
                                )
                        )
                    ),
                    zip64: false,
                    MemoryMarshal.AsBytes<float>(storage).ToArray()
                );
                // Every index by its definition: offset plus the sum of index times stride.
                IEnumerable<int> places = [offset];
                for (var axis = 0; axis < shape.Length; axis++)
                {
                    var (size, step) = (shape[axis], view[axis]);
                    places = places
                        .SelectMany(place => Enumerable.Range(0, size).Select(i => place + (i * step)))
                        .ToArray();
                }

                Assert.Equal(places.Select(place => (float)place), checkpoint.ReadFloat32("w"));
            },
            iter: 200,
            threads: 1
        );
    }

    [Fact]
    public void Attributes_of_a_state_dict_are_passed_over()
    {
        // OrderedDict() filled, then BUILD with {"_metadata": OrderedDict()}, as module.state_dict() is saved.
        var pickle = new PickleWriter()
            .Global("collections", "OrderedDict")
            .Raw(")R("u8.ToArray())
            .Text("w")
            .Tensor("0", 6, 0, [6], [1])
            .Raw("u}"u8.ToArray())
            .Text("_metadata")
            .Global("collections", "OrderedDict")
            .Raw(")Rsb"u8.ToArray())
            .Stop();

        Assert.Equal(["w"], Open(pickle).Tensors.Keys);
    }

    [Fact]
    public void Weights_under_any_one_name_are_found_and_two_sets_are_not_guessed_between()
    {
        static PickleWriter Inner(PickleWriter pickle, string name) =>
            pickle.Text(name).Raw("}"u8.ToArray()).Text("w").Tensor("0", 6, 0, [6], [1]).Raw((byte)'s');

        var one = Inner(new PickleWriter().Raw("}("u8.ToArray()), "model")
            .Text("epoch")
            .Number(3)
            .Raw((byte)'u')
            .Stop();
        Assert.Equal(["w"], Open(one).Tensors.Keys);

        var two = Inner(Inner(new PickleWriter().Raw("}("u8.ToArray()), "model"), "ema").Raw((byte)'u').Stop();
        var error = Assert.Throws<InputException>(() => Open(two));
        Assert.Contains("model, ema", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_big_endian_archive_is_refused()
    {
        var error = Assert.Throws<InputException>(() =>
            OpenZip(
                ("archive/data.pkl", Dictionary(("w", pickle => pickle.Tensor("0", 6, 0, [6], [1])))),
                ("archive/byteorder", "big"u8.ToArray()),
                ("archive/data/0", _six)
            )
        );

        Assert.Contains("byte order is big", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("os", "system", "os.system")]
    [InlineData("builtins", "getattr", "builtins.getattr")]
    [InlineData("torch", "load", "torch.load")]
    [InlineData("torch._utils", "_rebuild_tensor_v2.__globals__", "_rebuild_tensor_v2.__globals__")]
    [InlineData("collections", "namedtuple", "collections.namedtuple")]
    [InlineData("torch.nn.modules.linear", "Linear", "a pickled module")]
    [InlineData("__torch__.multimodal", "Model", "a pickled module")]
    public void A_name_that_is_not_on_the_list_is_refused_before_anything_is_done_with_it(
        string module,
        string name,
        string expected
    )
    {
        foreach (
            var pickle in new[]
            {
                new PickleWriter().Global(module, name).Stop(),
                new PickleWriter().Text(module).Text(name).Raw(0x93).Stop(),
            }
        )
        {
            var error = Assert.Throws<InputException>(() => Open(pickle));
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("(ios\nsystem\n.", "0x69")] // INST
    [InlineData("(o.", "0x6f")] // OBJ
    [InlineData("Pid\n.", "0x50")] // PERSID
    [InlineData("\u0081.", "0x81")] // NEWOBJ
    [InlineData("\u0082\u0001.", "0x82")] // EXT1
    [InlineData("2.", "0x32")] // DUP
    [InlineData("R.", "a value is missing")]
    [InlineData("t.", "a value is missing")]
    [InlineData("(.", "end with one value")]
    [InlineData("NN.", "end with one value")]
    [InlineData(".", "end with one value")]
    [InlineData("h\u0007.", "never kept")]
    [InlineData("Ns.", "a value is missing")]
    [InlineData("NNNs.", "not a list or dictionary")]
    [InlineData("}(Nu.", "key without a value")]
    [InlineData("NNb.", "not a list or dictionary")]
    [InlineData("}Q.", "not a storage")]
    [InlineData("ccollections\nOrderedDict\nK\u0001\u0085R.", "something else")]
    [InlineData("X\u00ff\u00ff\u00ff\u00ff", "ends early")]
    [InlineData("X\u00ff\u0000\u0000\u0000ab", "ends early")]
    [InlineData("cos", "ends early")]
    [InlineData("]N0.", "not a dictionary of tensors")]
    [InlineData("N.", "not a dictionary of tensors")]
    public void Instructions_beyond_plain_data_and_broken_ones_are_refused(string instructions, string expected)
    {
        var error = Assert.Throws<InputException>(() => Open([.. instructions.Select(letter => (byte)letter)]));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(6, 0, 7, 1)]
    [InlineData(6, 5, 2, 1)]
    [InlineData(6, 0, 2, 6)]
    [InlineData(6, 7, 0, 1)]
    [InlineData(6, 0, long.MaxValue, 1)]
    [InlineData(6, 0, 2, long.MaxValue)]
    [InlineData(6, 0, long.MaxValue / 2, 0)]
    [InlineData(6, long.MaxValue, 1, 1)]
    [InlineData(3, 0, 6, 1)]
    public void A_tensor_that_reaches_beyond_its_storage_is_refused(long count, long offset, long size, long stride)
    {
        var error = Assert.Throws<InputException>(() =>
            Open(Dictionary(("w", pickle => pickle.Tensor("0", count, offset, [size], [stride]))))
        );

        Assert.Contains("the storage of w is shorter", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, 2, 1)]
    [InlineData(0, -2, 1)]
    [InlineData(0, 2, -1)]
    public void Negative_sizes_make_no_sense(long offset, long size, long stride)
    {
        var error = Assert.Throws<InputException>(() =>
            Open(Dictionary(("w", pickle => pickle.Tensor("0", 6, offset, [size], [stride]))))
        );

        Assert.Contains("make no sense", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_archive_is_read_or_refused_and_never_anything_else()
    {
        var whole = Archive(Dictionary(("w", pickle => pickle.Tensor("0", 6, 0, [2, 3], [3, 1]))), zip64: true, _six);
        var path = _folder.At("x.bin");
        var refused = 0;
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte, Gen.Int[0, whole.Length])
            .Sample(
                (at, value, length) =>
                {
                    var bytes = whole[..];
                    bytes[at] = value;
                    foreach (var damaged in new[] { bytes, whole[..length] })
                    {
                        File.WriteAllBytes(path, damaged);
                        try
                        {
                            foreach (var name in Checkpoint.Open(path) is var opened ? opened.Tensors.Keys : [])
                            {
                                Assert.Equal(opened.Tensors[name].Count * 4, opened.ReadBytes(name).Length);
                            }
                        }
                        catch (InputException error)
                        {
                            Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
                            refused++;
                        }
                    }
                },
                iter: 400,
                threads: 1
            );
        Assert.True(refused > 0);
    }

    private static byte[] Dictionary(params (string Name, Func<PickleWriter, PickleWriter> Value)[] entries)
    {
        var pickle = new PickleWriter().Raw("}("u8.ToArray());
        foreach (var (name, value) in entries)
        {
            value(pickle.Text(name));
        }

        return pickle.Raw((byte)'u').Stop();
    }

    private static byte[] Archive(byte[] pickle, bool zip64, byte[] storage) =>
        ArchiveWriter.Zip(
            zip64,
            ("some name/data.pkl", pickle),
            ("some name/byteorder", "little"u8.ToArray()),
            ("some name/data/0", storage)
        );

    private Checkpoint Open(byte[] pickle, bool zip64 = false, byte[]? storage = null)
    {
        var path = _folder.At("x.bin");
        File.WriteAllBytes(path, Archive(pickle, zip64, storage ?? _six));
        return Checkpoint.Open(path);
    }

    private void OpenZip(params (string Name, byte[] Data)[] entries)
    {
        var path = _folder.At("x.bin");
        File.WriteAllBytes(path, ArchiveWriter.Zip(zip64: false, entries));
        Checkpoint.Open(path);
    }
}
