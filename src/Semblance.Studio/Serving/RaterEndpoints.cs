using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Semblance.Studio.Pages;
using Semblance.Studio.Storing;

namespace Semblance.Studio.Serving;

/// <summary>What a rater's link opens.</summary>
/// <param name="study">The study.</param>
internal sealed class RaterEndpoints(Study study)
{
    private const string Prefix = "/r/{token}";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Prefix, ForRater(StartAsync));
        routes.MapPost(Prefix + "/consent", ForRater(ConsentAsync));
        routes.MapGet(Prefix + "/page/{page}", ForRater(PageAsync));
        routes.MapPost(Prefix + "/page/{page:int}", ForRater(AnswerAsync));
        routes.MapGet(Prefix + "/image/{page:int}/{side}/{place:int}", ForRater(ImageAsync));
        routes.MapPost(Prefix + "/votes", ForRater(VoteAsync));
        routes.MapGet(Prefix + "/done", ForRater(DoneAsync));
        if (study.Options.OpenPlaces > 0)
        {
            routes.MapGet("/join/{token}", JoinAsync);
        }
    }

    private RequestDelegate ForRater(Func<HttpContext, int, Task> answer) =>
        async context =>
        {
            if (study.Links.RaterOf(Route(context, "token")) is { } rater && study.Has(rater))
            {
                await answer(context, rater);
            }
            else
            {
                await Reply.NoSuchAsync(context, "This link is not known here. Check that it was copied whole.");
            }
        };

    private string BaseOf(int rater) => "/r/" + study.Links.OfRater(rater);

    private async Task StartAsync(HttpContext context, int rater)
    {
        var cancelled = context.RequestAborted;
        var votes = await study.Store.ReadVotesAsync(rater, cancelled);
        var state = (await study.Store.ReadRatersAsync(cancelled)).FirstOrDefault(one => one.Rater == rater);
        if (state?.ConsentedAt is null)
        {
            await Reply.PageAsync(
                context,
                PlainPages.Consent(study.Options.Consent, study.PagesOf(rater).Count, BaseOf(rater))
            );
        }
        else if (votes.Count == 0)
        {
            await Reply.PageAsync(context, PlainPages.Instructions(study.Definition.Question, BaseOf(rater)));
        }
        else
        {
            context.Response.Redirect(BaseOf(rater) + "/page/next");
        }
    }

    private async Task ConsentAsync(HttpContext context, int rater)
    {
        var now = study.Clock.GetUtcNow();
        await study.Store.ConsentAsync(rater, now, context.RequestAborted);
        await study.Store.AddAsync(
            new StoredEvent(
                string.Create(CultureInfo.InvariantCulture, $"consent/{rater}"),
                rater,
                now,
                "consent",
                null,
                null
            ),
            context.RequestAborted
        );
        Reply.SeeOther(context, BaseOf(rater));
    }

    private async Task PageAsync(HttpContext context, int rater)
    {
        var pages = study.PagesOf(rater);
        var asked = Route(context, "page");
        if (asked == "next")
        {
            var next = await study.NextAsync(rater, context.RequestAborted);
            Reply.SeeOther(
                context,
                BaseOf(rater)
                    + (next > pages.Count ? "/done" : string.Create(CultureInfo.InvariantCulture, $"/page/{next}"))
            );
            return;
        }

        if (
            !int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number < 1
            || number > pages.Count
        )
        {
            await Reply.NoSuchAsync(context, "There is no such page in this study.");
            return;
        }

        var state = (await study.Store.ReadRatersAsync(context.RequestAborted)).FirstOrDefault(one =>
            one.Rater == rater
        );
        if (state?.ConsentedAt is null)
        {
            Reply.SeeOther(context, BaseOf(rater));
            return;
        }

        var votes = await study.Store.ReadVotesAsync(rater, context.RequestAborted);
        var main = VotePage.Main(
            study.Definition.Question,
            pages[number - 1],
            pages.Count,
            study.Definition.Tile,
            [.. votes.Where(vote => vote.Page == number)],
            BaseOf(rater),
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))
        );
        var isPart = context.Request.Headers.ContainsKey("X-Part");
        await Reply.PageAsync(
            context,
            isPart ? main : PageFrame.Of(study.Definition.Question.Text, VotePage.Around(main), BaseOf(rater))
        );
    }

    private async Task ImageAsync(HttpContext context, int rater)
    {
        var pages = study.PagesOf(rater);
        var number = Number(context, "page");
        var page = number >= 1 && number <= pages.Count ? pages[number - 1] : null;
        var side = Route(context, "side") switch
        {
            "left" => page?.Left,
            "right" => page?.Right,
            _ => null,
        };
        var place = Number(context, "place");
        if (page is null || side is null || place < 1 || place > side.Images.Count)
        {
            await Reply.NoSuchAsync(context, "There is no such image in this study.");
            return;
        }

        var path = study.Definition.Prompts[page.Prompt].Sets[side.Model].Images[side.Images[place - 1]].Path;
        byte[] file;
        try
        {
            file = await study.Tiles.GetAsync(path);
        }
        catch (InputException fault)
        {
            study.Options.Warn(fault.Message);
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        context.Response.ContentType = "image/jpeg";
        context.Response.ContentLength = file.Length;
        context.Response.Headers.CacheControl = "private, max-age=86400, immutable";
        await context.Response.Body.WriteAsync(file, context.RequestAborted);
    }

    /// <summary>An answer from the script.</summary>
    private async Task VoteAsync(HttpContext context, int rater)
    {
        GivenVote? given;
        try
        {
            given = await JsonSerializer.DeserializeAsync(
                context.Request.Body,
                ServingJson.Default.GivenVote,
                context.RequestAborted
            );
        }
        catch (JsonException)
        {
            given = null;
        }

        if (given is null)
        {
            await Reply.VoteAsync(context, StatusCodes.Status400BadRequest, false, false, "This is not a vote.");
            return;
        }

        if (given.Fault(study.Definition, study.PagesOf(rater).Count) is { } fault)
        {
            await Reply.VoteAsync(context, StatusCodes.Status400BadRequest, false, false, fault);
            return;
        }

        try
        {
            var outcome = await KeepAsync(rater, given, context.RequestAborted);
            await Reply.VoteAsync(
                context,
                StatusCodes.Status200OK,
                true,
                outcome != SaveOutcome.Superseded,
                outcome == SaveOutcome.Superseded
                    ? "You had already answered this page in another window or on another device; that answer counts."
                    : null
            );
        }
        catch (DbException error)
        {
            study.Options.Warn(
                $"A vote could not be saved: {error.Message} Raters keep it in their browser and send it again."
            );
            await Reply.VoteAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                false,
                false,
                "The server cannot save answers at the moment."
            );
        }
    }

    /// <summary>An answer without the script.</summary>
    private async Task AnswerAsync(HttpContext context, int rater)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        _ = int.TryParse(form["replaces"], NumberStyles.None, CultureInfo.InvariantCulture, out var replaces);
        var given = new GivenVote(form["vote"], Number(context, "page"), form["answer"])
        {
            Replaces = replaces,
            Note = form["note"],
            Screen = "no script",
        };
        if (given.Fault(study.Definition, study.PagesOf(rater).Count) is { } fault)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await Reply.PageAsync(context, PlainPages.Message("This answer cannot be saved", fault));
            return;
        }

        await KeepAsync(rater, given, context.RequestAborted);
        Reply.SeeOther(context, BaseOf(rater) + "/page/next");
    }

    private Task<SaveOutcome> KeepAsync(int rater, GivenVote given, CancellationToken cancellationToken)
    {
        var page = study.PagesOf(rater)[given.Page - 1];
        var vote = given.ToVote(study.Definition, rater, page, study.Clock.GetUtcNow());
        return study.Store.SaveAsync(vote, given.ToEvents(vote), cancellationToken);
    }

    private async Task DoneAsync(HttpContext context, int rater)
    {
        if (await study.NextAsync(rater, context.RequestAborted) <= study.PagesOf(rater).Count)
        {
            Reply.SeeOther(context, BaseOf(rater) + "/page/next");
            return;
        }

        await study.Store.FinishAsync(rater, study.Clock.GetUtcNow(), context.RequestAborted);
        await Reply.PageAsync(
            context,
            PlainPages.Done(study.Links.CompletionCode(rater), study.Options.CompletionAddress?.AbsoluteUri)
        );
    }

    /// <summary>The open link: whoever comes with a name from a platform gets the same place again.</summary>
    private async Task JoinAsync(HttpContext context)
    {
        if (!StudyLinks.Same(Route(context, "token"), study.Links.Join))
        {
            await Reply.NoSuchAsync(context, "This link is not known here. Check that it was copied whole.");
            return;
        }

        var query = context.Request.Query;
        var name = query["PROLIFIC_PID"].ToString() is { Length: > 0 } prolific
            ? prolific
            : query["workerId"].ToString();
        if (name.Length is 0 or > 200)
        {
            // Nobody's name: a place of its own, kept by the link that it leads to.
            name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        }

        var rater = await study.Store.JoinAsync(
            study.Links.Outside(name),
            study.Definition.Raters,
            study.Options.OpenPlaces,
            context.RequestAborted
        );
        if (rater is { } place)
        {
            Reply.SeeOther(context, BaseOf(place));
        }
        else
        {
            await Reply.PageAsync(
                context,
                PlainPages.Message("This study is full", "All places are taken. Thank you for your interest.")
            );
        }
    }

    private static string? Route(HttpContext context, string name) => context.Request.RouteValues[name] as string;

    private static int Number(HttpContext context, string name) =>
        int.TryParse(Route(context, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : -1;
}
