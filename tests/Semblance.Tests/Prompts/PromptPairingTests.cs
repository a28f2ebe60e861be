using CsCheck;
using Semblance.Prompts;

namespace Semblance.Tests.Prompts;

public sealed class PromptPairingTests
{
    private static readonly Gen<string> Word = Gen.OneOf(
        new[] { "fox", "cat", "Harbour", "café", "狐", "two", "A", "rain", "snow" }.Select(Gen.Const).ToArray()
    );

    /// <summary>Different raw texts with different keys, in some order.</summary>
    private static readonly Gen<string[]> DistinctPrompts = Word.Array[1, 5]
        .Select(words => string.Join(' ', words))
        .Array[1, 30]
        .Select(prompts => prompts.DistinctBy(PromptKey.Of).ToArray());

    [Fact]
    public void Prompts_meet_whatever_their_order()
    {
        var pairing = Pair(["fox", "cat", "dog"], ["dog", "fox", "cat"]);
        Assert.Equal(
            [
                [0, 1],
                [1, 2],
                [2, 0],
            ],
            pairing.Matched.Select(prompt => prompt.Rows)
        );
        Assert.Equal(["fox", "cat", "dog"], pairing.Matched.Select(prompt => prompt.Prompt));
        Assert.Empty(pairing.Unmatched);
        Assert.All(pairing.Matched, prompt => Assert.False(prompt.ByKey));
    }

    [Fact]
    public void A_folder_name_that_lost_its_characters_meets_the_raw_prompt()
    {
        var pairing = Pair(["A person's eye"], ["A person_s eye"]);
        Assert.True(Assert.Single(pairing.Matched).ByKey);
    }

    [Fact]
    public void Equal_texts_meet_before_equal_keys()
    {
        // "x?" is left for "x", since "x!" has met its like.
        var pairing = Pair(["x!", "x?"], ["x", "x!"]);
        Assert.Equal(
            [
                [0, 1],
                [1, 0],
            ],
            pairing.Matched.Select(prompt => prompt.Rows)
        );
    }

    [Fact]
    public void What_one_model_lacks_is_told_for_each_that_has_it()
    {
        var pairing = PromptPairing.Of([new("a", ["fox", "cat"]), new("b", ["cat", "fox"]), new("c", ["cat", "dog"])]);
        Assert.Equal("cat", Assert.Single(pairing.Matched).Prompt);
        Assert.Equal([new(0, 0), new(1, 1), new(2, 1)], pairing.Unmatched);
        Assert.Equal(["fox", "fox", "dog"], pairing.Unmatched.Select(pairing.TextOf));
    }

    [Fact]
    public void Three_models_may_spell_one_prompt_in_two_ways()
    {
        var pairing = PromptPairing.Of([
            new("a", ["A person's eye", "fox"]),
            new("b", ["A person's eye", "fox"]),
            new("c", ["A person_s eye", "fox"]),
        ]);
        Assert.Equal(2, pairing.Matched.Count);
    }

    [Fact]
    public void Two_prompts_that_would_meet_the_same_one_are_an_error_that_names_them()
    {
        var error = Assert.Throws<InputException>(() => Pair(["a person's eye", "a person s eye"], ["A person_s eye"]));
        Assert.Contains(
            "\"a person's eye\" and \"a person s eye\" of model a",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("\"A person_s eye\" of model b", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_spellings_in_one_model_do_no_harm_where_nothing_meets_them()
    {
        var pairing = Pair(["x!", "x?", "fox"], ["fox"]);
        Assert.Single(pairing.Matched);
        Assert.Equal(2, pairing.Unmatched.Count);
    }

    [Fact]
    public void Prompts_that_a_suffix_makes_equal_are_an_error()
    {
        var error = Assert.Throws<InputException>(() =>
            PromptPairing.Of([new("a", ["fox", "fox in the style of TOK"], ["in the style of TOK"]), new("b", ["fox"])])
        );
        Assert.Contains("\"fox\" and \"fox in the style of TOK\" of model a", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_text_twice_in_a_model_is_an_error() =>
        Assert.Contains(
            "Model a has the prompt \"fox\" twice",
            Assert.Throws<InputException>(() => Pair(["fox", "fox"], ["fox"])).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("a fox in the style of TOK", "in the style of TOK", "a fox")]
    [InlineData("a fox in the style of TOK ", " in the style of TOK", "a fox")]
    [InlineData("a fox, in the style of TOK", "in the style of TOK", "a fox")]
    [InlineData("a fox, in the style of TOK", ", in the style of TOK", "a fox")]
    [InlineData("A fox_ in the style of _TOK_", "in the style of <TOK>", "a fox")]
    [InlineData("a KATOK", "TOK", "a KATOK")]
    [InlineData("in the style of TOK", "in the style of TOK", "in the style of TOK")]
    [InlineData("a fox", "in the style of TOK", "a fox")]
    [InlineData("a fox", " ", "a fox")]
    public void A_suffix_is_taken_off_where_a_word_begins(string prompt, string suffix, string expected) =>
        Assert.Equal(expected, PromptSuffix.Strip(prompt, [suffix]));

    [Fact]
    public void Every_prompt_meets_its_like_in_any_order_under_any_suffix() =>
        Gen.Select(DistinctPrompts, Gen.Int)
            .Sample(
                (prompts, seed) =>
                {
                    var shuffled = prompts.ToArray();
                    new Random(seed).Shuffle(shuffled);
                    var pairing = PromptPairing.Of([
                        new(
                            "a",
                            [.. prompts.Select(prompt => prompt + " in the style of Monet")],
                            ["in the style of Monet"]
                        ),
                        new("b", [.. shuffled.Select(prompt => prompt + ", TOK")], ["TOK"]),
                    ]);
                    Assert.Empty(pairing.Unmatched);
                    Assert.All(
                        pairing.Matched,
                        prompt => Assert.Equal(prompts[prompt.Rows[0]], shuffled[prompt.Rows[1]])
                    );
                }
            );

    [Fact]
    public void Every_prompt_is_matched_once_or_unmatched() =>
        Gen.Select(DistinctPrompts, DistinctPrompts, DistinctPrompts)
            .Sample(
                (a, b, c) =>
                {
                    string[][] all = [a, b, c];
                    var pairing = PromptPairing.Of([new("a", a), new("b", b), new("c", c)]);
                    for (var model = 0; model < 3; model++)
                    {
                        var seen = pairing
                            .Matched.Select(prompt => prompt.Rows[model])
                            .Concat(pairing.Unmatched.Where(one => one.Model == model).Select(one => one.Row));
                        Assert.Equal(Enumerable.Range(0, all[model].Length), seen.Order());
                    }

                    var common = a.Select(PromptKey.Of)
                        .Intersect(b.Select(PromptKey.Of))
                        .Intersect(c.Select(PromptKey.Of));
                    Assert.Equal(
                        common.Order(StringComparer.Ordinal),
                        pairing.Matched.Select(one => PromptKey.Of(one.Prompt)).Order(StringComparer.Ordinal)
                    );
                }
            );

    private static PromptPairing Pair(string[] first, string[] second) =>
        PromptPairing.Of([new("a", first), new("b", second)]);
}
