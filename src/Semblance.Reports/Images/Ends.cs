using Semblance.Reports.Content;
using Semblance.Runs.Folder;

namespace Semblance.Reports.Images;

/// <summary>The most and the least typical image of a set.</summary>
internal static class Ends
{
    /// <summary>From the similarities where there are any, else as the score names them; null where neither says.</summary>
    public static (ImageRecord? Medoid, ImageRecord? Outlier) Of(
        PromptPictures pictures,
        int prompt,
        int model,
        SetContent set
    )
    {
        if (pictures.Similarities(prompt, model) is { } similarities)
        {
            var means = similarities.Means();
            return (
                similarities.Images[Array.IndexOf(means, means.Max())],
                similarities.Images[Array.IndexOf(means, means.Min())]
            );
        }

        return (PromptPictures.ByPath(set, set.Stored?.Medoid), PromptPictures.ByPath(set, set.Stored?.Outlier));
    }
}
