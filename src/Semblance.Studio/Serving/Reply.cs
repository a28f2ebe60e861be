using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Semblance.Studio.Pages;
using Semblance.Text;

namespace Semblance.Studio.Serving;

/// <summary>Forms of an answer over HTTP.</summary>
internal static class Reply
{
    public static Task PageAsync(HttpContext context, Html page) =>
        WriteAsync(context, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(page.ToString()));

    public static Task NoSuchAsync(HttpContext context, string text)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return PageAsync(context, PlainPages.Message("Not found", text));
    }

    public static Task VoteAsync(HttpContext context, int code, bool saved, bool final, string? message)
    {
        context.Response.StatusCode = code;
        return WriteAsync(
            context,
            "application/json",
            JsonSerializer.SerializeToUtf8Bytes(new VoteReply(saved, final, message), ServingJson.Default.VoteReply)
        );
    }

    public static Task FileAsync(HttpContext context, string type, string name, string text)
    {
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        return WriteAsync(context, type, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Goes on with another page, by GET.</summary>
    public static void SeeOther(HttpContext context, string path)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = path;
        context.Response.Headers.CacheControl = "no-store";
    }

    private static async Task WriteAsync(HttpContext context, string type, byte[] body)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
