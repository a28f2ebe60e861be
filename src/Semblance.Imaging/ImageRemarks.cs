namespace Semblance.Imaging;

/// <summary>What a reader of the scores should know of an image that was read.</summary>
[Flags]
public enum ImageRemarks
{
    /// <summary>The file holds one whole image, upright.</summary>
    None = 0,

    /// <summary>The file says how to turn the image, and that is ignored, as by the reference recipes.</summary>
    NotTurned = 1,

    /// <summary>The file holds several images, of which the first is used.</summary>
    FirstOfSeveral = 2,

    /// <summary>The data are damaged, though not so much that Pillow refuses them: a part of the image may be missing.</summary>
    Damaged = 4,
}
