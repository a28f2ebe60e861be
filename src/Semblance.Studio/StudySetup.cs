using Semblance.Studio.Design;
using Semblance.Studio.Reading;
using Semblance.Studio.Storing;
using Semblance.Wording;

namespace Semblance.Studio;

/// <summary>From a run folder to a store that holds a study of it: a new one, or the one that was begun.</summary>
public static class StudySetup
{
    /// <summary>Name of the votes in a run folder.</summary>
    public const string FileName = "votes.sqlite";

    /// <summary>Opens the place of the votes; where it has no study, one is made from the run.</summary>
    /// <param name="request">What is asked for. What is null is as it was in a study that was begun.</param>
    /// <param name="place">As in <see cref="VoteStore.OpenAsync(string, CancellationToken)"/>; null for the run folder.</param>
    /// <param name="warn">Receives what the owner should know.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="UsageException">The study that was begun is another one than is asked for.</exception>
    /// <exception cref="InputException">The run cannot be shown.</exception>
    /// <exception cref="ResourceException">The place cannot be used.</exception>
    public static async Task<VoteStore> OpenAsync(
        StudyRequest request,
        string? place,
        Action<string> warn,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        // The run is read first where nothing was begun: a mistake must not leave an empty database behind.
        var path = place ?? Path.Combine(request.Run, FileName);
        var isNew = VoteStore.FileOf(path) is { } file && !File.Exists(file);
        var planned = isNew ? StudyReader.Read(request, warn) : null;
        var store = await VoteStore.OpenAsync(path, cancellationToken);
        try
        {
            var begun = await store.ReadStudyAsync(cancellationToken);
            if (begun is null)
            {
                await store.KeepStudyAsync(planned ?? StudyReader.Read(request, warn), cancellationToken);
            }
            else
            {
                RequireSame(request, begun, store.Name);
                StudyReader.RequireFiles(request.Run, begun.Prompts);
            }

            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens the place of the votes of a study that was begun.</summary>
    /// <param name="run">The run folder.</param>
    /// <param name="place">As in <see cref="OpenAsync"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InputException">There is none.</exception>
    public static async Task<VoteStore> OpenBegunAsync(
        string run,
        string? place,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        var path = place ?? Path.Combine(run, FileName);
        if (VoteStore.FileOf(path) is { } file && !File.Exists(file))
        {
            throw new InputException($"There is no study yet: {file} does not exist.");
        }

        return await VoteStore.OpenAsync(path, cancellationToken);
    }

    /// <summary>What decides the pages of raters cannot change once they have links.</summary>
    private static void RequireSame(StudyRequest request, StudyDefinition begun, string name)
    {
        var differing =
            request.Models.Count > 0 && !request.Models.SequenceEqual(begun.Models)
                ? $"models {Listing.Joined(begun.Models)}"
            : request.Question is { } question && question.Hash != begun.Question.Hash
                ? $"the question \"{begun.Question.Text}\""
            : request.Show is { } show && show != begun.Show ? $"{begun.Show} images on a side"
            : request.Raters is { } raters && raters != begun.Raters ? Plural.Of(begun.Raters, "rater")
            : request.Seed is { } seed && seed != begun.Seed ? $"seed {begun.Seed}"
            : request.Pairs is { } pairs && (pairs != begun.Pairs || request.Against != begun.Against)
                ? "other pairs of models"
            : request.Checks is { } checks && checks != begun.Checks
                ? Plural.Of(begun.Checks, "page") + " of each check"
            : request.RepeatShare is { } share && share != begun.RepeatShare
                ? $"a share of repeats of {begun.RepeatShare}"
            : request.Training is { } training && training != begun.Training
                ? Plural.Of(begun.Training, "page") + " for practice"
            : request.Exclusions is { } rules && !begun.Exclusions.IsSameAs(rules) ? "other rules of exclusion"
            : null;
        if (differing is not null)
        {
            throw new UsageException(
                $"{name} holds a study with {differing}, and a study is not changed once raters have links. Leave that option out to go on with it."
            )
            {
                Remedies = [new Remedy(RemedyKind.OtherVotes)],
            };
        }
    }
}
