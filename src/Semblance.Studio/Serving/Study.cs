using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
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
    public const string UnknownLink = "This link is not known here. Check that it was copied whole.";

    // By place. A rater's place never changes.
    private readonly ConcurrentDictionary<int, IReadOnlyList<DesignedPage>> _pages = new();
    private readonly ConcurrentDictionary<int, int> _places = new();

    /// <summary>The pages of a place: a planned rater's number, or what one who came by the open link was given.</summary>
    public IReadOnlyList<DesignedPage> PagesOf(int place) =>
        _pages.GetOrAdd(place, number => RaterPages.Of(Definition, number));

    /// <summary>The path of a rater's link.</summary>
    public string BaseOf(int rater) => "/r/" + Links.OfRater(rater);

    /// <summary>Answers requests by a rater's link; others are told that it is not known.</summary>
    public RequestDelegate ForRater(Func<RaterVisit, Task> answer) =>
        async context =>
        {
            if (
                Links.RaterOf(context.Request.RouteValues["token"] as string) is { } rater
                && await PlaceOfAsync(rater, context.RequestAborted) is { } place
            )
            {
                await answer(new RaterVisit(rater, PagesOf(place), BaseOf(rater), context));
            }
            else
            {
                await Reply.NoSuchAsync(context, UnknownLink);
            }
        };

    private async Task<int?> PlaceOfAsync(int rater, CancellationToken cancellationToken)
    {
        if (rater < Definition.Raters)
        {
            return rater;
        }

        if (_places.TryGetValue(rater, out var known))
        {
            return known;
        }

        return await Store.ReadRaterAsync(rater, cancellationToken) is { } state
            ? _places.GetOrAdd(rater, state.Place)
            : null;
    }
}
