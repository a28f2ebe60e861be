using System.Text.Json;
using Semblance.Models.Checkpoints;
using Semblance.Models.Configuration;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;

namespace Semblance.Models.Tests.Diffusion;

/// <summary>One golden case of a diffusion model: what goes in, what comes out, and how far from it a result may be.</summary>
internal sealed class DiffusionCase
{
    private readonly Lazy<Checkpoint> _inputs;
    private readonly Lazy<Checkpoint> _expected;
    private readonly JsonElement _json;

    public DiffusionCase(string area, string name)
    {
        Folder = Fixtures.At([.. area.Split('/'), name]);
        _json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "case.json"))).RootElement;
        _inputs = new Lazy<Checkpoint>(() => Checkpoint.Open(Path.Combine(Folder, "inputs.safetensors")));
        _expected = new Lazy<Checkpoint>(() => Checkpoint.Open(Path.Combine(Folder, "expected.safetensors")));
    }

    public string Folder { get; }

    public JsonElement Settings => _json.GetProperty("settings");

    /// <summary>The folder that the settings name by <c>model</c>, from the case's own folder or from the root of all fixtures.</summary>
    public string Model =>
        Settings.GetProperty("model").GetString() is var model
        && Path.GetFullPath(Path.Combine(Folder, model!)) is var near
        && Directory.Exists(near)
            ? near
            : Fixtures.At(model!.Split('/'));

    /// <summary>The scheduler that stood in for the model's own, by name; null where none did.</summary>
    /// <remarks>Every picture of the Stable Diffusion 1.5 cases was made by Euler, which only some of them say.</remarks>
    public string? Scheduler =>
        Settings.TryGetProperty("scheduler", out var scheduler) ? scheduler.GetString()
        : Path.GetFullPath(Folder).Contains("sd15", StringComparison.Ordinal) ? "euler"
        : null;

    /// <summary>The prompts of the settings, written as one text or as several.</summary>
    public string[] Prompts() =>
        Settings.GetProperty("prompt") is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(prompt => prompt.GetString()!)]
            : [Settings.GetProperty("prompt").GetString()!];

    public IEnumerable<string> Inputs => _inputs.Value.Tensors.Keys;

    public IEnumerable<string> Outputs => _expected.Value.Tensors.Keys;

    public bool HasInput(string tensor) => _inputs.Value.Tensors.ContainsKey(tensor);

    public bool Has(string tensor) => _expected.Value.Tensors.ContainsKey(tensor);

    public long[] InputShape(string tensor) => _inputs.Value.Tensors[tensor].Shape;

    public float[] Input(string tensor) => _inputs.Value.ReadFloat32(tensor);

    public int[] InputIds(string tensor) => Ids(_inputs.Value.ReadBytes(tensor));

    public float[] Expected(string tensor) => _expected.Value.ReadFloat32(tensor);

    public byte[] ExpectedBytes(string tensor) => _expected.Value.ReadBytes(tensor);

    public long[] ExpectedShape(string tensor) => _expected.Value.Tensors[tensor].Shape;

    public double Tolerance(string key) => _json.GetProperty("tolerance").GetProperty(key).GetDouble();

    public bool HasTolerance(string key) => _json.GetProperty("tolerance").TryGetProperty(key, out _);

    /// <summary>Cases of a model family whose names begin so.</summary>
    public static IEnumerable<TheoryDataRow<string, string>> All(string prefix, params IEnumerable<string> areas) =>
        from area in areas
        where Directory.Exists(Fixtures.At(area.Split('/')))
        from row in Fixtures.Cases(area)
        where row.Data.StartsWith(prefix, StringComparison.Ordinal)
        select new TheoryDataRow<string, string>(area, row.Data);

    public ConfigJson Config(string folder = "") => ConfigJson.Read(Path.Combine(Model, folder, "config.json"));

    public Weights Weights(string folder = "") =>
        Semblance.Models.Graphs.Weights.From(Checkpoint.Open(Path.Combine(Model, folder)));

    /// <summary>Makes every module's value that the case knows an output, and gives the modules' names.</summary>
    public IReadOnlyList<string> ObserveAll(GraphBuilder g)
    {
        var names = g.Observed.Keys.Where(key => Has($"at.{key}")).ToList();
        foreach (var name in names)
        {
            g.Output($"at.{name}", g.Observed[name]);
        }

        return names;
    }

    /// <summary>No value is farther from the golden one than this.</summary>
    public void AssertClose(string tensor, ReadOnlySpan<float> actual, double tolerance)
    {
        var expected = Expected(tensor);
        Assert.Equal(expected.Length, actual.Length);
        Assert.True(Farthest(expected, actual) <= tolerance, $"{tensor}: {Farthest(expected, actual)}");
    }

    /// <summary>No value is farther from the golden one than the case's tolerance times the golden standard deviation.</summary>
    public void AssertRelative(string tensor, ReadOnlySpan<float> actual, string tolerance = "of_standard_deviation")
    {
        var expected = Expected(tensor);
        Assert.Equal(expected.Length, actual.Length);
        var mean = expected.Average(x => (double)x);
        var deviation = Math.Sqrt(expected.Sum(x => (x - mean) * (x - mean)) / Math.Max(1, expected.Length - 1));
        var off = Farthest(expected, actual) / deviation;
        Assert.True(off <= Tolerance(tolerance), $"{tensor}: {off} standard deviations");
    }

    /// <summary>The largest distance; anything with a NaN is infinitely far.</summary>
    public static double Farthest(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        var off = 0d;
        for (var i = 0; i < expected.Length; i++)
        {
            var distance = Math.Abs((double)expected[i] - actual[i]);
            off = double.IsNaN(distance) ? double.PositiveInfinity : Math.Max(off, distance);
        }

        return off;
    }

    private static int[] Ids(byte[] bytes) =>
        [.. Enumerable.Range(0, bytes.Length / 4).Select(i => BitConverter.ToInt32(bytes, i * 4))];
}
