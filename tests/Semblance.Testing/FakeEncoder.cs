using System.Text;

namespace Semblance.Testing;

/// <summary>
/// An encoder of text files: the vector is made from the characters, so that equal files give equal vectors. Files that
/// begin with BAD cannot be read; NAN, ZERO and FLAT give vectors of that kind.
/// </summary>
public sealed class FakeEncoder(int dimension = 8, int batchSize = 4, string weights = "w1") : IImageEncoder
{
    private int _prepared;

    public int Prepared => _prepared;

    public int Encoded { get; private set; }

    public List<int> Batches { get; } = [];

    /// <summary>Called before a batch is encoded.</summary>
    public Action<int> OnBatch { get; init; } = _ => { };

    public EncoderIdentity Identity { get; } = new("fake", "test", "", weights, "none", "fp32", dimension, "test 1");

    public int InputLength => 64;

    public int BatchSize => batchSize;

    public int Lanes { get; init; } = 1;

    /// <summary>Beginning of files that only this encoder cannot read; null for none.</summary>
    public string? Refuses { get; init; }

    public bool HasText { get; init; }

    public string? Caution => null;

    public double LowNorm { get; init; }

    public void Prepare(ReadOnlyMemory<byte> file, Span<float> pixels)
    {
        Interlocked.Increment(ref _prepared);
        var text = Encoding.UTF8.GetString(file.Span);
        if (
            text.StartsWith("BAD", StringComparison.Ordinal)
            || (Refuses is { } own && text.StartsWith(own, StringComparison.Ordinal))
        )
        {
            throw new InputException("this is no image");
        }

        pixels.Clear();
        for (var i = 0; i < text.Length; i++)
        {
            pixels[i % pixels.Length] += text[i];
        }
    }

    public void Encode(ReadOnlyMemory<float> pixels, int count, Memory<float> vectors)
    {
        OnBatch(Encoded);
        lock (Batches)
        {
            Encoded += count;
            Batches.Add(count);
        }

        for (var i = 0; i < count; i++)
        {
            Vector(pixels.Span.Slice(i * InputLength, InputLength), vectors.Span.Slice(i * dimension, dimension));
        }
    }

    /// <summary>A token for each letter, up to this many; letter case makes no difference. 0 for no saying.</summary>
    public int MostTokens { get; init; }

    public TextReading? ReadText(string text) =>
        MostTokens == 0
            ? null
            : new(
                [.. text.ToLowerInvariant().Take(MostTokens).Select(c => (int)c)],
                text[Math.Min(text.Length, MostTokens)..]
            );

    public IReadOnlyList<float[]> EncodeText(IReadOnlyList<string> texts) =>
        [
            .. texts.Select(text =>
            {
                var pixels = new float[InputLength];
                Prepare(Encoding.UTF8.GetBytes(text), pixels);
                var vector = new float[dimension];
                Vector(pixels, vector);
                return vector;
            }),
        ];

    public void Dispose() { }

    private static void Vector(ReadOnlySpan<float> pixels, Span<float> vector)
    {
        var start = $"{(char)Math.Clamp(pixels[0], 0, 127)}{(char)Math.Clamp(pixels[1], 0, 127)}";
        for (var k = 0; k < vector.Length; k++)
        {
            double sum = 0;
            for (var p = 0; p < pixels.Length; p++)
            {
                sum += pixels[p] * (1 + Math.Sin((p * 7) + (k * 13)));
            }

            vector[k] = start switch
            {
                "NA" => float.NaN,
                "ZE" => 0,
                "FL" => 1e-3f,
                _ => (float)sum,
            };
        }
    }
}
