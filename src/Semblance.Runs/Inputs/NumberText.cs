using System.Globalization;

namespace Semblance.Runs.Inputs;

/// <summary>The numbers of one table: with a decimal point, or with a decimal comma where the whole table has them.</summary>
/// <param name="path">The table, for messages.</param>
internal sealed class NumberText(string path)
{
    /// <summary>What R, pandas, databases and spreadsheets write where there is no number.</summary>
    private static readonly string[] Nones = ["NA", "N/A", "#N/A", "NaN", "null", "None", "<NA>", "\\N"];

    private string? _pointAt;
    private string? _commaAt;

    /// <summary>Whether a cell says that there is no number.</summary>
    public static bool IsNone(string? text) =>
        string.IsNullOrWhiteSpace(text)
        || Array.Exists(Nones, none => string.Equals(none, text.Trim(), StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a cell holds a number, written in one way or the other.</summary>
    public static bool IsNumber(string text) => TryRead(text.Trim(), out _);

    /// <summary>The number of a cell; null for none.</summary>
    /// <param name="text">The cell.</param>
    /// <param name="place">Where it is: the table, and the line.</param>
    /// <exception cref="InputException">Something else, or numbers written in both ways.</exception>
    public double? Read(string? text, string place)
    {
        if (IsNone(text))
        {
            return null;
        }

        var digits = text!.Trim();
        if (digits.Contains(',', StringComparison.Ordinal))
        {
            _commaAt ??= place;
        }
        else if (digits.Contains('.', StringComparison.Ordinal))
        {
            _pointAt ??= place;
        }

        if (_commaAt is not null && _pointAt is not null)
        {
            throw new InputException(
                $"{path} has decimal commas ({_commaAt[(path.Length + 2)..]}) and decimal points ({_pointAt[(path.Length + 2)..]}); write all numbers one way."
            );
        }

        return TryRead(digits, out var number)
            ? number
            : throw new InputException($"{place}: '{(text.Length > 40 ? text[..40] + "..." : text)}' is not a number.");
    }

    private static bool TryRead(string digits, out double number)
    {
        var comma = digits.IndexOf(',', StringComparison.Ordinal);
        if (comma >= 0 && comma == digits.LastIndexOf(','))
        {
            digits = digits.Replace(',', '.');
        }

        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }
}
