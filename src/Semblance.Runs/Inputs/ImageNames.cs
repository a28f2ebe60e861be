using System.Collections.Frozen;

namespace Semblance.Runs.Inputs;

/// <summary>Which files are images, by the extensions of their names; the content is judged by the decoder.</summary>
internal static class ImageNames
{
    private static readonly FrozenSet<string> Images = Set(
        ".png .apng .jpg .jpeg .jpe .jfif .mpo .webp .gif .bmp .tif .tiff .avif .avifs .heic .heif .jxl .jp2"
    );

    /// <summary>Pictures that are not read and are often beside those that are, so they do not count as bad files.</summary>
    private static readonly FrozenSet<string> Others = Set(
        ".ai .arw .cr2 .cr3 .cur .dcm .dds .dib .dng .emf .eps .exr .fits .hdr .icns .ico .j2c .j2k .jpc .jpf .jpm .jpx .jxr"
            + " .kra .nef .orf .pam .pbm .pcx .pfm .pgm .pnm .ppm .psb .psd .qoi .raf .raw .rw2 .sgi .svg .svgz .tga .wdp .wmf"
            + " .xbm .xcf .xpm"
    );

    /// <summary>Whether the name looks like that of an image that may be read.</summary>
    public static bool IsImage(string path) =>
        Images.Contains(Path.GetExtension(path)) && !FolderListing.IsHidden(path);

    /// <summary>Why a file beside images may be missed: it looks like a picture, and is not read. Null for other files.</summary>
    public static string? FaultOf(string path) =>
        Path.GetExtension(path) is not { Length: > 0 } extension
            ? "has no extension; if it is an image, give it one, such as .png"
        : Others.Contains(extension) ? $"is not read, since its extension is {extension}; save it as PNG"
        : null;

    private static FrozenSet<string> Set(string extensions) =>
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, extensions.Split(' '));
}
