using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

/// <summary>
/// What a procedure gave, by the name of the expected field: a number, a truth value, a text, a sequence of these, or
/// fields again. A <c>Func&lt;object?&gt;</c> is called only when its field is expected (and in every error case); an
/// <c>Action&lt;JsonElement&gt;</c> compares for itself, and is given all that the case expects.
/// </summary>
internal sealed class Fields : Dictionary<string, object?>
{
    /// <summary>The same, with fields that the case files have and nobody here computes.</summary>
    public Fields Without(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            Add(name, (Action<JsonElement>)(_ => { }));
        }

        return this;
    }

    /// <summary>The three alternatives under their names in the case files.</summary>
    public static Fields Of(PValues p) =>
        new()
        {
            ["two_sided"] = p.TwoSided,
            ["less"] = p.Less,
            ["greater"] = p.Greater,
        };
}

/// <summary>The input of one case.</summary>
internal sealed class CaseInput(JsonElement json)
{
    public JsonElement Json => json;

    public bool Has(string field) => json.TryGetProperty(field, out _);

    public double Number(string field) => Golden.Number(json.GetProperty(field));

    public int Whole(string field) => json.GetProperty(field).GetInt32();

    public string Text(string field) => json.GetProperty(field).GetString()!;

    public double[] Numbers(string field) => Golden.Numbers(json.GetProperty(field));

    /// <summary>A matrix, row by row; rows may differ in length.</summary>
    public double[][] Rows(string field) =>
        [.. json.GetProperty(field).EnumerateArray().Select(row => Golden.Numbers(row))];

    public Alternative Alternative(string field = "alternative") =>
        Text(field) switch
        {
            "two_sided" => Semblance.Statistics.Alternative.TwoSided,
            "less" => Semblance.Statistics.Alternative.Less,
            "greater" => Semblance.Statistics.Alternative.Greater,
            var other => throw new InvalidDataException($"No alternative is called {other}."),
        };
}

/// <summary>
/// The reference cases in <c>statistics/PROCEDURE.json</c>, and the rules by which results are held to them: p-values
/// (a field <c>p</c> or <c>p_...</c> and all below it) and special functions relative to the expected number, everything
/// else by tolerance * max(1, |expected|). Every expected field must be given by the procedure.
/// </summary>
internal static class Golden
{
    private static readonly ConcurrentDictionary<string, JsonElement> Files = new(StringComparer.Ordinal);

    /// <summary>The names of the cases of one procedure; none where the file does not exist.</summary>
    /// <param name="procedure">Name of the file.</param>
    /// <param name="wanted">Which cases; all of them if null.</param>
    public static IEnumerable<TheoryDataRow<string>> Cases(string procedure, Func<CaseInput, bool>? wanted = null) =>
        File.Exists(PathOf(procedure))
            ? Load(procedure)
                .GetProperty("cases")
                .EnumerateArray()
                .Where(one => wanted is null || wanted(new CaseInput(one.GetProperty("input"))))
                .Select(one => new TheoryDataRow<string>(one.GetProperty("name").GetString()!))
            : [];

    /// <summary>Holds <paramref name="run"/> to the case called <paramref name="name"/>.</summary>
    public static void Check(string procedure, string name, Func<CaseInput, Fields> run)
    {
        var file = Load(procedure);
        var one = file.GetProperty("cases")
            .EnumerateArray()
            .Single(x => string.Equals(x.GetProperty("name").GetString(), name, StringComparison.Ordinal));
        var faults = Faults(one, file.GetProperty("tolerance").GetDouble(), procedure, run);
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    /// <summary>What is wrong with the results of one case, one sentence each.</summary>
    public static List<string> Faults(
        JsonElement one,
        double fileTolerance,
        string procedure,
        Func<CaseInput, Fields> run
    )
    {
        var input = new CaseInput(one.GetProperty("input"));
        if (one.TryGetProperty("error", out var error))
        {
            return ErrorFaults(error.GetString()!, () => Force(run(input)));
        }

        var tolerance = one.TryGetProperty("tolerance", out var own) ? own.GetDouble() : fileTolerance;
        var tolerances = one.TryGetProperty("tolerances", out var fields) ? fields : default;
        var expected = one.GetProperty("expected");
        var relative = string.Equals(procedure, "special_functions", StringComparison.Ordinal);
        var faults = new List<string>();
        Compare(expected, run(input), "", relative, JsonSerializer.SerializeToElement(tolerance));
        return faults;

        void Compare(JsonElement wanted, object? actual, string path, bool isRelative, JsonElement allowed)
        {
            actual = actual is Func<object?> later ? later() : actual;
            if (actual is Action<JsonElement> compares)
            {
                compares(expected);
                return;
            }

            switch (wanted.ValueKind)
            {
                case JsonValueKind.Object when actual is Fields results:
                    foreach (var field in wanted.EnumerateObject())
                    {
                        var at = $"{path}/{field.Name}";
                        if (!results.TryGetValue(field.Name, out var result))
                        {
                            faults.Add($"{at} is expected and was not compared");
                            continue;
                        }

                        Compare(
                            field.Value,
                            result,
                            at,
                            isRelative || field.Name is "p" || field.Name.StartsWith("p_", StringComparison.Ordinal),
                            tolerances.ValueKind == JsonValueKind.Object
                            && tolerances.TryGetProperty(field.Name, out var closer)
                                ? closer
                                : allowed
                        );
                    }

                    break;
                case JsonValueKind.Array when actual is System.Collections.IEnumerable sequence and not string:
                    var items = sequence.Cast<object?>().ToArray();
                    if (items.Length != wanted.GetArrayLength())
                    {
                        faults.Add($"{path} has {items.Length} values, expected {wanted.GetArrayLength()}");
                        break;
                    }

                    for (var i = 0; i < items.Length; i++)
                    {
                        Compare(wanted[i], items[i], $"{path}/{i}", isRelative, allowed);
                    }

                    break;
                case JsonValueKind.True or JsonValueKind.False when actual is bool truth:
                    Add(truth == wanted.GetBoolean());
                    break;
                case JsonValueKind.String when actual is string text:
                    Add(string.Equals(text, wanted.GetString(), StringComparison.Ordinal));
                    break;
                case JsonValueKind.Number or JsonValueKind.String when actual is double or int or long:
                    var number = Convert.ToDouble(actual, CultureInfo.InvariantCulture);
                    Add(allowed.ValueKind == JsonValueKind.Number && Near(number, Number(wanted), isRelative, allowed));
                    break;
                default:
                    Add(wanted.ValueKind == JsonValueKind.Null && actual is null);
                    break;
            }

            void Add(bool holds)
            {
                if (!holds)
                {
                    faults.Add(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{path} is {actual ?? "null"}, expected {wanted} (tolerance {allowed})"
                        )
                    );
                }
            }
        }
    }

    public static double Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.String
            ? double.Parse(value.GetString()!, CultureInfo.InvariantCulture)
            : value.GetDouble();

    public static double[] Numbers(JsonElement values) => [.. values.EnumerateArray().Select(Number)];

    private static bool Near(double actual, double expected, bool relative, JsonElement tolerance)
    {
        if (!double.IsFinite(expected))
        {
            return expected.Equals(actual);
        }

        if (relative && expected == 0)
        {
            return Math.Abs(actual) < 1e-300;
        }

        var scale = relative ? Math.Abs(expected) : Math.Max(1, Math.Abs(expected));
        return Math.Abs(actual - expected) <= tolerance.GetDouble() * scale;
    }

    // "undefined: z0 is infinite" is the kind and a remark.
    private static List<string> ErrorFaults(string error, Action run)
    {
        var kind = Enum.Parse<Assumption>(
            error.Split(':')[0].Replace("_", "", StringComparison.Ordinal),
            ignoreCase: true
        );
        try
        {
            run();
        }
        catch (AssumptionException fault)
        {
            return fault.Violated == kind && fault.Message.Length > 0
                ? []
                : [$"the error is {fault.Violated} ({fault.Message}), expected {kind}"];
        }

        return [$"no error, expected {kind}"];
    }

    private static void Force(Fields fields)
    {
        foreach (var value in fields.Values)
        {
            var result = value is Func<object?> later ? later() : value;
            if (result is Fields below)
            {
                Force(below);
            }
        }
    }

    private static string PathOf(string procedure) => Fixtures.At("statistics", procedure + ".json");

    private static JsonElement Load(string procedure) =>
        Files.GetOrAdd(
            procedure,
            static name =>
            {
                using var json = JsonDocument.Parse(File.ReadAllBytes(PathOf(name)));
                return json.RootElement.Clone();
            }
        );
}
