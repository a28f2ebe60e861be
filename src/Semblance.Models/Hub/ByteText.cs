using System.Globalization;

namespace Semblance.Models.Hub;

/// <summary>Numbers of bytes as people read them.</summary>
public static class ByteText
{
    private static readonly string[] Units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary>For example <c>605 MB</c> or <c>6.94 GB</c>; units of 1000, three digits.</summary>
    public static string Of(long bytes)
    {
        double value = bytes;
        var unit = 0;
        // 999.6 would be written as 1000.
        while (Math.Abs(value) >= 999.5 && unit < Units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        var digits =
            unit == 0 || Math.Abs(value) >= 99.95 ? "F0"
            : Math.Abs(value) >= 9.995 ? "F1"
            : "F2";
        return $"{value.ToString(digits, CultureInfo.InvariantCulture)} {Units[unit]}";
    }
}
