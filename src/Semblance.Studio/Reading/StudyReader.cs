using System.Security.Cryptography;
using Semblance.Agreement;
using Semblance.Prompts;
using Semblance.Runs.Folder;
using Semblance.Studio.Design;
using Semblance.Text;
using Semblance.Wording;

namespace Semblance.Studio.Reading;

/// <summary>From a run folder to the study of it.</summary>
public static class StudyReader
{
    /// <summary>Pages for which one check of each kind is shown.</summary>
    private const int PagesPerCheck = 25;

    /// <summary>Reads which images are there, matches the prompts of the models, and decides what does not depend on a rater.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="warn">Receives what the owner of the study should know of its images.</param>
    /// <exception cref="InputException">There are no images of two models, or files are missing.</exception>
    /// <exception cref="UsageException">A model that the run does not have.</exception>
    public static StudyDefinition Read(StudyRequest request, Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(warn);
        var run = RunFolder.Open(request.Run, warn);
        var images = Scored(run);
        var models = Chosen(request, images);
        if (request.Pairs == PairScheme.Against && !models.Contains(request.Against))
        {
            throw new UsageException(
                $"There is no model '{request.Against}' in the study to show against the others; its models are {Listing.Joined(models)}."
            );
        }

        var sets = models
            .Select(model =>
                images
                    .Where(image => image.Model == model)
                    .GroupBy(image => image.Prompt)
                    .Where(set => set.Count() >= 2)
                    .ToArray()
            )
            .ToArray();
        var pairing = PromptPairing.Of([
            .. models.Select((model, m) => new ModelPrompts(model, [.. sets[m].Select(set => set.Key)])),
        ]);
        if (pairing.Matched.Count == 0)
        {
            throw new InputException(
                $"No prompt has at least two images of each of {Listing.Joined(models)} in {request.Run}."
            );
        }

        if (pairing.Unmatched.Count > 0)
        {
            warn(
                $"{Plural.Of(pairing.Unmatched.Count, "prompt")} of one model only are not shown, such as {QuotedPrompt.Of(pairing.TextOf(pairing.Unmatched[0]))}."
            );
        }

        StudyPrompt[] prompts =
        [
            .. pairing.Matched.Select(prompt =>
                PromptOf(prompt.Prompt, [.. prompt.Rows.Select((row, m) => sets[m][row].ToArray())])
            ),
        ];
        RequireFiles(run.Path, prompts);
        var show = request.Show ?? 20;
        WarnOfLeaks(show, prompts, warn);
        var study = new StudyDefinition(
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)),
            request.Seed ?? 1,
            models,
            prompts,
            show,
            request.Question ?? Question.Default,
            request.Pairs ?? PairScheme.All,
            request.Against,
            request.Raters ?? 3,
            0,
            request.RepeatShare ?? 0.1,
            Tiles.SizeOf(run.Path, prompts, warn),
            request.Exclusions ?? new ExclusionRules()
        );
        var pages = RaterPages.Of(study with { RepeatShare = 0 }, 0).Count;
        return study with
        {
            Checks = request.Checks ?? Math.Max(1, pages / PagesPerCheck),
            Training = request.Training ?? 0,
        };
    }

    /// <summary>Images that have an embedding; all, where none has.</summary>
    private static ImageRecord[] Scored(RunFolder run)
    {
        ImageRecord[] all = [.. run.ReadImages()];
        ImageRecord[] scored = [.. all.Where(image => image.Sha256 is not null)];
        return all.Length == 0
                ? throw new InputException(
                    $"{run.Path} lists no images: people can only judge a run that was scored from images, not from embeddings."
                )
            : scored.Length > 0 ? scored
            : all;
    }

    private static string[] Chosen(StudyRequest request, ImageRecord[] images)
    {
        string[] there = [.. images.Select(image => image.Model).Distinct(StringComparer.Ordinal)];
        if (request.Models.FirstOrDefault(model => !there.Contains(model)) is { } unknown)
        {
            throw new UsageException(
                $"There is no model '{unknown}' in {request.Run}; it has {Listing.Joined(there, 10)}.{SimilarNames.Hint(unknown, there)}"
            );
        }

        string[] chosen = [.. (request.Models.Count > 0 ? request.Models : there).Distinct(StringComparer.Ordinal)];
        return chosen.Length >= 2
            ? chosen
            : throw new InputException(
                $"A study compares at least two models, and {(request.Models.Count > 0 ? "only" : $"{request.Run} has only")} {Listing.Joined([.. chosen.Select(model => $"'{model}'")])}{(request.Models.Count > 0 ? " is named" : "")}."
            );
    }

    /// <summary>Seeds that all models share come first: they are shown where a set has more images than a page.</summary>
    private static StudyPrompt PromptOf(string prompt, ImageRecord[][] sets)
    {
        var shared = sets.Select(set => set.Select(image => image.Seed).OfType<string>().ToHashSet())
            .Aggregate(
                (all, own) =>
                {
                    all.IntersectWith(own);
                    return all;
                }
            );
        return new StudyPrompt(
            prompt,
            [
                .. sets.Select(set => new StudySet([
                    .. set.OrderBy(image => image.Seed is { } seed && shared.Contains(seed) ? 0 : 1)
                        .ThenBy(image => image.Seed ?? image.Path, NaturalOrder.Instance)
                        .Select(image => new StudyImage(
                            image.Path,
                            image.Seed ?? Path.GetFileNameWithoutExtension(image.Path)
                        )),
                ])),
            ]
        );
    }

    /// <summary>Refuses a study of which images are gone.</summary>
    /// <exception cref="InputException">One is.</exception>
    internal static void RequireFiles(string run, IReadOnlyList<StudyPrompt> prompts)
    {
        string[] missing =
        [
            .. prompts
                .SelectMany(prompt => prompt.Sets)
                .SelectMany(set => set.Images)
                .Select(image => Path.Combine(run, image.Path))
                .Where(path => !File.Exists(path)),
        ];
        if (missing.Length > 0)
        {
            throw new InputException(
                $"{missing[0]} is gone{(missing.Length > 1 ? $", and {missing.Length - 1} other images that the run lists" : "")}; put the images back where they were when the run was scored."
            );
        }
    }

    private static void WarnOfLeaks(int show, StudyPrompt[] prompts, Action<string> warn)
    {
        if (prompts.Length == 1)
        {
            warn("There is one prompt only: votes on it say nothing about other prompts.");
        }

        var few = prompts.Count(prompt => prompt.Sets.Any(set => set.Images.Count < show));
        if (few > 0)
        {
            warn(
                $"{Plural.Of(few, "prompt")} have fewer than {show} images of a model; both sides then show as many as the smaller set has."
            );
        }

        var differing = prompts.Count(prompt =>
        {
            var seeds = prompt.Sets.Select(set => set.Images.Take(show).Select(image => image.Seed).ToHashSet());
            return seeds.Any(own => !own.SetEquals(prompt.Sets[0].Images.Take(show).Select(one => one.Seed)));
        });
        if (differing > 0)
        {
            warn(
                $"On {Plural.Of(differing, "prompt")} the models have images of different seeds; the comparison is then not paired by seed."
            );
        }
    }
}
