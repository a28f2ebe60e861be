using Semblance.Imaging.Thumbnails;
using Semblance.Reports.Scenes;

namespace Semblance.Reports.Images;

/// <summary>The thumbnails of some images of one set.</summary>
/// <param name="Id">Names it in a document.</param>
/// <param name="Format">Of the file.</param>
/// <param name="Bytes">The file.</param>
/// <param name="Side">Width and height of a thumbnail, in pixels.</param>
/// <param name="Cells">Which image of the set is where, by its path; only those that could be shown.</param>
/// <param name="Wanted">The paths of all images that it should have, in their order.</param>
internal sealed record Sheet(
    string Id,
    SheetFormat Format,
    byte[] Bytes,
    int Side,
    IReadOnlyDictionary<string, int> Cells,
    IReadOnlyList<string> Wanted
)
{
    /// <summary>The place of an image; null where it is not on the sheet.</summary>
    public SceneImage? Find(string path) =>
        Cells.TryGetValue(path, out var cell)
            ? new SceneImage(Id, cell % ThumbnailSheet.Columns * Side, cell / ThumbnailSheet.Columns * Side, Side)
            : null;
}
