using System.Globalization;
using Microsoft.AspNetCore.Http;
using Semblance.Studio.Design;

namespace Semblance.Studio.Serving;

/// <summary>A request that came by a rater's link.</summary>
/// <param name="Rater">Number, from 0.</param>
/// <param name="Pages">What the rater sees.</param>
/// <param name="Base">Path of the link, below which all of the rater's pages are.</param>
/// <param name="Http">The request.</param>
internal sealed record RaterVisit(int Rater, IReadOnlyList<DesignedPage> Pages, string Base, HttpContext Http)
{
    public CancellationToken Cancelled => Http.RequestAborted;

    /// <summary>A part of the address; null where it has none of that name.</summary>
    public string? Route(string name) => Http.Request.RouteValues[name] as string;

    /// <summary>A page by its number, from 1; null where there is none.</summary>
    public DesignedPage? PageOf(string? number) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
        && place >= 1
        && place <= Pages.Count
            ? Pages[place - 1]
            : null;

    /// <summary>Goes on with another of the rater's pages, by GET.</summary>
    public void GoTo(string path) => Reply.SeeOther(Http, Base + path);
}
