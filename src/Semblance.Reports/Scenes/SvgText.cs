using System.Globalization;
using System.Text;

namespace Semblance.Reports.Scenes;

/// <summary>A scene as SVG: real text, colours by class, no style on any mark.</summary>
internal static class SvgText
{
    /// <summary>For a page that has the classes of <see cref="Theme"/> and sheets of thumbnails by id.</summary>
    /// <param name="scene">What to draw.</param>
    /// <param name="id">Unique in the page; made of letters, digits and hyphens.</param>
    /// <param name="more">Further classes.</param>
    public static string Inline(Scene scene, string id, string more = "")
    {
        var text = new StringBuilder();
        Open(text, scene, id, $"class=\"fig{more}\"", "");
        Draw(text, scene.Marks);
        return text.Append("</svg>").ToString();
    }

    /// <summary>A file of its own, with its classes and the sheets that it uses.</summary>
    /// <param name="scene">What to draw.</param>
    /// <param name="sheets">The data of a sheet of thumbnails; null where there is none.</param>
    public static string Document(Scene scene, Func<string, EmbeddedSheet?> sheets)
    {
        var text = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        var size = string.Create(
            CultureInfo.InvariantCulture,
            $" width=\"{Number(scene.Width)}pt\" height=\"{Number(scene.Height)}pt\""
        );
        Open(text, scene, "figure", "class=\"fig\"", size + " xmlns=\"http://www.w3.org/2000/svg\"");
        text.Append("<style>:root{")
            .Append(Theme.Light.Variables(scale: true))
            .Append("}.fig text{font-family:")
            .Append(Fonts)
            .Append('}')
            .Append(Theme.Classes())
            .Append("</style>");
        var used = ImagesOf(scene.Marks).Select(image => image.Sheet).Distinct(StringComparer.Ordinal).ToArray();
        if (used.Length > 0)
        {
            text.Append("<defs>");
            foreach (var name in used)
            {
                if (sheets(name) is { } sheet)
                {
                    text.Append(
                        CultureInfo.InvariantCulture,
                        $"<image id=\"{name}\" width=\"{sheet.Size.Width}\" height=\"{sheet.Size.Height}\" href=\"data:{sheet.MediaType};base64,{Convert.ToBase64String(sheet.Bytes)}\"/>"
                    );
                }
            }

            text.Append("</defs>");
        }

        Draw(text, scene.Marks);
        return text.Append("</svg>\n").ToString();
    }

    /// <summary>Marks alone, for a drawing that the page frames itself.</summary>
    public static string Fragment(IReadOnlyList<Mark> marks)
    {
        var text = new StringBuilder();
        Draw(text, marks);
        return text.ToString();
    }

    /// <summary>The fonts that a reader's machine may have, like the shipped one first.</summary>
    public const string Fonts = "Inter,\"Segoe UI\",Roboto,\"Helvetica Neue\",Arial,\"Liberation Sans\",sans-serif";

    private static void Open(StringBuilder text, Scene scene, string id, string classes, string more)
    {
        text.Append(
            CultureInfo.InvariantCulture,
            $"<svg {classes}{more} viewBox=\"0 0 {Number(scene.Width)} {Number(scene.Height)}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">"
        );
        Escape(text, scene.Title);
        text.Append(CultureInfo.InvariantCulture, $"</title><desc id=\"{id}-d\">");
        Escape(text, scene.Description);
        text.Append("</desc>");
    }

    private static void Draw(StringBuilder text, IReadOnlyList<Mark> marks)
    {
        for (var i = 0; i < marks.Count; i++)
        {
            switch (marks[i])
            {
                case RectMark:
                    // A run of rectangles of one tone is one path: heat maps have hundreds.
                    var last = i;
                    while (last + 1 < marks.Count && SameTone(marks[i], marks[last + 1]))
                    {
                        last++;
                    }

                    Rectangles(text, marks, i, last);
                    i = last;
                    break;
                case var mark:
                    One(text, mark);
                    break;
            }
        }
    }

    private static void One(StringBuilder text, Mark mark)
    {
        switch (mark)
        {
            case LineMark line:
                text.Append(CultureInfo.InvariantCulture, $"<path class=\"l-{line.Tone.Name}\" d=\"");
                Path(text, line.Spots);
                text.Append('"');
                if (line.Width != 1)
                {
                    text.Append(CultureInfo.InvariantCulture, $" stroke-width=\"{Number(line.Width)}\"");
                }

                text.Append(line.Dashed ? " stroke-dasharray=\"3 2.5\"/>" : "/>");
                break;
            case AreaMark area:
                text.Append(CultureInfo.InvariantCulture, $"<path class=\"f-{area.Tone.Name}\" d=\"");
                Path(text, area.Spots);
                text.Append("z\"/>");
                break;
            case DotMark dot:
                Dot(text, dot);
                break;
            case TextMark words:
                Words(text, words);
                break;
            case ImageMark image:
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"<svg x=\"{Number(image.X)}\" y=\"{Number(image.Y)}\" width=\"{Number(image.Side)}\" height=\"{Number(image.Side)}\" viewBox=\"{image.Image.X} {image.Image.Y} {image.Image.Side} {image.Image.Side}\"><use href=\"#{image.Image.Sheet}\"/></svg>"
                );
                break;
            case GroupMark group:
                text.Append("<g><title>");
                Escape(text, group.Note);
                text.Append("</title>");
                Draw(text, group.Marks);
                text.Append("</g>");
                break;
        }
    }

    private static bool SameTone(Mark first, Mark next) =>
        next is RectMark other && first is RectMark own && own.Tone == other.Tone;

    private static void Rectangles(StringBuilder text, IReadOnlyList<Mark> marks, int from, int to)
    {
        text.Append(CultureInfo.InvariantCulture, $"<path class=\"f-{((RectMark)marks[from]).Tone.Name}\" d=\"");
        for (var i = from; i <= to; i++)
        {
            var rect = (RectMark)marks[i];
            text.Append(
                CultureInfo.InvariantCulture,
                $"M{Number(rect.X)} {Number(rect.Y)}h{Number(rect.Width)}v{Number(rect.Height)}h{Number(-rect.Width)}z"
            );
        }

        text.Append("\"/>");
    }

    private static void Dot(StringBuilder text, DotMark dot)
    {
        var kind = dot.Hollow ? $"l-{dot.Tone.Name}" : $"f-{dot.Tone.Name}";
        if (dot.Shape == Shape.Circle)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"<circle class=\"{kind}\" cx=\"{Number(dot.Centre.X)}\" cy=\"{Number(dot.Centre.Y)}\" r=\"{Number(dot.Radius)}\"/>"
            );
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"<path class=\"{kind}\" d=\"");
        Path(text, Shapes.Corners(dot));
        text.Append("z\"/>");
    }

    private static void Words(StringBuilder text, TextMark words)
    {
        var classes = $"f-{words.Tone.Name}{(words.Strong ? " b" : "")}{AnchorClass(words.Anchor)}";
        text.Append(CultureInfo.InvariantCulture, $"<text class=\"{classes}\"");
        text.Append(
            CultureInfo.InvariantCulture,
            $" x=\"{Number(words.At.X)}\" y=\"{Number(words.At.Y)}\" font-size=\"{Number(words.Size)}\""
        );
        if (words.Upright)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $" transform=\"rotate(-90 {Number(words.At.X)} {Number(words.At.Y)})\""
            );
        }

        text.Append('>');
        Escape(text, words.Text);
        text.Append("</text>");
    }

    private static string AnchorClass(Anchor anchor) =>
        anchor switch
        {
            Anchor.Middle => " am",
            Anchor.End => " ae",
            _ => "",
        };

    private static void Path(StringBuilder text, IReadOnlyList<Spot> spots)
    {
        for (var i = 0; i < spots.Count; i++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{(i == 0 ? 'M' : 'L')}{Number(spots[i].X)} {Number(spots[i].Y)}"
            );
        }
    }

    private static IEnumerable<SceneImage> ImagesOf(IReadOnlyList<Mark> marks) =>
        marks.SelectMany(mark =>
            mark switch
            {
                ImageMark image => [image.Image],
                GroupMark group => ImagesOf(group.Marks),
                _ => (IEnumerable<SceneImage>)[],
            }
        );

    /// <summary>Two decimals, without zeros at the end.</summary>
    internal static string Number(double value)
    {
        var text = value.ToString("0.##", CultureInfo.InvariantCulture);
        return text == "-0" ? "0" : text;
    }

    /// <summary>What XML and HTML may not contain as it is; characters that XML cannot hold at all are replaced.</summary>
    private static void Escape(StringBuilder text, string raw)
    {
        foreach (var rune in raw.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '&':
                    text.Append("&amp;");
                    break;
                case '<':
                    text.Append("&lt;");
                    break;
                case '>':
                    text.Append("&gt;");
                    break;
                case '"':
                    text.Append("&quot;");
                    break;
                case < 32 and not (9 or 10 or 13):
                case 0xFFFE or 0xFFFF:
                    text.Append('\uFFFD');
                    break;
                default:
                    text.Append(rune.ToString());
                    break;
            }
        }
    }
}

/// <summary>A sheet of thumbnails within a document.</summary>
/// <param name="MediaType">Of its bytes.</param>
/// <param name="Bytes">The whole file.</param>
/// <param name="Size">In pixels.</param>
internal sealed record EmbeddedSheet(string MediaType, byte[] Bytes, (int Width, int Height) Size);
