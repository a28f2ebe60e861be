using Semblance.Imaging.Formats;
using Semblance.Remote.Calls;
using Semblance.Runs.Generating;
using Semblance.Studies.Files;
using Semblance.Studies.Generating;

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

    /// <summary>What a checkpoint is asked for: one generation for all prompts of the same seeds.</summary>
    public static IEnumerable<GenerateRequest> Generations(StudyModel model, CheckpointSource source, string run) =>
        model
            .Cells.GroupBy(cell => string.Join(',', cell.Seeds))
            .Select(
                (group, part) =>
                    source.Request with
                    {
                        Prompts = [.. group.Select(cell => cell.Prompt)],
                        Seeds = group.First().Seeds,
                        Run = run,
                        Part = part,
                    }
            );

    /// <summary>A plan of these requests, for generators that make images one by one.</summary>
    public static GeneratePlan PlanOf(StudyModel model, IReadOnlyList<ImageRequest> requests) =>
        new(
            [.. requests.Select(request => request.Prompt).Distinct()],
            [],
            model.Size.Width,
            model.Size.Height,
            "png",
            PngWriter.Write
        )
        {
            Requests = requests,
        };

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
