using System.Globalization;

namespace Semblance.Testing;

/// <summary>Runs a test where numbers are written in other ways.</summary>
public static class Cultures
{
    /// <summary>Marks before decimals and between thousands.</summary>
    public static TheoryData<string, string> Marks { get; } =
        new()
        {
            { ".", "," },
            { ",", "." },
            { "\u066b", "\u066c" },
        };

    /// <summary>Runs it with these marks and another minus sign than ASCII's.</summary>
    public static void Run(string point, string group, Action test)
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = point;
        culture.NumberFormat.NumberGroupSeparator = group;
        culture.NumberFormat.NegativeSign = "\u2212";
        CultureInfo.CurrentCulture = culture;
        try
        {
            test();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
