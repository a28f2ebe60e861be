using System.Globalization;
using Semblance.Studio.Design;
using Semblance.Studio.Storing;
using Semblance.Text;
using Semblance.Wording;

namespace Semblance.Studio.Pages;

/// <summary>How far the study is, for its owner alone.</summary>
internal static class OwnerPage
{
    public static Html Of(StudyDefinition study, StudyProgress progress, string basePath, Func<int, string> linkOf) =>
        PageFrame.Of(
            "The study",
            Html.Of(
                $"""
                <main class="owner">
                <h1>The study</h1>
                <p>{progress.Answered} of {progress.Planned} pages are answered. {Stop(
                    progress
                )} Load the page again to see more.</p>
                <p><a class="button" href="{basePath}/votes.csv">votes.csv</a> <a class="button" href="{basePath}/events.jsonl">events.jsonl</a></p>
                <h2>Raters</h2>
                <div class="scroll"><table>
                <thead><tr><th>Rater</th><th>Link</th><th>Answered</th><th>Checks passed</th><th>Repeats alike</th><th>Median view time</th><th>Left, same, right</th><th>Left out</th></tr></thead>
                <tbody>
                {progress.Raters.Select(rater => Row(rater, linkOf(rater.Rater)))}
                </tbody></table></div>
                <h2>Votes on the models</h2>
                <p>What they show so far is not a reason to stop: the number of raters was decided before.</p>
                <div class="scroll"><table><thead><tr><th>Chosen</th><th>Votes</th></tr></thead><tbody>
                {(
                    progress.Choices.Select(one => Html.Of($"<tr><td>{one.Choice}</td><td>{one.Votes}</td></tr>\n"))
                )}
                </tbody></table></div>
                <h2>Agreement among raters</h2>
                {Agreement(progress)}
                <h2>Prompts</h2>
                <p>Answers on the models, of raters who are kept.</p>
                <div class="scroll"><table><thead><tr><th>Prompt</th><th>Votes</th></tr></thead><tbody>
                {(
                    progress.Prompts.Select(one => Html.Of($"<tr><td>{one.Prompt}</td><td>{one.Votes}</td></tr>\n"))
                )}
                </tbody></table></div>
                <h2>What is asked</h2>
                <p>{study.Question.Text} ({study.Question.Name}, {study.Question.Hash})</p>
                </main>
                """
            )
        );

    /// <summary>The rule by which the study ends. It looks at no result.</summary>
    private static string Stop(StudyProgress progress) =>
        progress.Missing == 0
            ? "The study is complete: stop it, and hold the votes against the score."
            : $"It is complete when every prompt has {Plural.Of(progress.Wanted, "answer")} of raters who are kept: {progress.Missing} {(progress.Missing == 1 ? "is" : "are")} missing."
                + (
                    progress.Raters.Any(rater => rater.Summary?.LeftOut is not null)
                        ? " For those of raters who are left out, add places with an open link."
                        : ""
                );

    private static Html Row(RaterProgress rater, string link)
    {
        var own = rater.Summary;
        return Html.Of(
            $"""
            <tr><td>{StudyWords.Rater(
                rater.Rater
            )}</td><td><a href="{link}">link</a></td><td>{rater.Answered} of {rater.Pages}</td><td>{Share(
                own?.ChecksPassed,
                own?.Checks
            )}</td><td>{Share(own?.RepeatsSame, own?.Repeats)}</td><td>{(
                own?.MedianSeconds is { } seconds ? Number(seconds, "0.0") + " s" : ""
            )}</td><td>{(own is null ? "" : $"{own.Left}, {own.Ties}, {own.Right}")}</td><td>{own?.LeftOut
                ?? ""}</td></tr>

            """
        );
    }

    private static Html Agreement(StudyProgress progress) =>
        progress.Agreement.Count == 0
            ? Html.Of($"<p>There are no votes yet.</p>")
            : Html.Of(
                $"<ul>{(progress.Agreement.Select(one => Html.Of($"<li>{one.Name}: {(one.Value is { } value ? Number(value, "0.000") : "not defined by these votes")}</li>\n")))}</ul>"
            );

    private static string Share(int? part, int? whole) => whole is > 0 ? $"{part} of {whole}" : "";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
