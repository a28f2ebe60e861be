using System.Security.Cryptography;
using System.Text;
using Semblance.Reports.Scenes;
using Semblance.Text;

namespace Semblance.Reports.Pages;

/// <summary>The frame of the page: one file, nothing fetched, and nothing runs that is not named by its hash.</summary>
internal static class Page
{
    /// <summary>A whole document, from its parts.</summary>
    /// <param name="title">For the window.</param>
    /// <param name="header">Above the main part.</param>
    /// <param name="main">The main part.</param>
    /// <param name="footer">Below it.</param>
    public static string Of(string title, Html header, Html main, Html footer)
    {
        var style = Style();
        var script = Asset("report.js");
        var policy =
            $"default-src 'none'; img-src data:; style-src '{Hash(style)}'; script-src '{Hash(script)}'; base-uri 'none'; form-action 'none'";
        return Html.Of(
                $"""
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta http-equiv="Content-Security-Policy" content="{policy}">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <meta name="referrer" content="no-referrer">
                <title>{title}</title>
                <style>{Html.Trusted(style)}</style>
                </head>
                <body>
                <a class="skip" href="#main">Skip to the report</a>
                <header>{header}</header>
                <main id="main">
                {main}
                </main>
                <footer>{footer}</footer>
                <script>{Html.Trusted(script)}</script>
                </body>
                </html>

                """
            )
            .ToString();
    }

    /// <summary>The colours of both themes, the classes of the figures, and the layout; print is always light.</summary>
    private static string Style() =>
        $":root{{{Theme.Light.Variables(scale: true)}}}@media screen and (prefers-color-scheme:dark){{:root{{{Theme.Dark.Variables(scale: false)}}}}}{Theme.Classes()}{Asset("report.css")}";

    private static string Hash(string text) =>
        "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Asset(string name)
    {
        using var stream = typeof(Page).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        // A checkout may have other line ends, and the page must not.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
