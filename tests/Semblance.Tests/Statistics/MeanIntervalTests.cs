using System.Globalization;
using System.Text.Json;
using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

public sealed class MeanIntervalTests
{
    private static string Path => Fixtures.At("statistics", "mean_interval.json");

    public static IEnumerable<TheoryDataRow<string>> Cases
    {
        get
        {
            if (!File.Exists(Path))
            {
                yield break;
            }

            using var json = JsonDocument.Parse(File.ReadAllBytes(Path));
            foreach (var one in json.RootElement.GetProperty("cases").EnumerateArray())
            {
                yield return new TheoryDataRow<string>(one.GetProperty("name").GetString()!);
            }
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Golden_intervals_of_means(string name)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path));
        var tolerance = json.RootElement.GetProperty("tolerance").GetDouble();
        var one = json
            .RootElement.GetProperty("cases")
            .EnumerateArray()
            .Single(x => x.GetProperty("name").GetString() == name);
        var values = one.GetProperty("input").GetProperty("x").EnumerateArray().Select(Number).ToArray();
        if (one.TryGetProperty("error", out _))
        {
            Assert.ThrowsAny<ArgumentException>(() => MeanInterval.Student(values));
            return;
        }

        foreach (var expected in one.GetProperty("expected").EnumerateObject())
        {
            // ci95: the interval of 95%. Relative where numbers are large, absolute near 0.
            var level = double.Parse(expected.Name["ci".Length..], CultureInfo.InvariantCulture) / 100;
            var (low, high) = MeanInterval.Student(values, level);
            var bounds = expected.Value.EnumerateArray().Select(x => x.GetDouble()).ToArray();
            Assert.Equal(bounds[0], low, tolerance * Math.Max(1, Math.Abs(bounds[0])));
            Assert.Equal(bounds[1], high, tolerance * Math.Max(1, Math.Abs(bounds[1])));
        }
    }

    private static double Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.String
            ? double.Parse(value.GetString()!, CultureInfo.InvariantCulture)
            : value.GetDouble();

    [Fact]
    public void Two_values_worked_by_hand()
    {
        // One degree of freedom is Cauchy: t(0.975) = tan(0.475 pi); 1 and 3 have mean 2 and standard error 1.
        var (low, high) = MeanInterval.Student([1, 3]);
        var half = Math.Tan(0.475 * Math.PI);
        Assert.Equal(2 - half, low, 1e-9);
        Assert.Equal(2 + half, high, 1e-9);
    }

    [Fact]
    public void One_value_has_no_interval() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => MeanInterval.Student([1]));
}
