using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Semblance.Studio.Pages;

namespace Semblance.Studio.Serving;

/// <summary>
/// Headers, limits, and the refusal of what other sites send. There are no cookies: who may do what is said by the link,
/// which another site does not know, so that it cannot act in a rater's name.
/// </summary>
internal static class Protection
{
    /// <summary>Requests with a larger body are refused.</summary>
    public const long MostBytes = 64 << 10;

    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>Requests a second and at once, of one link: a page has 40 images, and two more are loaded ahead.</summary>
    private const int PerSecond = 100;
    private const int AtOnce = 1000;

    public static void AddLimits(IServiceCollection services) =>
        services.AddRateLimiter(limits =>
        {
            limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
                RateLimitPartition.GetTokenBucketLimiter(
                    KeyOf(context),
                    _ => new TokenBucketRateLimiterOptions
                    {
                        TokenLimit = AtOnce,
                        TokensPerPeriod = PerSecond,
                        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                        QueueLimit = 0,
                        AutoReplenishment = true,
                    }
                )
            );
        });

    public static void Use(WebApplication app)
    {
        app.Use(
            async (context, next) =>
            {
                var headers = context.Response.Headers;
                headers.ContentSecurityPolicy = Policy;
                headers.XContentTypeOptions = "nosniff";
                headers.XFrameOptions = "DENY";
                headers["Referrer-Policy"] = "no-referrer";
                headers["Cross-Origin-Opener-Policy"] = "same-origin";
                headers["Cross-Origin-Resource-Policy"] = "same-origin";
                headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
                headers["X-Robots-Tag"] = "noindex, nofollow";
                if (HttpMethods.IsPost(context.Request.Method) && IsFromElsewhere(context.Request))
                {
                    context.Response.StatusCode = StatusCodes.Status403Forbidden;
                    await Reply.PageAsync(context, PlainPages.Message("Not taken", "This was sent from another site."));
                    return;
                }

                await next(context);
            }
        );
        app.UseRateLimiter();
    }

    /// <summary>A browser says where a request comes from; what is no browser says nothing.</summary>
    private static bool IsFromElsewhere(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site && site is not ("same-origin" or "none");

    /// <summary>Raters behind one address do not slow each other: the links are counted, not the addresses.</summary>
    private static string KeyOf(HttpContext context)
    {
        var parts = (context.Request.Path.Value ?? "").Split('/', 4);
        return parts is [_, "r", var token, ..] && token.Length <= 64
            ? token
            : (context.Connection.RemoteIpAddress ?? IPAddress.None).ToString();
    }
}
