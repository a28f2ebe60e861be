using CsCheck;
using Semblance.Prompts;

namespace Semblance.Tests.Prompts;

public sealed class UnmatchedPromptsTests
{
    private static readonly string[] Subjects =
    [
        "a red fox in the rain",
        "an old fisherman in the rain",
        "a person's hands at sunset",
        "two cats, one black and one white",
        "a harbour",
    ];

    [Fact]
    public void A_style_and_a_trigger_word_are_found_in_full()
    {
        var pairing = Pair(End(" in the style of Monet"), End(" in the style of TOK").Reverse());
        Assert.Empty(pairing.Matched);
        Assert.Equal(
            [
                new Remedy(RemedyKind.StripSuffix, "SDXL=in the style of Monet"),
                new Remedy(RemedyKind.StripSuffix, "LoRA=in the style of TOK"),
            ],
            UnmatchedPrompts.Fault(pairing).Remedies
        );
    }

    [Fact]
    public void Only_the_model_that_has_a_suffix_is_named() =>
        Assert.Equal(
            [("LoRA", "in the style of <TOK>")],
            SuffixSuggestion.Of(Pair(Subjects, End(", in the style of <TOK>")))
        );

    [Fact]
    public void What_both_models_end_with_is_left_alone() =>
        Assert.Equal([("LoRA", "TOK")], SuffixSuggestion.Of(Pair(End(" at night"), End(" at night TOK"))));

    [Fact]
    public void A_mistyped_prompt_does_not_hide_the_suffix()
    {
        var typo = End(" in the style of TOK").ToArray();
        typo[1] = "an old fisherman in the rain in the stile of TOK";
        Assert.Equal([("LoRA", "in the style of TOK")], SuffixSuggestion.Of(Pair(Subjects, typo)));
    }

    /// <summary>Ends are taken off by their key, so they are found by it too.</summary>
    [Fact]
    public void Ends_that_differ_in_case_and_punctuation_are_one()
    {
        string[] ends =
        [
            ", in the style of TOK",
            " in the style of tok.",
            " in the style of TOK",
            " In the style of TOK",
        ];
        var pairing = Pair(Subjects[..4], Subjects.Zip(ends, (subject, end) => subject + end));
        Assert.Equal([("LoRA", "in the style of TOK")], SuffixSuggestion.Of(pairing));
    }

    [Fact]
    public void A_model_with_other_prompts_than_the_rest_is_named()
    {
        var fault = UnmatchedPrompts.Fault(
            PromptPairing.Of([new("A", Subjects), new("my B", [.. Subjects.Reverse()]), new("C", ["a train"])])
        );
        Assert.EndsWith(
            "\nA and my B have the same prompts, and C has others: compare without it, or score the same prompts with it.",
            fault.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(
            [new Remedy(RemedyKind.ChooseModel, "A"), new Remedy(RemedyKind.ChooseModel, "my B")],
            fault.Remedies
        );

        // Two against two, or all but one prompt shared: nobody is the stranger.
        Assert.Null(StrangeModels.Advice(PromptPairing.Of([.. Twice("a"), .. Twice("b")])));
        Assert.Null(
            StrangeModels.Advice(PromptPairing.Of([new("A", Subjects), new("B", Subjects), new("C", Subjects[1..])]))
        );
        var many = StrangeModels.Advice(
            PromptPairing.Of([
                .. Enumerable.Range(0, 6).Select(i => new ModelPrompts($"model {i}", Subjects)),
                new("C", ["a train"]),
                new("D", ["a dog"]),
            ])
        );
        Assert.StartsWith(
            "6 of the models have the same prompts, and C and D have others: compare without them",
            many!.Value.Advice,
            StringComparison.Ordinal
        );
        Assert.Equal([new Remedy(RemedyKind.ChooseModel)], many.Value.Remedies);

        static ModelPrompts[] Twice(string prompt) => [new(prompt + 1, [prompt]), new(prompt + 2, [prompt])];
    }

    [Fact]
    public void Sets_without_a_score_are_said_to_be_the_reason()
    {
        var fault = UnmatchedPrompts.Fault(Pair(Subjects, Subjects[1..]), [("LoRA", Subjects[0])]);
        Assert.EndsWith(
            "\n  SDXL: \"a red fox in the rain\"\nThese sets have no score, since they have fewer than two usable images:\n  LoRA: \"a red fox in the rain\"\nAdd images to these sets.",
            fault.Message,
            StringComparison.Ordinal
        );
        Assert.Equal([new Remedy(RemedyKind.AllowUnmatched)], fault.Remedies);
    }

    [Fact]
    public void Other_prompts_get_no_suggestion()
    {
        var pairing = Pair(Subjects, ["a dog", "a train", "a boat"]);
        Assert.Empty(SuffixSuggestion.Of(pairing));
        Assert.Contains("cannot be compared", UnmatchedPrompts.Fault(pairing).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Three_models_are_matched_together()
    {
        var pairing = PromptPairing.Of([
            new("a", [.. End(" in oil")]),
            new("b", [.. Subjects]),
            new("c", [.. End(" in the style of TOK")]),
        ]);
        Assert.Equal([("a", "in oil"), ("c", "in the style of TOK")], SuffixSuggestion.Of(pairing));
    }

    [Fact]
    public void Unmatched_prompts_are_named_with_their_model()
    {
        var fault = UnmatchedPrompts.Fault(Pair(Subjects, [.. Subjects[..4], "a boat"]));
        Assert.Contains("Only 4 prompts are shared by SDXL and LoRA", fault.Message, StringComparison.Ordinal);
        Assert.Contains("SDXL: \"a harbour\"\n  LoRA: \"a boat\"", fault.Message, StringComparison.Ordinal);
        Assert.Contains(new Remedy(RemedyKind.AllowUnmatched), fault.Remedies);
    }

    [Fact]
    public void What_is_suggested_matches_more_than_before() =>
        Gen.Select(
                OneOf("", " in oil", ", by Monet", " at night in the rain"),
                OneOf("", " TOK", " in the style of TOK", " ohwx"),
                Gen.Int[2, 5]
            )
            .Sample(
                (first, second, count) =>
                {
                    var pairing = Pair(End(first).Take(count), End(second).Take(count));
                    var suggested = SuffixSuggestion.Of(pairing).ToDictionary(one => one.Model, one => one.Suffix);
                    if (suggested.Count == 0)
                    {
                        Assert.Equal(count, pairing.Matched.Count);
                        return;
                    }

                    var again = PromptPairing.Of([
                        .. pairing.Models.Select(model =>
                            model with
                            {
                                Suffixes = suggested.TryGetValue(model.Model, out var suffix) ? [suffix] : [],
                            }
                        ),
                    ]);
                    Assert.Equal(count, again.Matched.Count);
                }
            );

    private static Gen<string> OneOf(params string[] texts) => Gen.OneOf(texts.Select(Gen.Const).ToArray());

    private static IEnumerable<string> End(string suffix) => Subjects.Select(subject => subject + suffix);

    private static PromptPairing Pair(IEnumerable<string> first, IEnumerable<string> second) =>
        PromptPairing.Of([new("SDXL", [.. first]), new("LoRA", [.. second])]);
}
