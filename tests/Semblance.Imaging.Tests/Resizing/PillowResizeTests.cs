using System.Buffers.Binary;
using System.Text.Json;
using CsCheck;
using Semblance.Imaging.Resizing;

namespace Semblance.Imaging.Tests.Resizing;

public sealed class PillowResizeTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases() =>
        Directory.Exists(Fixtures.At("resize")) ? Fixtures.Cases("resize") : [];

    private static Dictionary<string, byte[]> Tensors(string path)
    {
        var file = File.ReadAllBytes(path);
        var data = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        using var header = JsonDocument.Parse(file.AsMemory(8, data - 8));
        var tensors = new Dictionary<string, byte[]>();
        foreach (var tensor in header.RootElement.EnumerateObject().Where(tensor => tensor.Name != "__metadata__"))
        {
            var offsets = tensor.Value.GetProperty("data_offsets");
            tensors[tensor.Name] = file[(data + offsets[0].GetInt32())..(data + offsets[1].GetInt32())];
        }

        return tensors;
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Resizes_agree_with_Pillow_to_the_bit_in_both_orders_of_passes(string name)
    {
        var folder = Fixtures.At("resize", name);
        var inputs = Tensors(Path.Combine(folder, "inputs.safetensors"));
        var older = Tensors(Path.Combine(folder, "expected.safetensors"));
        var newer = Tensors(Path.Combine(folder, "expected-pillow-13.safetensors"));
        using var about = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "case.json")));
        var images = about.RootElement.GetProperty("images").EnumerateArray().ToArray();
        Assert.NotEmpty(images);
        foreach (var image in images)
        {
            var key = image.GetProperty("name").GetString()!;
            var mode = Enum.Parse<PixelMode>(image.GetProperty("mode").GetString()!);
            var filter = Enum.Parse<ResizeFilter>(image.GetProperty("filter").GetString()!, ignoreCase: true);
            var (from, to) = (image.GetProperty("from"), image.GetProperty("to"));
            var source = new DecodedImage(mode, from[0].GetInt32(), from[1].GetInt32(), inputs[key]);
            var (width, height) = (to[0].GetInt32(), to[1].GetInt32());

            Assert.Equal(older[key], PillowResize.Resize(source, width, height, filter).Samples);
            Assert.Equal(
                newer.GetValueOrDefault(key) ?? older[key],
                PillowResize.Resize(source, width, height, filter, order: PassOrder.Pillow13).Samples
            );
        }
    }

    private static readonly ResizeFilter[] Smooth =
    [
        ResizeFilter.Box,
        ResizeFilter.Bilinear,
        ResizeFilter.Hamming,
        ResizeFilter.Bicubic,
        ResizeFilter.Lanczos,
    ];

    private static readonly Gen<(int W, int H, int Width, int Height, int Channels, int Filter, int Seed)> Shapes =
        Gen.Select(
            Gen.Int[1, 90],
            Gen.Int[1, 90],
            Gen.Int[1, 60],
            Gen.Int[1, 60],
            Gen.Int[1, 4],
            Gen.Int[0, 4],
            Gen.Int[0, 10_000]
        );

    // Mostly black and white, so that the overshoot of the filters has to be clipped at both ends.
    private static byte[] Noise(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        for (var i = 0; i < length; i++)
        {
            bytes[i] = bytes[i] < 100 ? (byte)0 : (bytes[i] > 156 ? (byte)255 : bytes[i]);
        }

        return bytes;
    }

    [Fact]
    public void The_vector_kernels_and_the_plain_code_give_the_same_bytes() =>
        Shapes.Sample(
            s =>
            {
                var pixels = Noise(s.W * s.H * s.Channels, s.Seed);
                var whole = new PixelBox(0, 0, s.Width, s.Height);
                byte[] Run(bool vectors) =>
                    Resample.Run(
                        pixels,
                        s.W,
                        s.H,
                        s.Channels,
                        s.Width,
                        s.Height,
                        Smooth[s.Filter],
                        whole,
                        PassOrder.AcrossFirst,
                        vectors
                    );
                return Run(true).AsSpan().SequenceEqual(Run(false));
            },
            iter: 3000
        );

    [Fact]
    public void A_box_of_the_target_is_the_same_as_a_crop_of_the_whole() =>
        Gen.Select(Shapes, Gen.Double[0, 1], Gen.Double[0, 1], Gen.Enum<PassOrder>())
            .Sample(
                (s, right, down, order) =>
                {
                    var modes = new[] { PixelMode.L, PixelMode.LA, PixelMode.RGB, PixelMode.RGBA };
                    var filter = s.Seed % 7 == 0 ? ResizeFilter.Nearest : Smooth[s.Filter];
                    var image = new DecodedImage(
                        modes[s.Channels - 1],
                        s.W,
                        s.H,
                        Noise(s.W * s.H * s.Channels, s.Seed)
                    );
                    var (left, top) = ((int)(right * (s.Width - 1)), (int)(down * (s.Height - 1)));
                    var box = new PixelBox(
                        left,
                        top,
                        Math.Max(1, (s.Width - left) / 2),
                        Math.Max(1, (s.Height - top) / 2)
                    );
                    var part = PillowResize.Resize(image, s.Width, s.Height, filter, box, order);
                    var whole = PillowResize.Resize(image, s.Width, s.Height, filter, order: order);
                    for (var y = 0; y < box.Height; y++)
                    {
                        if (
                            !whole
                                .Samples.AsSpan((((top + y) * s.Width) + left) * s.Channels, box.Width * s.Channels)
                                .SequenceEqual(part.Samples.AsSpan(y * box.Width * s.Channels, box.Width * s.Channels))
                        )
                        {
                            return false;
                        }
                    }

                    return true;
                },
                iter: 2000
            );

    [Fact]
    public void A_flat_image_stays_flat() =>
        Gen.Select(Shapes, Gen.Byte)
            .Sample(
                (s, value) =>
                {
                    var image = new DecodedImage(
                        PixelMode.RGB,
                        s.W,
                        s.H,
                        Enumerable.Repeat(value, s.W * s.H * 3).ToArray()
                    );
                    return PillowResize
                        .Resize(image, s.Width, s.Height, Smooth[s.Filter])
                        .Samples.All(sample => sample == value);
                },
                iter: 500
            );

    [Fact]
    public void Halving_with_the_box_filter_is_the_rounded_mean_of_two_by_two()
    {
        var image = new DecodedImage(PixelMode.L, 4, 2, [0, 10, 255, 255, 20, 30, 0, 1]);

        // Across first: (0+10)/2 = 5, (20+30)/2 = 25, (255+255)/2 = 255, (0+1)/2 = 0.5 which rounds up; then down.
        Assert.Equal([15, 128], PillowResize.Resize(image, 2, 1, ResizeFilter.Box).Samples);
    }

    [Fact]
    public void Clear_pixels_lend_no_colour_to_their_neighbours()
    {
        var image = new DecodedImage(PixelMode.RGBA, 2, 1, [200, 100, 50, 255, 255, 255, 255, 0]);

        // Half covered by the opaque pixel: premultiplied 100, 50, 25 with alpha 128; 255 * 100 / 128 = 199.
        Assert.Equal([199, 99, 49, 128], PillowResize.Resize(image, 1, 1, ResizeFilter.Box).Samples);
    }

    [Fact]
    public void Sixteen_bit_gray_keeps_its_sixteen_bits()
    {
        var image = new DecodedImage(PixelMode.I16, 2, 1, [0x00, 0x10, 0x03, 0x20]);

        // (0x1000 + 0x2003) / 2 = 0x1801.8, rounded up.
        Assert.Equal([0x02, 0x18], PillowResize.Resize(image, 1, 1, ResizeFilter.Box).Samples);
    }

    [Fact]
    public void Palettes_are_resized_by_nearest_neighbour_whatever_the_filter()
    {
        var image = new DecodedImage(PixelMode.P, 3, 1, [7, 8, 9]) { Palette = new byte[1024] };

        Assert.Equal([7, 7, 8, 8, 9, 9], PillowResize.Resize(image, 6, 1, ResizeFilter.Bicubic).Samples);
    }
}
