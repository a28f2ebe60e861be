using Semblance.Imaging;
using Semblance.Runs.Inputs;
using Semblance.Studies.Files;
using Semblance.Studies.Running;

namespace Semblance.Studies.Linting;

/// <summary>Looks for what is wrong with a data set before it is scored. Each image is read and decoded once.</summary>
public static class LintStudy
{
    /// <summary>Looks at folders and tables of images, a run folder, or a study file.</summary>
    /// <param name="paths">At least one; a study file alone.</param>
    /// <param name="threads">0 for one per processor.</param>
    /// <param name="host">Receives how far it is.</param>
    /// <param name="maxMemory">Bytes that all images which are decoded at a time may take; null for a quarter of the machine's.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InputException">Nothing there, or it cannot be understood.</exception>
    public static async Task<LintReport> RunAsync(
        IReadOnlyList<string> paths,
        int threads,
        StudyHost host,
        long? maxMemory = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(host);
        var limits = maxMemory is { } bytes
            ? new ImageLimits { Memory = new MemoryBudget(bytes) }
            : ImageLimits.Default;
        (var rows, var prompts, var areRaw, var bad) = Read(paths);
        var images = new LintedImage[rows.Count];
        await host.Stage(
            new StudyStage("reading", StageUnit.Images),
            report =>
            {
                var done = 0;
                return Parallel.ForAsync(
                    0,
                    rows.Count,
                    new ParallelOptions
                    {
                        MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount,
                        CancellationToken = cancellationToken,
                    },
                    (i, _) =>
                    {
                        images[i] = LintedImage.Read(rows[i], limits);
                        report(new StageCount(Interlocked.Increment(ref done), rows.Count));
                        return ValueTask.CompletedTask;
                    }
                );
            }
        );
        using var encoder = PromptLength.Open(host);
        LintFinding[] findings =
        [
            .. SetChecks
                .Of(rows)
                .Concat(FileChecks.Of(images))
                .Concat(PixelChecks.Of(images))
                .Concat(areRaw ? PromptChecks.Of(prompts, encoder is null ? null : encoder.ReadText) : [])
                .OfType<LintFinding>()
                .Concat(bad)
                .OrderByDescending(finding => finding.Severity),
        ];
        return new LintReport(
            string.Join(' ', paths),
            rows.Count,
            rows.Select(row => row.Model).Distinct().Count(),
            prompts.Count,
            findings
        )
        {
            NotChecked =
            [
                .. encoder is null
                    ?
                    [
                        "whether prompts are longer than CLIP reads: its tokenizer is not in the cache (fetch clip-vit-base-patch32)",
                    ]
                    : Array.Empty<string>(),
                .. areRaw ? Array.Empty<string>() : ["prompts as texts: the names of folders stand for them"],
            ],
        };
    }

    private static (
        IReadOnlyList<ImageRow> Rows,
        IReadOnlyList<string> Prompts,
        bool AreRaw,
        IReadOnlyList<LintFinding> Bad
    ) Read(IReadOnlyList<string> paths)
    {
        if (paths is [var file] && Path.GetExtension(file).ToLowerInvariant() is ".yaml" or ".yml")
        {
            var study = StudyFileReader.Read(paths[0]);
            var made = StudyImageTable.Rows(study);
            return (
                made,
                [.. study.Prompts.Select(prompt => prompt.Text).Union(made.Select(row => row.Prompt))],
                true,
                []
            );
        }

        if (InputReader.Read(paths) is not ImageInput images)
        {
            throw new InputException($"{string.Join(' ', paths)} holds embeddings; what is looked at here are images.");
        }

        var unusable = Finding.Of(
            "unusable-rows",
            Severity.Error,
            [.. images.Bad.Concat(images.Empty).Select(one => $"{one.Path} {one.Reason}")],
            count => $"{count} rows, files or folders cannot be used.",
            "Scoring stops at them, or leaves them out.",
            "Fix or remove them."
        );
        return (
            images.Rows,
            [.. images.Rows.Select(row => row.Prompt).Distinct()],
            images.PromptsAreRaw,
            unusable is null ? [] : [unusable]
        );
    }
}
