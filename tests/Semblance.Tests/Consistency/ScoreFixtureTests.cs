using System.Text.Json;
using Semblance.Consistency;
using Semblance.Tensors;

namespace Semblance.Tests.Consistency;

/// <summary>The golden sets of fixtures/scs, at the tolerances of their case.json.</summary>
public sealed class ScoreFixtureTests
{
    public static IEnumerable<TheoryDataRow<string>> Good => Names("sets");

    public static IEnumerable<TheoryDataRow<string>> Bad => Names("bad");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Good))]
    public void Golden_sets_score_as_the_reference_says(string name)
    {
        using var answers = JsonDocument.Parse(File.ReadAllBytes(Fixtures.At("scs", "sets", "expected.json")));
        var expected = answers.RootElement.GetProperty(name);
        var (values, dimension) = Load("sets", name);

        var score = ConsistencyScore.Of(values, dimension);

        double Number(string key) => expected.GetProperty(key).GetDouble();
        double? Maybe(string key) =>
            expected.GetProperty(key).ValueKind == JsonValueKind.Null ? null : expected.GetProperty(key).GetDouble();
        Assert.Equal(expected.GetProperty("n").GetInt32(), score.Images);
        Assert.Equal(Number("score"), score.Scs, 1e-9);
        Assert.Equal(Number("unclamped"), score.Unclamped, 1e-9);
        Assert.Equal(expected.GetProperty("negative_pairs").GetInt64(), score.NegativePairs);
        Assert.Equal(Number("pair_min"), score.MinPair!.Value, 1e-6);
        Assert.Equal(Number("pair_max"), score.MaxPair!.Value, 1e-6);
        Alike.Near(Maybe("pair_std"), score.PairStandardDeviation, 1e-7);
        Alike.Near(Maybe("jackknife_standard_error"), score.StandardError, 1e-7);
        var perImage = expected.GetProperty("per_image").EnumerateArray().Select(x => x.GetDouble()).ToArray();
        Assert.Equal(perImage.Length, score.PerImage.Length);
        Assert.All(perImage.Zip(score.PerImage), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        Assert.Equal(perImage.Max(), perImage[score.Medoid], 1e-9);
        Assert.Equal(perImage.Min(), perImage[score.Outlier], 1e-9);

        var alone = ConsistencyScore.Of(values, dimension, new ScoreOptions { ScoreOnly = true });
        Assert.Equal(Number("score"), alone.Scs, 1e-9);
        var sparse = ConsistencyScore.Of(values, dimension, new ScoreOptions { PairLimit = 0 });
        Assert.Equal(Number("score"), sparse.Scs, 1e-9);
        Assert.Equal(expected.GetProperty("negative_pairs").GetInt64(), sparse.NegativePairs);

        var half = values.Length / dimension / 2 * dimension;
        var sums = ConsistencySums.Of(values.AsSpan(0, half), dimension).Add(values.AsSpan(half));
        Assert.Equal(Number("unclamped"), sums.Unclamped, 1e-9);
        Assert.Equal(Number("score"), sums.Scs ?? score.Scs, 1e-9);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Bad))]
    public void Sets_without_a_score_are_refused_and_the_row_named(string name)
    {
        using var answers = JsonDocument.Parse(File.ReadAllBytes(Fixtures.At("scs", "bad", "case.json")));
        var expected = answers.RootElement.GetProperty("expected").GetProperty(name).GetString()!;
        var (values, dimension) = Load("bad", name);

        var error = Assert.Throws<EmbeddingException>(() => ConsistencyScore.Of(values, dimension));

        // "error naming row 2: no direction", or "no score: at least two images are needed".
        Assert.Contains(expected.Split(": ")[1], error.Message, StringComparison.Ordinal);
        var row = expected.Split(": ")[0].Split("row ");
        Assert.Equal(row.Length > 1 ? row[1] : null, error.Row?.ToString());
    }

    private static (float[] Values, int Dimension) Load(string folder, string name)
    {
        using var file = SafeTensorsFile.Open(Fixtures.At("scs", folder, "inputs.safetensors"));
        return (file.ReadFloat32(name), (int)file.Header.Tensors[name].Shape[1]);
    }

    private static IEnumerable<TheoryDataRow<string>> Names(string folder)
    {
        var path = Fixtures.At("scs", folder, "inputs.safetensors");
        return File.Exists(path)
            ? SafeTensorsFile
                .ReadHeader(path)
                .Tensors.Keys.Order(StringComparer.Ordinal)
                .Select(name => new TheoryDataRow<string>(name))
            : [];
    }
}
