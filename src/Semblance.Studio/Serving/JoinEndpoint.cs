using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Semblance.Studio.Pages;

namespace Semblance.Studio.Serving;

/// <summary>The open link: whoever comes with a name from a platform gets the same place again.</summary>
/// <param name="study">The study.</param>
internal sealed class JoinEndpoint(Study study)
{
    /// <summary>How platforms call the one that they send, in the address.</summary>
    private static readonly string[] Names = ["PROLIFIC_PID", "workerId"];

    private const int LongestName = 200;

    public void Map(IEndpointRouteBuilder routes)
    {
        if (study.Options.OpenPlaces > 0)
        {
            routes.MapGet("/join/{token}", JoinAsync);
        }
    }

    private async Task JoinAsync(HttpContext context)
    {
        if (!StudyLinks.Same(context.Request.RouteValues["token"] as string, study.Links.Join))
        {
            await Reply.NoSuchAsync(context, Study.UnknownLink);
            return;
        }

        var name = Names.Select(one => context.Request.Query[one].ToString()).FirstOrDefault(one => one.Length > 0);
        if (name is null || name.Length > LongestName)
        {
            // Nobody's name: a place of its own, kept by the link that it leads to.
            name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        }

        var rater = await study.Store.JoinAsync(
            study.Links.Outside(name),
            study.Definition.Raters,
            study.Options.OpenPlaces,
            study.Clock.GetUtcNow(),
            study.Options.Lease,
            context.RequestAborted
        );
        if (rater is { } number)
        {
            Reply.SeeOther(context, study.BaseOf(number));
        }
        else
        {
            await Reply.PageAsync(
                context,
                PlainPages.Message("This study is full", "All places are taken. Thank you for your interest.")
            );
        }
    }
}
