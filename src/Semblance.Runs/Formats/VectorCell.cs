using System.Globalization;

namespace Semblance.Runs.Formats;

/// <summary>An embedding in a table.</summary>
/// <param name="Values">Null where there is none.</param>
/// <param name="Fault">Why there is none, to go on after the name of the row.</param>
internal readonly record struct VectorCell(float[]? Values, string? Fault)
{
    /// <summary>What stands between the numbers of a vector that is written as text.</summary>
    private static readonly char[] Between = [',', ' ', '\t', '\r', '\n', ';'];

    public static VectorCell None { get; } = new(null, "holds no numbers");

    /// <summary>Numbers as text, such as <c>[0.1, 0.2]</c> of pandas, <c>[0.1 0.2]</c> of numpy or <c>{0.1,0.2}</c> of a database.</summary>
    public static VectorCell Of(string? text)
    {
        var span = text.AsSpan().Trim();
        if (span is ['[', .., ']'] or ['{', .., '}'] or ['(', .., ')'])
        {
            span = span[1..^1];
        }

        var values = new List<double>();
        foreach (var range in span.SplitAny(Between))
        {
            var number = span[range];
            if (number.IsEmpty)
            {
                continue;
            }

            if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            {
                return new VectorCell(
                    null,
                    number.StartsWith("...")
                        ? "is cut short with \"...\", as numpy prints long arrays; write all its numbers"
                        : $"holds \"{(number.Length > 20 ? number[..20] : number)}\", which is not a number; write it as [0.1, 0.2]"
                );
            }

            values.Add(value);
        }

        return Of(values.ToArray());
    }

    /// <summary>Numbers in cells of their own.</summary>
    /// <param name="count">How many.</param>
    /// <param name="cell">The text of each; null for none.</param>
    public static VectorCell Of(int count, Func<int, string?> cell)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            if (!double.TryParse(cell(i), NumberStyles.Float, CultureInfo.InvariantCulture, out values[i]))
            {
                return new VectorCell(
                    null,
                    string.IsNullOrWhiteSpace(cell(i))
                        ? $"has no number {i + 1} of {count}"
                        : $"holds \"{cell(i)}\", which is not a number"
                );
            }
        }

        return Of(values);
    }

    /// <summary>Numbers in double precision, rounded as <see cref="DoublePrecision"/> does.</summary>
    public static VectorCell Of(ReadOnlySpan<double> values)
    {
        var vector = new float[values.Length];
        DoublePrecision.Round(values, vector);
        return Of(vector);
    }

    /// <summary>Numbers in single precision, as they are.</summary>
    public static VectorCell Of(float[] values) => values.Length == 0 ? None : new VectorCell(values, null);
}
