using Semblance.Models.Catalog;
using Semblance.Models.Encoders;

namespace Semblance.Models.Tests.Encoders;

/// <summary>
/// A vector is the same to the bit whatever is encoded beside it, wherever it stands and however many threads there are.
/// </summary>
[Trait("speed", "slow")]
public sealed class NeighbourTests
{
    public static IEnumerable<TheoryDataRow<string>> Encoders =>
        new[] { "builtin" }
            .Concat(Fixtures.Cases("clip").Select(row => Fixtures.At("clip", row.Data, "model")))
            .Concat(Fixtures.Cases("siglip").Select(row => Fixtures.At("siglip", row.Data, "model")))
            .Concat(Fixtures.Cases("dinov2").Select(row => Fixtures.At("dinov2", row.Data, "model")))
            .Append("ViT-B/32 of one layer")
            .Select(name => new TheoryDataRow<string>(name));

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Encoders))]
    public void A_vector_does_not_depend_on_its_neighbours(string name)
    {
        var path = name.StartsWith("ViT", StringComparison.Ordinal) ? RandomVit() : name;
        float[]? before = null;
        foreach (var (threads, lanes) in new[] { (2, 1), (2, 2), (1, 1), (3, 1) })
        {
            using var encoder = EncoderCatalog.Open(path, new EncoderOptions { Threads = threads, Lanes = lanes });
            Assert.Equal(lanes, encoder.Lanes);
            var (length, dimension) = (encoder.InputLength, encoder.Identity.Dimension);
            var random = new Random(7);
            var pool = new float[(encoder.BatchSize + 3) * length];
            for (var i = 0; i < pool.Length; i++)
            {
                pool[i] = ((float)random.NextDouble() * 4) - 2;
            }

            var image = pool.AsSpan(0, length).ToArray();
            var alone = new float[dimension];
            encoder.Encode(image, 1, alone);
            Assert.Contains(alone, value => value != 0);
            Assert.Equal(before ?? alone, alone);
            before = alone;
            foreach (var count in new[] { 1, 2, encoder.BatchSize - 1, encoder.BatchSize + 3 })
            {
                var at = random.Next(count);
                var pixels = pool.AsSpan(0, count * length).ToArray();
                pool.AsSpan(length * random.Next(count), length).CopyTo(pixels.AsSpan(0, length));
                image.CopyTo(pixels, at * length);
                var vectors = new float[count * dimension];
                encoder.Encode(pixels, count, vectors);
                Assert.Equal(alone, vectors.AsSpan(at * dimension, dimension).ToArray());
            }
            // Every place within one run of the network.
            for (var at = 0; at < encoder.BatchSize; at++)
            {
                var pixels = pool.AsSpan(length, encoder.BatchSize * length).ToArray();
                image.CopyTo(pixels, at * length);
                var vectors = new float[encoder.BatchSize * dimension];
                encoder.Encode(pixels, encoder.BatchSize, vectors);
                Assert.Equal(alone, vectors.AsSpan(at * dimension, dimension).ToArray());
            }
            // Calls at once.
            Parallel.For(
                0,
                8,
                _ =>
                {
                    var vectors = new float[dimension];
                    encoder.Encode(image, 1, vectors);
                    Assert.Equal(alone, vectors);
                }
            );
        }
    }

    [Fact]
    public void Vectors_of_other_batches_are_kept_apart()
    {
        using var one = EncoderCatalog.Open("builtin", new EncoderOptions { Batch = 4 });
        using var two = EncoderCatalog.Open("builtin", new EncoderOptions { Batch = 8 });
        using var again = EncoderCatalog.Open("builtin", new EncoderOptions { Batch = 4, Threads = 1 });
        Assert.NotEqual(one.Identity.Key, two.Identity.Key);
        Assert.Equal(one.Identity.Key, again.Identity.Key);
    }

    /// <summary>Sizes at which matrix kernels block and share out their work as for real models.</summary>
    private static string RandomVit()
    {
        var folder = TinyModels.NewFolder();
        File.WriteAllText(
            Path.Combine(folder, "config.json"),
            """
            {"model_type":"clip_vision_model","hidden_size":768,"intermediate_size":3072,"num_hidden_layers":1,
             "num_attention_heads":12,"image_size":224,"patch_size":32,"projection_dim":512}
            """
        );
        var random = new Random(3);
        TinyModels.WriteSafeTensors(
            Path.Combine(folder, "model.safetensors"),
            Shapes(width: 768, inner: 3072, layers: 1, tokens: 50, patch: 32, projection: 512)
                .ToDictionary(pair => pair.Name, pair => (pair.Shape, Values(random, pair.Name, pair.Shape)))
        );
        return folder;
    }

    private static float[] Values(Random random, string name, long[] shape)
    {
        var count = shape.Aggregate(1L, (product, size) => product * size);
        var centre = name.EndsWith("weight", StringComparison.Ordinal) && shape.Length == 1 ? 1 : 0;
        var spread = shape.Length == 1 ? 0.2 : 1.5 / Math.Sqrt(count / (double)shape[0]);
        return
        [
            .. Enumerable.Range(0, (int)count).Select(_ => (float)(centre + (spread * (random.NextDouble() - 0.5)))),
        ];
    }

    private static IEnumerable<(string Name, long[] Shape)> Shapes(
        long width,
        long inner,
        int layers,
        long tokens,
        long patch,
        long projection
    )
    {
        yield return ("vision_model.embeddings.class_embedding", [width]);
        yield return ("vision_model.embeddings.patch_embedding.weight", [width, 3, patch, patch]);
        yield return ("vision_model.embeddings.position_embedding.weight", [tokens, width]);
        yield return ("visual_projection.weight", [projection, width]);
        var parts = new List<(string, long, long)>
        {
            ("vision_model.pre_layrnorm", width, 0),
            ("vision_model.post_layernorm", width, 0),
        };
        for (var i = 0; i < layers; i++)
        {
            var layer = $"vision_model.encoder.layers.{i}";
            parts.AddRange([($"{layer}.layer_norm1", width, 0), ($"{layer}.layer_norm2", width, 0)]);
            parts.AddRange(
                new[] { "q_proj", "k_proj", "v_proj", "out_proj" }.Select(p => ($"{layer}.self_attn.{p}", width, width))
            );
            parts.AddRange([($"{layer}.mlp.fc1", inner, width), ($"{layer}.mlp.fc2", width, inner)]);
        }

        foreach (var (name, output, input) in parts)
        {
            yield return ($"{name}.weight", input == 0 ? [output] : [output, input]);
            yield return ($"{name}.bias", [output]);
        }
    }
}
