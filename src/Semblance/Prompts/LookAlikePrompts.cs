using Semblance.Wording;

namespace Semblance.Prompts;

/// <summary>
/// Prompts that are the same text but for a number, punctuation or what follows: variants of one subject or template,
/// whose scores are likely to go together.
/// </summary>
internal static class LookAlikePrompts
{
    /// <summary>Fewer words than this are a name ("prompt 7"), not a text.</summary>
    private const int FewestWords = 2;

    /// <summary>Groups of two or more such prompts, as numbers of prompts; one prompt may be in one group only.</summary>
    public static IReadOnlyList<IReadOnlyList<int>> Of(IReadOnlyList<string> prompts)
    {
        var parents = Enumerable.Range(0, prompts.Count).ToArray();
        var keys = prompts.Select(PromptKey.Of).ToArray();
        Join(Enumerable.Range(0, prompts.Count).Select(i => (WithoutNumbers(keys[i]), i)));
        Join(Enumerable.Range(0, prompts.Count).Select(i => (BeforeLastComma(prompts[i]), i)));

        // A text that another one goes on from stands right before it, or before others that go on from it.
        var order = Enumerable.Range(0, prompts.Count).ToArray();
        Array.Sort([.. keys], order, StringComparer.Ordinal);
        var open = new Stack<int>();
        foreach (var i in order)
        {
            while (open.Count > 0 && !keys[i].StartsWith(keys[open.Peek()] + " ", StringComparison.Ordinal))
            {
                open.Pop();
            }

            if (open.Count > 0)
            {
                Union(open.Peek(), i);
            }

            if (Words(keys[i]) >= FewestWords)
            {
                open.Push(i);
            }
        }

        return
        [
            .. Enumerable
                .Range(0, prompts.Count)
                .GroupBy(Root)
                .Select(group => (IReadOnlyList<int>)[.. group])
                .Where(group => group.Count > 1),
        ];

        void Join(IEnumerable<(string Text, int Prompt)> texts)
        {
            foreach (var same in texts.Where(one => Words(one.Text) >= FewestWords).GroupBy(one => one.Text))
            {
                var first = same.First().Prompt;
                foreach (var one in same.Skip(1))
                {
                    Union(first, one.Prompt);
                }
            }
        }

        void Union(int one, int other) => parents[Root(other)] = Root(one);

        int Root(int prompt)
        {
            while (parents[prompt] != prompt)
            {
                prompt = parents[prompt] = parents[parents[prompt]];
            }

            return prompt;
        }
    }

    /// <summary>What to say of them; null where there are none.</summary>
    public static string? Warning(IReadOnlyList<string> prompts)
    {
        var groups = Of(prompts);

        // "prompt number 7" of all prompts is how they are called: nothing tells them apart into clusters.
        if (groups.Count == 0 || groups[0].Count == prompts.Count)
        {
            return null;
        }

        var largest = groups.MaxBy(group => group.Count)!;
        var (first, second) = (prompts[largest[0]], prompts[largest[1]]);
        return $"{groups.Sum(group => group.Count)} of {Plural.Of(prompts.Count, "prompt")} are variants of {(groups.Count == 1 ? "one text" : $"{groups.Count} texts")}, such as {QuotedPrompt.Of(Excerpt.Of(first))} and {QuotedPrompt.Of(Excerpt.Of(second))}, and are taken as independent; if variants score alike, intervals are too narrow, and clusters of prompts should be given.";
    }

    private static int Words(string key) => key.Length == 0 ? 0 : key.AsSpan().Count(' ') + 1;

    private static string WithoutNumbers(string key) =>
        string.Join(
            ' ',
            key.Split(' ').Select(word => word.TrimEnd("0123456789".ToCharArray())).Where(word => word.Length > 0)
        );

    private static string BeforeLastComma(string prompt) =>
        prompt.LastIndexOf(',') is > 0 and var comma ? PromptKey.Of(prompt[..comma]) : "";
}
