namespace Semblance.Models.Devices;

/// <summary>In which numbers networks calculate. The default is <see cref="Fp32"/> on every device.</summary>
public enum Precision
{
    /// <summary>IEEE single precision: 24 bits.</summary>
    Fp32,

    /// <summary>IEEE half precision: 11 bits, up to 65,504.</summary>
    Fp16,

    /// <summary>The upper half of single precision: 8 bits, and the same range.</summary>
    Bf16,
}

/// <summary>The words by which precisions are named.</summary>
public static class PrecisionNames
{
    /// <summary>Every name, in the order of <see cref="Precision"/>.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<Precision>().Select(Word)];

    /// <summary>Reads a name: <c>fp32</c>, <c>fp16</c>, <c>bf16</c>.</summary>
    /// <returns>Null for any other text.</returns>
    public static Precision? Parse(string text) =>
        All.Contains(text, StringComparer.Ordinal) ? Enum.Parse<Precision>(text, ignoreCase: true) : null;

    /// <summary>The name, as <see cref="Parse"/> reads it.</summary>
    public static string Word(this Precision precision) =>
        precision switch
        {
            Precision.Fp16 => "fp16",
            Precision.Bf16 => "bf16",
            _ => "fp32",
        };
}
