using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Semblance.Studio.Pages;
using Semblance.Studio.Storing;

namespace Semblance.Studio.Serving;

/// <summary>What the owner's link opens. No rater's link leads here.</summary>
/// <param name="study">The study.</param>
internal sealed class OwnerEndpoints(Study study)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/owner/{token}", ForOwner(ProgressAsync));
        routes.MapGet(
            "/owner/{token}/votes.csv",
            ForOwner(async context =>
                await Reply.FileAsync(
                    context,
                    "text/csv; charset=utf-8",
                    VotesCsv.FileName,
                    VotesCsv.Of(await study.Store.ReadVotesAsync(context.RequestAborted))
                )
            )
        );
        routes.MapGet(
            "/owner/{token}/events.jsonl",
            ForOwner(async context =>
                await Reply.FileAsync(
                    context,
                    "application/x-ndjson",
                    VotesCsv.EventsFileName,
                    VotesCsv.Of(await study.Store.ReadEventsAsync(context.RequestAborted))
                )
            )
        );
    }

    private RequestDelegate ForOwner(Func<HttpContext, Task> answer) =>
        context =>
            StudyLinks.Same(context.Request.RouteValues["token"] as string, study.Links.Owner)
                ? answer(context)
                : Reply.NoSuchAsync(context, Study.UnknownLink);

    private async Task ProgressAsync(HttpContext context)
    {
        var votes = await study.Store.ReadVotesAsync(context.RequestAborted);
        var raters = await study.Store.ReadRatersAsync(context.RequestAborted);
        (int Rater, int Place)[] all =
        [
            .. Enumerable.Range(0, study.Definition.Raters).Select(rater => (rater, rater)),
            .. raters.Where(one => one.Rater >= study.Definition.Raters).Select(one => (one.Rater, one.Place)),
        ];
        var progress = StudyProgress.Of(
            study.Definition,
            votes,
            raters,
            [.. all.Select(one => (one.Rater, study.PagesOf(one.Place).Count))]
        );
        await Reply.PageAsync(
            context,
            OwnerPage.Of(study.Definition, progress, "/owner/" + study.Links.Owner, study.BaseOf)
        );
    }
}
