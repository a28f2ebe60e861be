using System.Text;
using System.Text.Json;
using Semblance.Runs.Generating;
using Semblance.Runs.Inputs;
using Semblance.Studies.Files;

namespace Semblance.Studies.Running;

/// <summary>All images of a study that are there: what is scored.</summary>
internal static class StudyImageTable
{
    /// <summary>The images, their paths as a user would write them.</summary>
    public static IReadOnlyList<ImageRow> Rows(StudyFile study)
    {
        var folder = new StudyFolder(StudyDatasets.Find(study));
        folder.Check();
        return Rows(folder);
    }

    /// <inheritdoc cref="Rows(StudyFile)"/>
    public static IReadOnlyList<ImageRow> Rows(StudyFolder folder) =>
        [
            .. folder
                .Study.Models.Where(model => model.Source is not FolderSource { Dataset: not null })
                .SelectMany(model => Lines(folder, model))
                .Select(line => new ImageRow(
                    line.Model,
                    line.Prompt,
                    line.Seed,
                    Path.Combine(folder.Study.Run, line.Path)
                )),
        ];

    /// <summary>Writes the table into the run folder.</summary>
    /// <returns>A hash of the table and of the files' times and lengths.</returns>
    public static string Write(StudyFolder folder)
    {
        var table = new StringBuilder();
        var stamps = new StringBuilder();
        foreach (var line in folder.Study.Models.SelectMany(model => Lines(folder, model)))
        {
            table.Append(JsonSerializer.Serialize(line, ImageLineJson.Default.ImageLine)).Append('\n');
            var file = new FileInfo(Path.Combine(folder.Study.Run, line.Path));
            stamps.Append($"{(file.Exists ? file.Length : 0)} {(file.Exists ? file.LastWriteTimeUtc.Ticks : 0)}\n");
        }

        StudyFolder.Write(folder.Images, table.ToString());
        return StudyFolder.HashOf(table.ToString(), stamps.ToString());
    }

    private static IEnumerable<ImageLine> Lines(StudyFolder folder, StudyModel model)
    {
        if (model.Source is FolderSource source)
        {
            foreach (var row in FolderImages.Read(folder.Study, model, source).Rows)
            {
                yield return new ImageLine(Path.GetFullPath(row.Path), model.Id, row.Prompt, row.Seed);
            }

            yield break;
        }

        foreach (var prompt in StudyCells.Requests(model).GroupBy(request => request.Prompt))
        {
            var files = GenerateStage.FilesOf(folder.Run, model.Id, prompt.Key);
            foreach (var request in prompt.Where(request => files.ContainsKey(request.Name)))
            {
                var seed = request.IsRepetition ? null : request.Name;
                yield return new ImageLine(files[request.Name], model.Id, request.Prompt, seed);
            }
        }
    }
}
