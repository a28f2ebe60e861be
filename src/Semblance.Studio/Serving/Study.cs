using System.Collections.Concurrent;
using Semblance.Studio.Design;
using Semblance.Studio.Reading;
using Semblance.Studio.Storing;

namespace Semblance.Studio.Serving;

/// <summary>A study that is being served.</summary>
/// <param name="Definition">What raters see.</param>
/// <param name="Store">Where votes go.</param>
/// <param name="Links">Who may do what.</param>
/// <param name="Tiles">The images.</param>
/// <param name="Options">How it is served.</param>
/// <param name="Clock">The server's.</param>
internal sealed record Study(
    StudyDefinition Definition,
    VoteStore Store,
    StudyLinks Links,
    TileCache Tiles,
    StudioOptions Options,
    TimeProvider Clock
)
{
    private readonly ConcurrentDictionary<int, IReadOnlyList<DesignedPage>> _pages = new();

    /// <summary>The pages of a rater.</summary>
    public IReadOnlyList<DesignedPage> PagesOf(int rater) =>
        _pages.GetOrAdd(rater, number => RaterPages.Of(Definition, number));

    /// <summary>A rater who has a place: one of the planned, or one who came by the open link.</summary>
    public bool Has(int rater) => rater < Definition.Raters + Options.OpenPlaces;

    /// <summary>The first page without an answer; one more than there are where all have one.</summary>
    public async Task<int> NextAsync(int rater, CancellationToken cancellationToken)
    {
        HashSet<int> answered = [.. (await Store.ReadVotesAsync(rater, cancellationToken)).Select(vote => vote.Page)];
        return Enumerable.Range(1, PagesOf(rater).Count + 1).First(page => !answered.Contains(page));
    }
}
