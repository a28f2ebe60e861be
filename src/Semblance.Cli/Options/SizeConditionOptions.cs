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

    private SizeConditionOptions(Command command, string prefix, string original, string crop, string target)
    {
        _original = command.Text($"--{prefix}original-size", original, "WxH");
        _crop = command.Text($"--{prefix}crop", crop, "X,Y");
        _target = command.Text($"--{prefix}target-size", target, "WxH");
    }

    /// <summary>The size conditions of the prompt.</summary>
    public static SizeConditionOptions Positive(Command command) =>
        new(
            command,
            "",
            "SDXL: the original size of the photographs to imitate [default: that of the image]",
            "SDXL: the pixels cut off those photographs at the left and at the top [default: 0,0]",
            "SDXL: the target size that the network is given [default: that of the image]"
        );

    /// <summary>The size conditions of the negative prompt.</summary>
    public static SizeConditionOptions Negative(Command command) =>
        new(
            command,
            "negative-",
            "SDXL: the same for the negative prompt [default: as for the prompt, if none of the three is given]",
            "SDXL: the same for the negative prompt",
            "SDXL: the same for the negative prompt"
        );

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
