using System.CommandLine;
using System.Globalization;
using Semblance.Models.Diffusion.Denoising;

namespace Semblance.Cli.Commands;

/// <summary>The options for what SDXL is told about sizes, of the prompt or of the negative prompt.</summary>
internal sealed class SizeConditionOptions
{
    private readonly Option<string?> _original;
    private readonly Option<string?> _crop;
    private readonly Option<string?> _target;

    private SizeConditionOptions(string prefix, params ReadOnlySpan<string> descriptions)
    {
        _original = new($"--{prefix}original-size") { Description = descriptions[0], HelpName = "WxH" };
        _crop = new($"--{prefix}crop") { Description = descriptions[1], HelpName = "X,Y" };
        _target = new($"--{prefix}target-size") { Description = descriptions[2], HelpName = "WxH" };
    }

    /// <summary>Of the prompt.</summary>
    public static SizeConditionOptions Positive() =>
        new(
            "",
            "SDXL: the size of photographs that it is to imitate [default: that of the picture]",
            "SDXL: what was cut off such a photograph at the left and at the top, in pixels [default: 0,0]",
            "SDXL: the size of the picture as it is told [default: that of the picture]"
        );

    /// <summary>Of the negative prompt.</summary>
    public static SizeConditionOptions Negative() =>
        new(
            "negative-",
            "SDXL: the same for the negative prompt [default: as for the prompt, if none of the three is given]",
            "SDXL: the same for the negative prompt",
            "SDXL: the same for the negative prompt"
        );

    public void AddTo(Command command)
    {
        foreach (Option option in new[] { _original, _crop, _target })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What is told for pictures of a size; null where none of the options is given.</summary>
    /// <exception cref="UsageException">A text is no size or place.</exception>
    public Func<PictureSize, SizeConditions?> Of(ParseResult parsed)
    {
        var from = SizeOf(parsed, _original);
        var to = SizeOf(parsed, _target);
        (int X, int Y)? at = parsed.GetValue(_crop) is { } text ? PlaceOf(text, _crop.Name) : null;
        return size =>
            from is null && to is null && at is null
                ? null
                : new SizeConditions(
                    OriginalHeight: (from ?? size).Height,
                    OriginalWidth: (from ?? size).Width,
                    Top: at?.Y ?? 0,
                    Left: at?.X ?? 0,
                    TargetHeight: (to ?? size).Height,
                    TargetWidth: (to ?? size).Width
                );
    }

    private static PictureSize? SizeOf(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is { } text ? PictureSize.Parse(text, option.Name) : null;

    private static (int X, int Y) PlaceOf(string text, string option) =>
        text.Split(',') is [string x, string y]
        && int.TryParse(x, NumberStyles.None, CultureInfo.InvariantCulture, out var left)
        && int.TryParse(y, NumberStyles.None, CultureInfo.InvariantCulture, out var top)
            ? (left, top)
            : throw new UsageException(
                $"{option}: \"{text}\" is no place; write how many pixels were cut off at the left and at the top, such as 0,128."
            );
}
