using Semblance.Agreement;
using Semblance.Studio.Design;
using Semblance.Studio.Storing;
using Semblance.Text;

namespace Semblance.Studio.Pages;

/// <summary>Two galleries and the answers.</summary>
internal static class VotePage
{
    /// <summary>The part of a page that the script replaces when it goes on.</summary>
    /// <param name="study">What is asked, and the size of images.</param>
    /// <param name="page">What is shown.</param>
    /// <param name="total">Pages of the rater.</param>
    /// <param name="given">The rater's answers to this page so far.</param>
    /// <param name="basePath">Of the rater's own pages.</param>
    /// <param name="voteId">For an answer without the script.</param>
    public static Html Main(
        StudyDefinition study,
        DesignedPage page,
        int total,
        IReadOnlyList<StoredVote> given,
        string basePath,
        string voteId
    )
    {
        var (question, tile) = (study.Question, study.Tile);
        var isTraining = page.Check == CheckKind.Training;
        var final = given.Count > 0 ? StudyWords.Of(given[^1].Answer) : "";
        return Html.Of(
            $"""
            <main id="page" data-page="{page.Number}" data-total="{total}" data-replaces="{given.Count}" data-answer="{final}" data-tie="{(
                question.HasTie ? "yes" : "no"
            )}"{(
                isTraining
                    ? Html.Of(
                        $" data-expected=\"{StudyWords.Of(page.Expected!.Value)}\" data-explanation=\"{Explanation(page)}\""
                    )
                    : default
            )}>
            <header>
            <p class="progress"><label for="progress">Page {page.Number} of {total}</label> <progress id="progress" max="{total}" value="{page.Number
                - 1}"></progress></p>
            <h1 id="question">{question.Text}</h1>
            {(isTraining ? Html.Of($"<p>For practice: you read the answer afterwards.</p>") : default)}
            </header>
            <div class="galleries">
            {Gallery("left", "Left set", page.Left.Images.Count, page.Number, tile, basePath)}
            {Gallery("right", "Right set", page.Right.Images.Count, page.Number, tile, basePath)}
            </div>
            <form id="answers" method="post" action="{basePath}/page/{page.Number}">
            <input type="hidden" name="vote" value="{voteId}">
            <input type="hidden" name="replaces" value="{given.Count}">
            <div class="answers" role="group" aria-labelledby="question">
            {Button("left", "Left", "←", final)}
            {(question.HasTie ? Button("same", "About the same", "↓", final) : default)}
            {Button("right", "Right", "→", final)}
            </div>
            <div class="more">
            <button type="submit" name="answer" value="cannot_judge" id="cannot" class="quiet">I cannot judge this page <kbd>C</kbd></button>
            <button type="button" id="undo" class="quiet" hidden>Back to the page before <kbd>Z</kbd></button>
            <button type="button" id="help-open" class="quiet" hidden>Help <kbd>?</kbd></button>
            <details id="note-box"><summary>Add a note</summary>
            <label for="note">Anything about this page that we should know</label>
            <textarea id="note" name="note" maxlength="1000" rows="3"></textarea></details>
            </div>
            </form>
            </main>

            """
        );
    }

    /// <summary>Why the answer to a page for practice is what it is.</summary>
    public static string Explanation(DesignedPage page) =>
        page.Expected switch
        {
            Answer.Left => "The left set shows one image again and again, so its images are more alike.",
            Answer.Right => "The right set shows one image again and again, so its images are more alike.",
            _ => "Both sets have the same images, in another order, so neither is more alike: \"About the same\".",
        };

    /// <summary>What stays while pages change: the state of saving, and what opens above.</summary>
    public static Html Around(Html main) =>
        Html.Of(
            $"""
            {main}
            <p id="state" role="status" aria-live="polite"></p>
            <dialog id="zoom" aria-label="One image, larger"><img alt="" id="zoom-image"><p id="zoom-text"></p><button type="button" class="quiet" data-close>Close <kbd>Esc</kbd></button></dialog>
            <dialog id="reasons" aria-labelledby="reasons-title"><h2 id="reasons-title">Why can you not judge this page?</h2>
            <div class="stack">
            <button type="button" data-reason="images do not show">Some images do not show</button>
            <button type="button" data-reason="question does not fit">The question does not fit these images</button>
            <button type="button" data-reason="do not want to look">I do not want to look at these images</button>
            <button type="button" data-reason="other">Another reason</button>
            </div><button type="button" class="quiet" data-close>Back to the page <kbd>Esc</kbd></button></dialog>
            <dialog id="feedback" aria-labelledby="feedback-title"><h2 id="feedback-title"></h2><p id="feedback-text"></p><button type="button" data-close>Go on</button></dialog>
            <dialog id="help" aria-labelledby="help-title"><h2 id="help-title">Keys</h2>
            <dl class="keys">
            <dt><kbd>←</kbd></dt><dd>Left</dd>
            <dt><kbd>↓</kbd></dt><dd>About the same</dd>
            <dt><kbd>→</kbd></dt><dd>Right</dd>
            <dt><kbd>Z</kbd></dt><dd>Back to the page before, to change the answer</dd>
            <dt><kbd>Space</kbd></dt><dd>Look at an image closely; then ← and → go through the set</dd>
            <dt><kbd>C</kbd></dt><dd>I cannot judge this page</dd>
            <dt><kbd>N</kbd></dt><dd>Write a note</dd>
            <dt><kbd>?</kbd></dt><dd>This list</dd>
            </dl><button type="button" class="quiet" data-close>Close <kbd>Esc</kbd></button></dialog>
            """
        );

    private static Html Gallery(string side, string title, int count, int page, TileSize tile, string basePath) =>
        Html.Of(
            $"""
            <section class="gallery" data-side="{side}" aria-labelledby="{side}-title">
            <h2 id="{side}-title">{title}</h2>
            <div class="tiles">
            {(
                Enumerable
                    .Range(1, count)
                    .Select(place =>
                        Html.Of(
                            $"<button type=\"button\" class=\"tile\"><img src=\"{basePath}/image/{page}/{side}/{place}\" width=\"{tile.Width}\" height=\"{tile.Height}\" alt=\"{side} set, image {place} of {count}\" decoding=\"async\"></button>\n"
                        )
                    )
            )}
            </div>
            </section>
            """
        );

    private static Html Button(string answer, string text, string key, string final) =>
        Html.Of(
            $"<button type=\"submit\" name=\"answer\" value=\"{answer}\" data-answer=\"{answer}\" aria-pressed=\"{(answer == final ? "true" : "false")}\">{text} <kbd>{key}</kbd></button>\n"
        );
}
