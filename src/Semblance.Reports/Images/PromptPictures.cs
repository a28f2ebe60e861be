using Semblance.Reports.Content;
using Semblance.Reports.Scenes;
using Semblance.Runs.Folder;

namespace Semblance.Reports.Images;

/// <summary>What a report has of the images themselves: thumbnails, and how alike they are, for the prompts that it shows in detail.</summary>
/// <param name="Prompts">Places of these prompts in the content, most telling first.</param>
/// <param name="Sheets">Every sheet that is used.</param>
/// <param name="Missing">How many images are gone or cannot be read, of those that were wanted.</param>
internal sealed record PromptPictures(IReadOnlyList<int> Prompts, IReadOnlyList<Sheet> Sheets, int Missing)
{
    private readonly Dictionary<(int Prompt, int Model), Sheet> _sheets = [];
    private readonly Dictionary<(int Prompt, int Model), SetSimilarities> _similarities = [];

    /// <summary>The same prompts and similarities, with thumbnails.</summary>
    public PromptPictures With(IReadOnlyDictionary<(int Prompt, int Model), Sheet> sheets, int missing) =>
        new(Prompts, sheets, _similarities, missing);

    /// <summary>Whether any set has similarities.</summary>
    public bool HasSimilarities => _similarities.Count > 0;

    /// <summary>With sheets and similarities by prompt and model.</summary>
    public PromptPictures(
        IReadOnlyList<int> prompts,
        IReadOnlyDictionary<(int Prompt, int Model), Sheet> sheets,
        IReadOnlyDictionary<(int Prompt, int Model), SetSimilarities> similarities,
        int missing
    )
        : this(prompts, [.. sheets.Values.OrderBy(sheet => sheet.Id, StringComparer.Ordinal)], missing)
    {
        _sheets = new(sheets);
        _similarities = new(similarities);
    }

    /// <summary>The thumbnail of an image; null where there is none.</summary>
    public SceneImage? Find(int prompt, int model, string path) =>
        _sheets.GetValueOrDefault((prompt, model))?.Find(path);

    /// <summary>Whether a thumbnail of the image was wanted, be it gone or not.</summary>
    public bool Wants(int prompt, int model, string path) =>
        _sheets.TryGetValue((prompt, model), out var sheet) && sheet.Wanted.Contains(path);

    /// <summary>How alike the images of a set are; null without embeddings.</summary>
    public SetSimilarities? Similarities(int prompt, int model) => _similarities.GetValueOrDefault((prompt, model));

    /// <summary>The image of a set that a score names by a path, which may be relative to another folder; null where none fits.</summary>
    public static ImageRecord? ByPath(SetContent set, string? path)
    {
        if (path is null)
        {
            return null;
        }

        var named = Slashed(path);
        return set.Images.FirstOrDefault(image =>
        {
            var own = Slashed(image.Path);
            return own == named
                || named.EndsWith("/" + own, StringComparison.Ordinal)
                || own.EndsWith("/" + named, StringComparison.Ordinal);
        });
    }

    private static string Slashed(string path)
    {
        var text = path.Replace('\\', '/');
        return text.StartsWith("./", StringComparison.Ordinal) ? text[2..] : text;
    }
}
