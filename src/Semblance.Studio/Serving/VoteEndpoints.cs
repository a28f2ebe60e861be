using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Semblance.Agreement;
using Semblance.Studio.Pages;
using Semblance.Studio.Storing;

namespace Semblance.Studio.Serving;

/// <summary>Takes answers: from the script as JSON, and without it as a form.</summary>
/// <param name="study">The study.</param>
internal sealed class VoteEndpoints(Study study)
{
    private const string NotSaved = "The server cannot save answers at the moment.";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(RaterEndpoints.Prefix + "/votes", study.ForRater(VoteAsync));
        routes.MapPost(RaterEndpoints.Prefix + "/page/{page:int}", study.ForRater(FormAsync));
    }

    private async Task VoteAsync(RaterVisit visit)
    {
        var given = await ReadAsync(visit);
        var fault = given is null ? "This is not a vote." : given.Fault(study.Definition, visit.Pages.Count);
        if (fault is not null)
        {
            await Reply.VoteAsync(visit.Http, StatusCodes.Status400BadRequest, false, false, fault);
            return;
        }

        try
        {
            var outcome = await KeepAsync(visit, given!);
            await Reply.VoteAsync(
                visit.Http,
                StatusCodes.Status200OK,
                true,
                outcome != SaveOutcome.Superseded,
                outcome == SaveOutcome.Superseded
                    ? "You had already answered this page in another window or on another device; that answer counts."
                    : null
            );
        }
        catch (ResourceException error)
        {
            study.Options.Warn($"A vote is not saved, and its rater is told: {error.Message}");
            await Reply.VoteAsync(visit.Http, StatusCodes.Status503ServiceUnavailable, false, false, NotSaved);
        }
    }

    private async Task FormAsync(RaterVisit visit)
    {
        var form = await visit.Http.Request.ReadFormAsync(visit.Cancelled);
        _ = int.TryParse(form["replaces"], NumberStyles.None, CultureInfo.InvariantCulture, out var replaces);
        _ = int.TryParse(visit.Route("page"), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        var given = new GivenVote(form["vote"], number, form["answer"])
        {
            Replaces = replaces,
            Note = form["note"],
            Screen = "no script",
        };
        if (given.Fault(study.Definition, visit.Pages.Count) is { } fault)
        {
            visit.Http.Response.StatusCode = StatusCodes.Status400BadRequest;
            await Reply.PageAsync(visit.Http, PlainPages.Message("This answer cannot be saved", fault));
            return;
        }

        try
        {
            await KeepAsync(visit, given);
        }
        catch (ResourceException error)
        {
            study.Options.Warn($"A vote is not saved, and its rater is told: {error.Message}");
            visit.Http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await Reply.PageAsync(
                visit.Http,
                PlainPages.Message(
                    "Your answer is not saved",
                    NotSaved + " Go back to the page and answer it again in a few minutes."
                )
            );
            return;
        }

        var page = visit.Pages[number - 1];
        if (page.Check == CheckKind.Training)
        {
            await Reply.PageAsync(
                visit.Http,
                PlainPages.Feedback(
                    StudyWords.Of(page.Expected!.Value) == form["answer"],
                    VotePage.Explanation(page),
                    visit.Base
                )
            );
            return;
        }

        visit.GoTo("/page/next");
    }

    private Task<SaveOutcome> KeepAsync(RaterVisit visit, GivenVote given)
    {
        var vote = given.ToVote(study.Definition, visit.Rater, visit.Pages[given.Page - 1], study.Clock.GetUtcNow());
        return study.Store.SaveAsync(vote, given.ToEvents(vote), visit.Cancelled);
    }

    private static async Task<GivenVote?> ReadAsync(RaterVisit visit)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(
                visit.Http.Request.Body,
                ServingJson.Default.GivenVote,
                visit.Cancelled
            );
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
