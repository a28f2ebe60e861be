using Semblance.Imaging.Thumbnails;
using Semblance.Reports.Images;
using Semblance.Reports.Scenes;
using Semblance.Text;

namespace Semblance.Reports.Pages;

/// <summary>Thumbnails on the page: parts of sheets that are in the page once.</summary>
internal static class Thumb
{
    /// <summary>One image; a gray square where it is gone.</summary>
    /// <param name="image">Its part of a sheet.</param>
    /// <param name="label">What it is, for those who do not see it.</param>
    public static Html Of(SceneImage? image, string label) =>
        image is null
            ? Html.Of(
                $"<svg viewBox=\"0 0 8 8\" role=\"img\" aria-label=\"{label}, image gone\"><path class=\"f-rule\" d=\"M0 0h8v8h-8z\"/></svg>"
            )
            : Html.Of(
                $"<svg viewBox=\"{image.X} {image.Y} {image.Side} {image.Side}\" role=\"img\" aria-label=\"{label}\"><use href=\"#{image.Sheet}\"/></svg>"
            );

    /// <summary>The sheets themselves, which show nothing in their own place.</summary>
    public static Html Sheets(IReadOnlyList<Sheet> sheets) =>
        sheets.Count == 0
            ? default
            : Html.Of($"<svg class=\"sheets\" aria-hidden=\"true\"><defs>{sheets.Select(One)}</defs></svg>");

    private static Html One(Sheet sheet)
    {
        var (width, height) = ThumbnailSheet.SizeOf(sheet.Wanted.Count, sheet.Side);
        return Html.Of(
            $"<image id=\"{sheet.Id}\" width=\"{width}\" height=\"{height}\" href=\"data:{ThumbnailSheet.MediaType(sheet.Format)};base64,{Convert.ToBase64String(sheet.Bytes)}\"/>\n"
        );
    }
}
