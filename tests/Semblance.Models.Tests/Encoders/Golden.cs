using System.Text.Json;
using Semblance.Models.Checkpoints;
using Semblance.Models.Graphs;

namespace Semblance.Models.Tests.Encoders;

/// <summary>The golden tensors of one case, and how far from them a result may be.</summary>
internal sealed class Golden(string area, string name)
{
    private readonly Checkpoint _inputs = Checkpoint.Open(Fixtures.At(area, name, "inputs.safetensors"));
    private readonly Checkpoint _expected = Checkpoint.Open(Fixtures.At(area, name, "expected.safetensors"));

    public IEnumerable<string> Inputs => _inputs.Tensors.Keys;

    public IEnumerable<string> Outputs => _expected.Tensors.Keys;

    public string Folder => Fixtures.At(area, name);

    public bool HasInput(string tensor) => _inputs.Tensors.ContainsKey(tensor);

    public bool Has(string tensor) => _expected.Tensors.ContainsKey(tensor);

    public long[] InputShape(string tensor) => _inputs.Tensors[tensor].Shape;

    public float[] Input(string tensor) => _inputs.ReadFloat32(tensor);

    public long[] InputIds(string tensor)
    {
        var bytes = _inputs.ReadBytes(tensor);
        return [.. Enumerable.Range(0, bytes.Length / 8).Select(i => BitConverter.ToInt64(bytes, i * 8))];
    }

    public float[] Expected(string tensor) => _expected.ReadFloat32(tensor);

    public long[] ExpectedShape(string tensor) => _expected.Tensors[tensor].Shape;

    /// <summary>The first number of one of the case's tolerances.</summary>
    public double Tolerance(string key)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "case.json")));
        var text = json.RootElement.GetProperty("tolerance").GetProperty(key).GetString()!;
        return double.Parse(text.Split(' ')[0]);
    }

    /// <summary>Embeddings [n, d] agree as unit vectors, and before normalising relatively to 1e-4.</summary>
    public void AssertEmbeddings(string tensor, ReadOnlySpan<float> actual, string tolerance = "embeddings")
    {
        var expected = Expected(tensor);
        var d = (int)ExpectedShape(tensor)[1];
        Assert.Equal(expected.Length, actual.Length);
        for (var row = 0; row < expected.Length; row += d)
        {
            var (want, got) = (expected.AsSpan(row, d).ToArray(), actual.Slice(row, d).ToArray());
            var (wantNorm, gotNorm) = (Norm(want), Norm(got));
            Assert.InRange(gotNorm / wantNorm, 1 - 1e-4, 1 + 1e-4);
            var off = want.Zip(got).Max(pair => Math.Abs((pair.First / wantNorm) - (pair.Second / gotNorm)));
            Assert.True(off <= Tolerance(tolerance), $"{tensor}, row {row / d}: {off}");
        }
    }

    /// <summary>Hidden states agree; the golden ones are those of the first rows.</summary>
    public void AssertStates(string tensor, ReadOnlySpan<float> actual)
    {
        var expected = Expected(tensor);
        Closeness.Assert(tensor, expected, actual[..expected.Length], Tolerance("hidden_states"));
    }

    /// <summary>Makes every observed value that the case knows an output, and gives their names.</summary>
    public IReadOnlyList<string> ObserveAll(GraphBuilder graph, string prefix = "")
    {
        var names = graph.Observed.Keys.Where(key => Has(prefix + key)).ToList();
        foreach (var key in names)
        {
            graph.Output($"out.{key}", graph.Observed[key]);
        }

        return names;
    }

    private static double Norm(float[] v) => Math.Sqrt(v.Sum(x => (double)x * x));
}
