using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Semblance.Studio.Serving;

/// <summary>The style and the script, which are part of the program.</summary>
internal static class AssetEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (name, type) in new[] { ("studio.css", "text/css"), ("studio.js", "text/javascript") })
        {
            using var stream = typeof(AssetEndpoints).Assembly.GetManifestResourceStream(name)!;
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            var bytes = copy.ToArray();
            routes.MapGet(
                "/assets/" + name,
                async context =>
                {
                    context.Response.ContentType = type + "; charset=utf-8";
                    context.Response.ContentLength = bytes.Length;
                    context.Response.Headers.CacheControl = "no-cache";
                    await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
                }
            );
        }
    }
}
