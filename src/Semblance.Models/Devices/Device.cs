using System.Globalization;

namespace Semblance.Models.Devices;

/// <summary>By which of ONNX Runtime's execution providers a device is used.</summary>
public enum DeviceKind
{
    /// <summary>The processor, which every build and machine has.</summary>
    Cpu,

    /// <summary>Graphics cards of NVIDIA, from 0 on.</summary>
    Cuda,

    /// <summary>Apple's framework, which chooses among processor, graphics and neural engine.</summary>
    CoreML,

    /// <summary>Graphics cards by way of Metal, Vulkan or Direct3D.</summary>
    WebGpu,
}

/// <summary>What networks run on. The default is the processor.</summary>
/// <param name="Kind">Which sort.</param>
/// <param name="Number">Which of several, from 0; only graphics cards under CUDA have numbers.</param>
public readonly record struct Device(DeviceKind Kind, int Number = 0)
{
    /// <summary>The words by which devices are named.</summary>
    public const string Names = "cpu, cuda, cuda:N, cuda:N,M, coreml, webgpu";

    /// <summary>Reads a name: <c>cpu</c>, <c>cuda</c> (the first), <c>cuda:1</c>, <c>coreml</c>, <c>webgpu</c>.</summary>
    /// <returns>Null for any other text.</returns>
    public static Device? Parse(string text) =>
        text switch
        {
            "cpu" => new Device(DeviceKind.Cpu),
            "cuda" => new Device(DeviceKind.Cuda),
            "coreml" => new Device(DeviceKind.CoreML),
            "webgpu" => new Device(DeviceKind.WebGpu),
            ['c', 'u', 'd', 'a', ':', .. var digits]
                when int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) =>
                new Device(DeviceKind.Cuda, number),
            _ => null,
        };

    /// <summary>Reads the numbers of several cards, of which each takes a part of the work: <c>cuda:0,1</c>.</summary>
    /// <returns>Null for any other text, and where a card is named twice.</returns>
    public static IReadOnlyList<Device>? ParseSeveral(string text)
    {
        const string Cuda = "cuda:";
        if (!text.StartsWith(Cuda, StringComparison.Ordinal))
        {
            return null;
        }

        Device[] cards = [.. text[Cuda.Length..].Split(',').Select(number => Parse(Cuda + number)).OfType<Device>()];
        return cards.Length == text.Count(',') + 1 && cards.Length > 1 && cards.Distinct().Count() == cards.Length
            ? cards
            : null;
    }

    /// <summary>
    /// As identities have it, behind the version of ONNX Runtime. The number is left out: which of several equal cards it was
    /// moves no bit. Single precision on the processor is not said, as it was before there was any other.
    /// </summary>
    internal string Identity(Precision precision) =>
        Kind == DeviceKind.Cpu && precision == Precision.Fp32 ? Word : $"{Word} {precision.Word()}";

    private string Word => Kind.ToString().ToLowerInvariant();

    /// <summary>The name, as <see cref="Parse"/> reads it.</summary>
    public override string ToString() =>
        Kind == DeviceKind.Cuda ? string.Create(CultureInfo.InvariantCulture, $"{Word}:{Number}") : Word;
}
