using Semblance.Imaging.Thumbnails;
using Semblance.Reports.Content;
using Semblance.Runs.Folder;

namespace Semblance.Reports.Images;

/// <summary>From a run folder to thumbnails and similarities of the prompts that are shown in detail.</summary>
internal static class PictureReader
{
    /// <summary>Up to this many prompts all are shown in detail.</summary>
    public const int MostPrompts = 200;

    /// <summary>Of more prompts, this many.</summary>
    private const int MostTelling = 60;

    /// <summary>A set of more images than this is shown by its first ones.</summary>
    private const int MostImages = 200;

    /// <summary>Similarities and thumbnails; what is gone or damaged is left out.</summary>
    /// <param name="content">Of the run.</param>
    /// <param name="prompts">Places of the prompts, in the order in which they are shown.</param>
    /// <param name="use">Of which images thumbnails are made.</param>
    /// <param name="side">Of a thumbnail, in pixels.</param>
    /// <param name="format">Of the sheets.</param>
    /// <param name="threads">0 for all cores; also when to end.</param>
    public static PromptPictures Read(
        ReportContent content,
        IReadOnlyList<int> prompts,
        ImageUse use,
        int side,
        SheetFormat format,
        Threads threads
    ) => WithSheets(Bare(content, prompts), content, use, side, format, threads);

    /// <summary>The similarities alone, without thumbnails.</summary>
    public static PromptPictures Bare(ReportContent content, IReadOnlyList<int> prompts) =>
        new(prompts, new Dictionary<(int, int), Sheet>(), Similarities(content, prompts), 0);

    /// <summary>The same prompts and similarities, with thumbnails.</summary>
    public static PromptPictures WithSheets(
        PromptPictures bare,
        ReportContent content,
        ImageUse use,
        int side,
        SheetFormat format,
        Threads threads
    )
    {
        var wanted = Wanted(content, bare.Prompts, use);
        if (content.Run is not { } run || wanted.Count == 0)
        {
            return bare;
        }

        var order = bare.Prompts.Select((prompt, place) => (prompt, place)).ToDictionary();
        var keys = wanted.Keys.OrderBy(key => (order[key.Prompt], key.Model)).ToArray();
        var sheets = SheetMaker.Make(run, [.. keys.Select(key => wanted[key])], side, format, threads);
        return bare.With(
            keys.Zip(sheets).ToDictionary(one => one.First, one => one.Second),
            sheets.Sum(sheet => sheet.Wanted.Count - sheet.Cells.Count)
        );
    }

    /// <summary>How many bytes a thumbnail takes, as measured on a few sets; 0 where there are no images.</summary>
    public static double BytesOf(
        ReportContent content,
        IReadOnlyList<int> prompts,
        ImageUse use,
        int side,
        Threads threads
    )
    {
        const int Samples = 4;
        var sets = Wanted(content, prompts, use).Values.ToArray();
        if (content.Run is not { } run || sets.Length == 0)
        {
            return 0;
        }

        IReadOnlyList<ImageRecord>[] few =
        [
            .. Enumerable
                .Range(0, Math.Min(Samples, sets.Length))
                .Select(i => sets[i * sets.Length / Math.Min(Samples, sets.Length)]),
        ];
        var sheets = SheetMaker.Make(run, few, side, SheetFormat.Avif, threads);
        return (double)sheets.Sum(sheet => sheet.Bytes.Length) / sheets.Sum(sheet => sheet.Wanted.Count);
    }

    /// <summary>How many thumbnails that would be.</summary>
    public static int Count(ReportContent content, IReadOnlyList<int> prompts, ImageUse use) =>
        prompts
            .SelectMany(prompt => content.Prompts[prompt].Sets)
            .Sum(set =>
                use == ImageUse.All ? Math.Min(set.Images.Count, MostImages)
                : use == ImageUse.Few ? 2
                : 0
            );

    /// <summary>All prompts, or those with the largest differences (of one model: the highest and lowest scores), in the order of the table.</summary>
    public static int[] Telling(ReportContent content)
    {
        var places = content.LeadingPair is { } pair
            ? (First: content.PlaceOf(pair.First), Second: content.PlaceOf(pair.Second))
            : (First: -1, Second: 0);
        double Value(int prompt)
        {
            var sets = content.Prompts[prompt].Sets;
            return sets[places.Second].Score.Scs - (places.First < 0 ? 0 : sets[places.First].Score.Scs);
        }

        int[] sorted =
        [
            .. Enumerable.Range(0, content.Prompts.Count).OrderByDescending(Value).ThenBy(prompt => prompt),
        ];
        return sorted.Length <= MostPrompts
            ? sorted
            : [.. sorted[..(MostTelling / 2)], .. sorted[^(MostTelling / 2)..]];
    }

    private static Dictionary<(int Prompt, int Model), IReadOnlyList<ImageRecord>> Wanted(
        ReportContent content,
        IReadOnlyList<int> prompts,
        ImageUse use
    )
    {
        var wanted = new Dictionary<(int, int), IReadOnlyList<ImageRecord>>();
        foreach (var prompt in prompts)
        {
            var sets = content.Prompts[prompt].Sets;
            for (var model = 0; model < sets.Count; model++)
            {
                ImageRecord[] images = use switch
                {
                    ImageUse.All => [.. sets[model].Images.Take(MostImages)],
                    ImageUse.Few =>
                    [
                        .. ((string?[])[sets[model].Stored?.Medoid, sets[model].Stored?.Outlier])
                            .Select(path => PromptPictures.ByPath(sets[model], path))
                            .OfType<ImageRecord>()
                            .Distinct(),
                    ],
                    _ => [],
                };
                if (images.Length > 0)
                {
                    wanted[(prompt, model)] = images;
                }
            }
        }

        return wanted;
    }

    private static Dictionary<(int Prompt, int Model), SetSimilarities> Similarities(
        ReportContent content,
        IReadOnlyList<int> prompts
    )
    {
        var found = new Dictionary<(int, int), SetSimilarities>();
        if (content.Encoder is not { } encoder || content.Run is not { } run)
        {
            return found;
        }

        var hashes = prompts
            .SelectMany(prompt => content.Prompts[prompt].Sets)
            .SelectMany(set => set.Images.Take(MostImages))
            .Select(image => image.Sha256)
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        var vectors = new Dictionary<string, ReadOnlyMemory<float>>(StringComparer.Ordinal);
        foreach (var embedding in run.ReadEmbeddings(encoder).Where(embedding => hashes.Contains(embedding.Sha256)))
        {
            vectors[embedding.Sha256] = embedding.Vector;
        }

        foreach (var prompt in prompts)
        {
            var sets = content.Prompts[prompt].Sets;
            for (var model = 0; model < sets.Count; model++)
            {
                ImageRecord[] images =
                [
                    .. sets[model]
                        .Images.Take(MostImages)
                        .Where(image => image.Sha256 is { } hash && vectors.ContainsKey(hash)),
                ];
                if (images.Length > 1)
                {
                    found[(prompt, model)] = new SetSimilarities(
                        images,
                        [.. images.Select(image => vectors[image.Sha256!])]
                    );
                }
            }
        }

        return found;
    }
}
