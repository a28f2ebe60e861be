using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Semblance.Consistency;
using Semblance.Prompts;
using Semblance.Runs.Embedding;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;
using Semblance.Variance;
using Semblance.Wording;

namespace Semblance.Runs.Scoring;

/// <summary>What to say beside the score.</summary>
/// <param name="Explain">Mean similarity of each image, outliers and near-duplicate pairs.</param>
/// <param name="Alignment">Mean 100 cos of the images with the text of their prompt.</param>
/// <param name="Threads">0 for one per processor, and when to end; the result does not depend on it.</param>
public sealed record ScoreSettings(bool Explain = false, bool Alignment = false, Threads Threads = default)
{
    /// <summary>Leave out what is bad in ready embeddings, and list it.</summary>
    public bool SkipBad { get; init; }

    /// <summary>Which prompts go together: the unit of a mean's interval; null where each is its own.</summary>
    public PromptClusters? Clusters { get; init; }
}

/// <summary>From embeddings to the report: one score per set, one summary per model.</summary>
public static class ScoreStage
{
    /// <summary>Scores embedded images. Sets with one usable image are left out and listed in <see cref="ScoreReport.Skipped"/>.</summary>
    /// <param name="embedded">Rows sorted by model and prompt.</param>
    /// <param name="settings">What to compute; only the score by default.</param>
    /// <param name="encoder">For the texts of <see cref="ScoreSettings.Alignment"/>; else may be null.</param>
    /// <exception cref="InputException">No set has two usable images, or a prompt has no cluster.</exception>
    public static ScoreReport Run(EmbedResult embedded, ScoreSettings? settings = null, IImageEncoder? encoder = null)
    {
        settings ??= new ScoreSettings();
        var groups = Enumerable
            .Range(0, embedded.Rows.Count)
            .GroupBy(row => (embedded.Rows[row].Model, embedded.Rows[row].Prompt))
            .OrderBy(set => set.Key.Model, StringComparer.Ordinal)
            .ThenBy(set => set.Key.Prompt, StringComparer.Ordinal)
            .Select(set => (set.Key, Rows: set.Where(embedded.Has).ToArray()))
            .ToArray();
        SkippedFile[] skipped =
        [
            .. embedded.Skipped,
            .. groups
                .Where(set => set.Rows.Length == 1)
                .Select(set => TooFew(embedded.Rows[set.Rows[0]].Path, QuotedPrompt.Of(set.Key.Prompt))),
        ];
        groups = [.. groups.Where(set => set.Rows.Length > 1)];
        var texts = settings.Alignment
            ? PromptAlignment.Texts(
                encoder,
                [.. groups.Select(set => set.Key.Prompt).Distinct()],
                settings.Threads.Stop
            )
            : [];
        var sets = new SetScore[groups.Length];
        var deviations = new SeedDeviations?[groups.Length];
        var floor = new FloorSums(
            [.. groups.Select(set => (set.Key.Model, set.Rows.Length))],
            embedded.Encoder.Dimension
        );
        settings.Threads.Run(
            groups.Length,
            set =>
            {
                var ((model, prompt), rows) = groups[set];
                var length = checked(rows.Length * embedded.Encoder.Dimension);
                // A thousand sets would each leave a large object behind.
                var buffer = ArrayPool<float>.Shared.Rent(length);
                var vectors = buffer.AsSpan(0, length);
                var low = embedded.Read(rows, vectors) < embedded.LowNorm;
                (var score, deviations[set]) = Score(
                    model,
                    prompt,
                    vectors,
                    embedded.Encoder.Dimension,
                    i => embedded.Rows[rows[i]].Path,
                    SeedsOf([.. rows.Select(row => embedded.Rows[row].Seed)]),
                    i => embedded.Sha256(rows[i]),
                    Flags(low, settings.Alignment && PromptWarnings.IsCut(encoder!, prompt)),
                    settings
                );
                sets[set] = texts.TryGetValue(prompt, out var text)
                    ? score with
                    {
                        Alignment = PromptAlignment.Mean(vectors, text),
                    }
                    : score;
                floor.Add(set, vectors);
                ArrayPool<float>.Shared.Return(buffer);
            }
        );
        return Report(
            embedded.Encoder,
            sets,
            deviations,
            skipped,
            () => floor.Floor((set, vectors) => embedded.Read(groups[set].Rows, vectors), settings.Threads),
            settings
        );
    }

    /// <summary>Scores embeddings that were made elsewhere.</summary>
    /// <exception cref="InputException">Bad vectors or files, all of them listed, or no set has two rows.</exception>
    /// <exception cref="UsageException"><see cref="ScoreSettings.Alignment"/> was asked for.</exception>
    public static ScoreReport Run(EmbeddingInput input, ScoreSettings? settings = null)
    {
        settings ??= new ScoreSettings();
        if (settings.Alignment)
        {
            PromptAlignment.Check(input, null);
        }

        if (input.Bad.Count > 0 && !settings.SkipBad)
        {
            throw BadFiles.Error(
                Plural.Of(input.Bad.Count, "file, folder or vector", "files, folders or vectors"),
                input.Bad
            );
        }

        List<SetScore> sets = [];
        List<SeedDeviations?> deviations = [];
        List<SkippedFile> skipped = [.. input.Bad, .. input.Empty];
        List<EmbeddingSet> scored = [];
        foreach (var set in input.Sets)
        {
            if (set.Count < 2)
            {
                skipped.Add(TooFew(set.Names is null ? "row 0" : set.NameOf(0), set.Quoted()));
                continue;
            }

            scored.Add(set);
            var (score, seeds) = Score(
                set.Model,
                set.Prompt,
                set.Vectors.Span,
                set.Dimension,
                set.NameOf,
                set.Seeds,
                i => RowHash(set, i),
                [],
                settings
            );
            sets.Add(score);
            deviations.Add(seeds);
        }

        var encoder = new EncoderIdentity(
            // Not known; comparisons warn of that.
            Name: "",
            Source: "embeddings",
            Revision: "",
            WeightsSha256: "",
            Preprocessing: "",
            Precision: "",
            Dimension: input.Sets.Count > 0 ? input.Sets[0].Dimension : 0,
            Runtime: ""
        );
        return Report(
            encoder,
            sets,
            deviations,
            skipped,
            () =>
                ConsistencyFloor.OfModels(
                    [.. scored.Select(set => (set.Model, set.Count))],
                    encoder.Dimension,
                    (set, vectors) => scored[set].Vectors.Span.CopyTo(vectors),
                    settings.Threads
                ),
            settings
        );
    }

    /// <summary>
    /// Keeps the scores in <c>scores.parquet</c> and <c>scores.csv</c>. Lines of encoders, models and prompts that the
    /// reports, one for each encoder, do not have stay.
    /// </summary>
    /// <returns>
    /// How many prompts of the reports' models stay that the reports do not have; 0 where the tables did not change.
    /// </returns>
    /// <exception cref="ResourceException">The run folder cannot be written.</exception>
    public static int Keep(RunFolder run, params IReadOnlyList<ScoreReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        var others = 0;
        WrittenMarks.WriteIfChanged(
            run,
            StoredScores.FileName,
            reports.SelectMany(report => new[] { report.Encoder.Key, ScoreCsv.Of(report) }),
            () => others = StoredScores.Merge(run, reports)
        );
        return others;
    }

    /// <summary>The bytes of a vector that was made elsewhere: of the same image it is the same.</summary>
    private static string RowHash(EmbeddingSet set, int row) =>
        Convert.ToHexStringLower(
            SHA256.HashData(MemoryMarshal.AsBytes(set.Vectors.Span.Slice(row * set.Dimension, set.Dimension)))
        );

    /// <summary>The seeds of a set; null where one is not known.</summary>
    private static string[]? SeedsOf(string?[] seeds) => seeds.Contains(null) ? null : (string[])seeds!;

    private static (SetScore Score, SeedDeviations? Seeds) Score(
        string model,
        string prompt,
        ReadOnlySpan<float> vectors,
        int dimension,
        Func<int, string> nameOf,
        IReadOnlyList<string>? seeds,
        Func<int, string?> contentOf,
        IReadOnlyList<string> flags,
        ScoreSettings settings
    )
    {
        SetConsistency set;
        try
        {
            set = ConsistencyScore.Of(vectors, dimension, new ScoreOptions { Threads = settings.Threads });
        }
        catch (EmbeddingException error) when (error.Row is { } row)
        {
            throw new InputException(
                $"The embedding of {nameOf(row)} in the set {QuotedPrompt.Of(prompt)} {error.Fault}.",
                error
            );
        }

        ImageScore[]? perImage = null;
        IReadOnlyList<SimilarGroup>? duplicates = null;
        if (settings.Explain)
        {
            HashSet<int> outliers = [.. Outliers.Of(set.PerImage)];
            perImage = [.. set.PerImage.Select((mean, i) => new ImageScore(nameOf(i), mean, outliers.Contains(i)))];
            duplicates = NearDuplicates.Of(vectors, dimension, threads: settings.Threads);
            if (
                UniformSets.FlagOf(set.Images, Enumerable.Range(0, set.Images).Select(contentOf), duplicates) is
                { } uniform
            )
            {
                flags = [.. flags, uniform];
            }
        }

        var score = new SetScore(
            model,
            prompt,
            PromptKey.Of(prompt),
            set.Images,
            set.Scs,
            set.Unclamped,
            set.StandardError,
            set.MinPair,
            set.MaxPair,
            nameOf(set.Medoid),
            nameOf(set.Outlier),
            set.NegativePairs,
            Alignment: null,
            Calibrated: null,
            perImage,
            duplicates is null ? null : [.. duplicates.SelectMany(group => group.Pairs).Select(Pair)],
            duplicates is null ? null : [.. duplicates.Select(Group)],
            flags
        );
        return (score, SeedDeviations.Of(set.PerImage, seeds));

        DuplicatePair Pair(SimilarPair pair) => new(nameOf(pair.First), nameOf(pair.Second), pair.Similarity);
        DuplicateGroup Group(SimilarGroup group) => new([.. group.Rows.Select(nameOf)], group.Similarity);
    }

    private static ScoreReport Report(
        EncoderIdentity encoder,
        IReadOnlyList<SetScore> sets,
        IReadOnlyList<SeedDeviations?> deviations,
        IReadOnlyList<SkippedFile> skipped,
        Func<ConsistencyFloor?> floorOf,
        ScoreSettings settings
    )
    {
        if (sets.Count == 0)
        {
            throw new InputException(
                Listing.Of([
                    "No set is left to score: a set needs at least two usable images.",
                    .. skipped.Select(file => $"  {file.Path}: {file.Reason}"),
                ])
            );
        }

        var floor = floorOf();
        ModelScore[] models =
        [
            .. sets.Select((set, i) => (Set: set, Seeds: deviations[i]))
                .GroupBy(one => one.Set.Model)
                .Select(own =>
                    ModelSummary.Of(
                        own.Key,
                        [.. own.Select(one => one.Set.Scs)],
                        floor,
                        [.. own.Select(one => one.Seeds)],
                        ClustersOf([.. own.Select(one => one.Set.Prompt)], settings.Clusters)
                    )
                ),
        ];
        return new ScoreReport(
            encoder,
            [
                .. sets.Select(set =>
                    set with
                    {
                        Calibrated = floor?.Calibrate(set.Scs),
                        CalibratedOwn = floor?.OfEach.GetValueOrDefault(set.Model)?.Calibrate(set.Scs),
                    }
                ),
            ],
            models,
            floor,
            skipped
        )
        {
            SeedDesign = SeedDesigns.Of([.. models.Select(model => model.Error?.SeedDesign ?? SeedDesign.Unknown)]),
        };
    }

    /// <summary>A model with one prompt has no interval, and so no need of clusters.</summary>
    private static int[]? ClustersOf(string[] prompts, PromptClusters? clusters) =>
        clusters is null || prompts.Length < 2 ? null : [.. clusters.Assign(prompts)];

    private static IReadOnlyList<string> Flags(bool low, bool cut) =>
        (low, cut) switch
        {
            (false, false) => [],
            (true, false) => ["low_norm"],
            (false, true) => [PromptWarnings.Cut],
            _ => ["low_norm", PromptWarnings.Cut],
        };

    private static SkippedFile TooFew(string name, string set) =>
        new(name, $"the only usable image of the set {set}; a set needs two");
}
