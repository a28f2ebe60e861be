using Semblance.Prompts;
using Semblance.Wording;

namespace Semblance.Studies.Linting;

/// <summary>What the prompts are: cut by the encoder, equal to it, or variants of one.</summary>
internal static class PromptChecks
{
    /// <summary>Two prompts are variants of one if they share this part of their words.</summary>
    private const double Alike = 0.75;

    /// <summary>More prompts are not compared pair by pair.</summary>
    private const int MostPrompts = 5000;

    /// <summary>All checks of prompts as texts.</summary>
    /// <param name="prompts">Raw texts, each once.</param>
    /// <param name="read">What CLIP's text encoder reads of a prompt; null where no tokenizer is there.</param>
    public static IEnumerable<LintFinding?> Of(IReadOnlyList<string> prompts, Func<string, TextReading?>? read)
    {
        if (read is not null)
        {
            var readings = prompts.Select(prompt => (Prompt: prompt, Reading: read(prompt))).ToArray();
            yield return Finding.Of(
                "long-prompts",
                Severity.Warning,
                [
                    .. readings
                        .Where(one => one.Reading is { CutOff.Length: > 0 })
                        .Select(one => QuotedPrompt.Of(one.Prompt)),
                ],
                count =>
                    $"{Plural.Of(count, "prompt")} {(count == 1 ? "is" : "are")} longer than the 77 tokens that CLIP reads.",
                "Some programs cut the rest, others read it in pieces: the same prompt then means two things. Alignment is with the beginning only.",
                "Shorten these prompts to about 60 words."
            );
            yield return Finding.Of(
                "equal-prompts",
                Severity.Warning,
                [
                    .. readings
                        .Where(one => one.Reading is not null)
                        .GroupBy(one => string.Join(' ', one.Reading!.Tokens))
                        .Where(same => same.Skip(1).Any())
                        .Select(same => Listing.Joined([.. same.Select(one => QuotedPrompt.Of(one.Prompt))], 3)),
                ],
                count =>
                    $"{Plural.Of(count, "group")} of prompts {(count == 1 ? "is" : "are")} equal to the text encoder.",
                "A model makes the same images of them for the same seeds, so the prompts are one and count as several.",
                "Keep one of each."
            );
        }
        else
        {
            yield return Finding.Of(
                "equal-prompts",
                Severity.Warning,
                [
                    .. prompts
                        .GroupBy(PromptKey.Of)
                        .Where(same => same.Skip(1).Any())
                        .Select(same => Listing.Joined([.. same.Select(QuotedPrompt.Of)], 3)),
                ],
                count =>
                    $"{Plural.Of(count, "group")} of prompts {(count == 1 ? "differs" : "differ")} in case, spaces or punctuation alone.",
                "A model hardly tells them apart, so the prompts are one and count as several.",
                "Keep one of each."
            );
        }

        yield return Finding.Of(
            "variant-prompts",
            Severity.Note,
            [.. Clusters(prompts)],
            count => $"{Plural.Of(count, "cluster")} of prompts look like variants of one.",
            "Prompts that are variants of one are not independent: intervals over prompts are then too narrow.",
            "Take one of each cluster, or as many of every cluster."
        );
    }

    private static IEnumerable<string> Clusters(IReadOnlyList<string> prompts)
    {
        if (prompts.Count > MostPrompts)
        {
            return [];
        }

        HashSet<string>[] words = [.. prompts.Select(prompt => PromptKey.Of(prompt).Split(' ').ToHashSet())];
        var parent = Enumerable.Range(0, words.Length).ToArray();
        int Root(int i) => parent[i] == i ? i : parent[i] = Root(parent[i]);
        for (var i = 0; i < words.Length; i++)
        {
            for (var j = i + 1; j < words.Length; j++)
            {
                (var few, var many) = words[i].Count < words[j].Count ? (words[i], words[j]) : (words[j], words[i]);
                if (few.Count >= 3 && few.Count >= Alike * many.Count)
                {
                    var shared = few.Count(many.Contains);
                    if (shared >= Alike * (few.Count + many.Count - shared))
                    {
                        parent[Root(j)] = Root(i);
                    }
                }
            }
        }

        return Enumerable
            .Range(0, words.Length)
            .GroupBy(Root)
            .Where(cluster => cluster.Skip(1).Any())
            .OrderByDescending(cluster => cluster.Count())
            .Select(cluster =>
                $"{cluster.Count()}: {Listing.Joined([.. cluster.Take(2).Select(i => QuotedPrompt.Of(prompts[i]))], 2)}"
            );
    }
}
