using Semblance.Studio.Design;
using Semblance.Text;

namespace Semblance.Studio.Pages;

/// <summary>Pages of a rater that have no galleries.</summary>
internal static class PlainPages
{
    /// <summary>Seconds that a page takes a practised rater, for the estimate.</summary>
    private const int SecondsPerPage = 9;

    private const string UsualConsent =
        "You are asked to look at pairs of image sets and to say which set is more alike.\n\n"
        + "We store your answers, how long you looked, the size of your window, and what you write into notes, under a code and without your name. The answers may be published.\n\n"
        + "Taking part is voluntary. You may stop at any time by closing the page, and come back by the same link.";

    public static Html Consent(string? text, int pages, string basePath) =>
        Plain(
            "Before you begin",
            Html.Of(
                $"""
                {Paragraphs(text ?? UsualConsent)}
                <p>There are {pages} pages, about {Math.Max(1, pages * SecondsPerPage / 60)} minutes in all.</p>
                <form method="post" action="{basePath}/consent"><button type="submit">I have read this and take part</button></form>
                """
            )
        );

    public static Html Instructions(Question question, int training, string basePath) =>
        Plain(
            question.Text,
            Html.Of(
                $"""
                {Paragraphs(question.Instructions)}
                <h2>An example</h2>
                <div class="galleries">
                <figure><svg viewBox="0 0 120 60" role="img" aria-label="Four circles of about the same size"><g class="shape"><circle cx="16" cy="30" r="11"/><circle cx="46" cy="30" r="12"/><circle cx="76" cy="30" r="11"/><circle cx="106" cy="30" r="12"/></g></svg><figcaption>Left set</figcaption></figure>
                <figure><svg viewBox="0 0 120 60" role="img" aria-label="A circle, a square, a triangle and a bar"><g class="shape"><circle cx="16" cy="30" r="11"/><rect x="35" y="19" width="22" height="22"/><path d="M76 17 88 42H64z"/><rect x="102" y="12" width="8" height="36"/></g></svg><figcaption>Right set</figcaption></figure>
                </div>
                <p>Here the images of the left set are more alike.</p>
                <p>You can answer with the arrow keys of a keyboard. Your answers are saved one by one; you can stop and come back by your link, also on another device. Some pages come twice or look unusual: that is meant.</p>
                {(
                    training > 0
                        ? Html.Of($"<p>The first {training} pages are for practice: after each you read the answer.</p>")
                        : default
                )}
                <p><a class="button" href="{basePath}/page/next">Begin</a></p>
                """
            )
        );

    public static Html Done(string code, string? address) =>
        Plain(
            "Done. Thank you!",
            Html.Of(
                $"""
                <p>All your answers are saved. You may close this page.</p>
                <p>Your completion code is <strong class="code">{code}</strong></p>
                {(
                    address is null
                        ? default
                        : Html.Of(
                            $"<p><a class=\"button\" rel=\"noreferrer\" href=\"{address}\">Go back to where you came from</a></p>"
                        )
                )}
                """
            )
        );

    /// <summary>After a page for practice.</summary>
    public static Html Feedback(bool isRight, string explanation, string basePath) =>
        Plain(
            isRight ? "Yes" : "Not quite",
            Html.Of(
                $"""
                <p>{explanation}</p>
                <p><a class="button" href="{basePath}/page/next">Go on</a></p>
                """
            )
        );

    /// <summary>For a rater of the open link who was away too long.</summary>
    public static Html GivenAway() =>
        Message(
            "Your place was given to another person",
            "You gave no answer for a long time, and others were waiting. The answers that you gave are kept. Thank you!"
        );

    public static Html Message(string title, string text) => Plain(title, Html.Of($"<p>{text}</p>"));

    private static Html Plain(string title, Html content) =>
        PageFrame.Of(title, Html.Of($"<main class=\"plain\"><h1>{title}</h1>\n{content}</main>"));

    /// <summary>Paragraphs of a text, parted by blank lines.</summary>
    private static Html Paragraphs(string text) =>
        Html.Join(
            text.ReplaceLineEndings("\n")
                .Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(part => Html.Of($"<p>{part}</p>\n"))
        );
}
