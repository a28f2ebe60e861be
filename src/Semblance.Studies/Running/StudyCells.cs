using Semblance.Remote.Calls;
using Semblance.Studies.Files;

namespace Semblance.Studies.Running;

/// <summary>The images of a study, one by one.</summary>
internal static class StudyCells
{
    /// <summary>What a model is asked for, in the order of its prompts.</summary>
    public static IEnumerable<ImageRequest> Requests(StudyModel model) =>
        model.Cells.SelectMany(cell =>
            cell.Seeds.Select(seed => new ImageRequest(cell.Prompt, seed, model.Size.Width, model.Size.Height)
            {
                IsRepetition = model.IsRepeated,
            })
        );

    /// <summary>Whether an image was taken by a filter: asking again would give the same, and another seed would not be it.</summary>
    public static bool IsRefused(CallRecord? call) => call?.State is CallState.Filtered or CallState.Blank;

    public static string SourceText(ModelSource source) =>
        source switch
        {
            FolderSource folder => folder.Dataset is { } dataset ? $"data set {dataset}" : $"folder {folder.Path}",
            CheckpointSource checkpoint => checkpoint.Request.Model,
            PainterSource painter => $"painter {painter.Painter}",
            ServerSource server => $"{server.Server.Name} ({server.Server.Kind})",
            _ => throw new InvalidOperationException($"A model comes from a {source.GetType().Name}."),
        };
}
