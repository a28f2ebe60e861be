using Semblance.Runs.Storage;

namespace Semblance.Runs.Inputs;

/// <summary>A run folder as input: the images that its stages have seen.</summary>
internal static class RunReader
{
    public static ImageInput Read(string path)
    {
        RunFolder run = new(path);
        IReadOnlyList<ImageRecord> images = ImageTable.Read(run);
        if (images.Count == 0)
        {
            throw new InputException(
                $"The run folder {path} holds no images yet; generate some, or score folders of images into it."
            );
        }

        string[] missing =
        [
            .. images.Select(image => Path.Combine(path, image.Path)).Where(file => !File.Exists(file)),
        ];
        return missing.Length == 0
            ? new ImageInput(
                [
                    .. images.Select(image => new ImageRow(
                        image.Model,
                        image.Prompt,
                        image.Seed,
                        Path.Combine(path, image.Path)
                    )),
                ],
                Manifest.Read(run).PromptsAreRaw
            )
            : throw new InputException(
                Listing.Of([
                    $"{missing.Length} images of the run folder {path} are gone:",
                    .. missing.Select(file => $"  {file}"),
                ])
            );
    }
}
