using System.CommandLine;
using System.Globalization;
using Semblance.Studies.Generating;

namespace Semblance.Cli.Options;

/// <summary>The options for the size conditions of SDXL, of the prompt or of the negative prompt.</summary>
internal sealed class SizeConditionOptions
{
    private readonly Option<string?> _original;
    private readonly Option<string?> _crop;
    private readonly Option<string?> _target;

    public SizeConditionOptions(Command command, bool ofNegative = false)
    {
        _original = Text(
            "original-size",
            "WxH",
            "the original size of the photographs to imitate [default: that of the image]",
            " [default: as for the prompt, if none of the three is given]"
        );
        _crop = Text("crop", "X,Y", "the pixels cut off those photographs at the left and at the top [default: 0,0]");
        _target = Text("target-size", "WxH", "the target size that the network is given [default: that of the image]");

        Option<string?> Text(string name, string help, string what, string usual = "") =>
            ofNegative
                ? command.Text($"--negative-{name}", $"SDXL: the same for the negative prompt{usual}", help)
                : command.Text($"--{name}", $"SDXL: {what}", help);
    }

    /// <summary>What is given of them.</summary>
    /// <exception cref="UsageException">A text is not a size or place.</exception>
    public GivenSizes Read(ParseResult parsed) => new(Size(parsed, _original), Place(parsed), Size(parsed, _target));

    private static ImageSize? Size(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is { } text ? NewOption.Read(option, text, ImageSize.Parse) : null;

    private (int Left, int Top)? Place(ParseResult parsed) =>
        parsed.GetValue(_crop) is not { } text ? null
        : text.Split(',') is [string x, string y]
        && int.TryParse(x, NumberStyles.None, CultureInfo.InvariantCulture, out var left)
        && int.TryParse(y, NumberStyles.None, CultureInfo.InvariantCulture, out var top)
            ? (left, top)
        : throw new UsageException(
            $"{_crop.Name}: \"{text}\" is not a place; write how many pixels were cut off at the left and at the top, such as 0,128."
        );
}
