using Semblance.Runs.Folder;

namespace Semblance.Runs.Inputs;

/// <summary>A run folder as input: the images that its stages have seen.</summary>
internal static class RunReader
{
    public static ImageInput Read(string path)
    {
        var run = new RunFolder(path);
        var images = ImageTable.Read(run);
        if (images.Count == 0)
        {
            throw new InputException(
                ImageFiles.Any(run)
                    ? $"The run folder {path} has lost its {ImageTable.FileName}; generate again with the same options, which writes it again and makes no image twice, or score {Path.Combine(path, ImageFiles.Folder)} as a folder of images."
                    : $"The run folder {path} holds no images yet; generate some, or score folders of images into it."
            );
        }

        return images.Any(image => File.Exists(Path.Combine(path, image.Path)))
            ? new ImageInput(
                [
                    .. images.Select(image => new ImageRow(
                        image.Model,
                        image.Prompt,
                        image.Seed,
                        Path.Combine(path, image.Path)
                    )),
                ],
                run.ReadManifest().PromptsAreRaw
            )
            : throw new InputException(
                $"All {images.Count} images of the run folder {path} are gone, for example {images[0].Path}."
            );
    }
}
