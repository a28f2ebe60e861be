using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Semblance.Studio.Design;
using Semblance.Studio.Pages;
using Semblance.Studio.Storing;

namespace Semblance.Studio.Serving;

/// <summary>What a rater's link shows. <see cref="VoteEndpoints"/> takes the answers.</summary>
/// <param name="study">The study.</param>
internal sealed class RaterEndpoints(Study study)
{
    public const string Prefix = "/r/{token}";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Prefix, study.ForRater(StartAsync));
        routes.MapPost(Prefix + "/consent", study.ForRater(ConsentAsync));
        routes.MapGet(Prefix + "/page/next", study.ForRater(NextAsync));
        routes.MapGet(Prefix + "/page/{page:int}", study.ForRater(PageAsync));
        routes.MapGet(Prefix + "/image/{page:int}/{side}/{image:int}", study.ForRater(ImageAsync));
        routes.MapGet(Prefix + "/done", study.ForRater(DoneAsync));
    }

    private async Task StartAsync(RaterVisit visit)
    {
        var state = await study.Store.ReadRaterAsync(visit.Rater, visit.Cancelled);
        if (state?.LeftAt is not null)
        {
            await Reply.PageAsync(visit.Http, PlainPages.GivenAway());
        }
        else if (state?.ConsentedAt is null)
        {
            Prepare(visit.Pages[0]);
            await Reply.PageAsync(visit.Http, PlainPages.Consent(study.Options.Consent, visit.Pages.Count, visit.Base));
        }
        else if ((await study.Store.ReadVotesAsync(visit.Rater, visit.Cancelled)).Count == 0)
        {
            await Reply.PageAsync(
                visit.Http,
                PlainPages.Instructions(study.Definition.Question, study.Definition.Training, visit.Base)
            );
        }
        else
        {
            visit.GoTo("/page/next");
        }
    }

    /// <summary>Begins to encode the images of a page while the rater still reads. A fault shows when they are asked for.</summary>
    private void Prepare(DesignedPage page)
    {
        foreach (var side in new[] { page.Left, page.Right })
        {
            foreach (var image in side.Images.Distinct())
            {
                _ = study.Tiles.GetAsync(study.Definition.Prompts[page.Prompt].Sets[side.Model].Images[image].Path);
            }
        }
    }

    private async Task ConsentAsync(RaterVisit visit)
    {
        var now = study.Clock.GetUtcNow();
        await study.Store.ConsentAsync(visit.Rater, now, visit.Cancelled);
        await study.Store.AddAsync(
            new StoredEvent(
                string.Create(CultureInfo.InvariantCulture, $"consent/{visit.Rater}"),
                visit.Rater,
                now,
                "consent",
                null,
                null
            ),
            visit.Cancelled
        );
        visit.GoTo("");
    }

    /// <summary>The first page without an answer.</summary>
    private async Task NextAsync(RaterVisit visit)
    {
        var next = await OpenPageAsync(visit);
        visit.GoTo(next is null ? "/done" : string.Create(CultureInfo.InvariantCulture, $"/page/{next.Number}"));
    }

    private async Task PageAsync(RaterVisit visit)
    {
        if (visit.PageOf(visit.Route("page")) is not { } page)
        {
            await Reply.NoSuchAsync(visit.Http, "There is no such page in this study.");
            return;
        }

        if (
            await study.Store.ReadRaterAsync(visit.Rater, visit.Cancelled)
            is not { ConsentedAt: not null, LeftAt: null }
        )
        {
            visit.GoTo("");
            return;
        }

        var votes = await study.Store.ReadVotesAsync(visit.Rater, visit.Cancelled);
        var main = VotePage.Main(
            study.Definition,
            page,
            visit.Pages.Count,
            [.. votes.Where(vote => vote.Page == page.Number)],
            visit.Base,
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))
        );
        var isPart = visit.Http.Request.Headers.ContainsKey("X-Part");
        await Reply.PageAsync(
            visit.Http,
            isPart ? main : PageFrame.Of(study.Definition.Question.Text, VotePage.Around(main), visit.Base)
        );
    }

    private async Task ImageAsync(RaterVisit visit)
    {
        var page = visit.PageOf(visit.Route("page"));
        var side = visit.Route("side") switch
        {
            "left" => page?.Left,
            "right" => page?.Right,
            _ => null,
        };
        if (
            page is null
            || side is null
            || !int.TryParse(visit.Route("image"), NumberStyles.None, CultureInfo.InvariantCulture, out var place)
            || place < 1
            || place > side.Images.Count
        )
        {
            await Reply.NoSuchAsync(visit.Http, "There is no such image in this study.");
            return;
        }

        var image = study.Definition.Prompts[page.Prompt].Sets[side.Model].Images[side.Images[place - 1]];
        var reply = visit.Http.Response;
        byte[] file;
        try
        {
            file = await study.Tiles.GetAsync(image.Path);
        }
        catch (InputException fault)
        {
            study.Options.Warn(fault.Message);
            reply.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        reply.ContentType = "image/jpeg";
        reply.ContentLength = file.Length;
        reply.Headers.CacheControl = "private, max-age=86400, immutable";
        await reply.Body.WriteAsync(file, visit.Cancelled);
    }

    private async Task DoneAsync(RaterVisit visit)
    {
        if (await OpenPageAsync(visit) is not null)
        {
            visit.GoTo("/page/next");
            return;
        }

        await study.Store.FinishAsync(visit.Rater, study.Clock.GetUtcNow(), visit.Cancelled);
        await Reply.PageAsync(
            visit.Http,
            PlainPages.Done(study.Links.CompletionCode(visit.Rater), study.Options.CompletionAddress?.AbsoluteUri)
        );
    }

    private async Task<DesignedPage?> OpenPageAsync(RaterVisit visit)
    {
        var votes = await study.Store.ReadVotesAsync(visit.Rater, visit.Cancelled);
        HashSet<int> answered = [.. votes.Select(vote => vote.Page)];
        return visit.Pages.FirstOrDefault(page => !answered.Contains(page.Number));
    }
}
