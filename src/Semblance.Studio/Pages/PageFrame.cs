using Semblance.Text;

namespace Semblance.Studio.Pages;

/// <summary>What is around every page.</summary>
internal static class PageFrame
{
    /// <summary>A whole document, from its type to its end.</summary>
    /// <param name="title">For the window.</param>
    /// <param name="main">The content.</param>
    /// <param name="basePath">Of the rater's own pages, for the script; null for pages without one.</param>
    public static Html Of(string title, Html main, string? basePath = null) =>
        Html.Of(
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex, nofollow">
            <meta name="referrer" content="no-referrer">
            <title>{title}</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="/assets/studio.css">
            {(basePath is null ? default : Html.Of($"<script src=\"/assets/studio.js\" defer></script>"))}
            </head>
            <body data-base="{basePath ?? ""}">
            {main}
            </body>
            </html>

            """
        );
}
