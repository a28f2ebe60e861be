using CsCheck;
using Semblance.Agreement;
using Semblance.Studio.Design;

namespace Semblance.Studio.Tests.Design;

public sealed class RaterPagesTests
{
    private static readonly Gen<StudyDefinition> Any =
        from models in Gen.Int[2, 5]
        from prompts in Gen.Int[1, 30]
        from images in Gen.Int[2, 9]
        from show in Gen.Int[2, 12]
        from pairs in Gen.Int[0, 2]
        from seed in Gen.ULong
        from checks in Gen.Int[0, 3]
        from repeats in Gen.Double[0, 0.5]
        select Studies.Of(models, prompts, images, show, (PairScheme)pairs, seed, checks, repeats);

    [Fact]
    public void The_same_study_and_rater_give_the_same_pages() =>
        Any.Sample(study => Assert.Equal(Text(RaterPages.Of(study, 3)), Text(RaterPages.Of(study, 3))), iter: 50);

    [Fact]
    public void Raters_see_other_orders()
    {
        var study = Studies.Of();
        Assert.Equal(10, Enumerable.Range(0, 10).Select(rater => Text(RaterPages.Of(study, rater))).Distinct().Count());
    }

    [Fact]
    public void Sides_are_balanced_on_every_prompt_and_pair_for_any_number_of_raters() =>
        Gen.Select(Any, Gen.Int[1, 12])
            .Sample(
                (study, raters) =>
                {
                    var items = Enumerable
                        .Range(0, raters)
                        .SelectMany(rater => RaterPages.Of(study, rater))
                        .Where(page => page.Check == CheckKind.None)
                        .GroupBy(page =>
                            (
                                page.Prompt,
                                Math.Min(page.Left.Model, page.Right.Model),
                                Math.Max(page.Left.Model, page.Right.Model)
                            )
                        );
                    foreach (var item in items)
                    {
                        var lowOnLeft = item.Count(page => page.Left.Model < page.Right.Model);
                        Assert.InRange(lowOnLeft - (item.Count() - lowOnLeft), -1, 1);
                    }
                },
                iter: 50
            );

    [Fact]
    public void A_rater_does_not_always_see_a_model_on_one_side()
    {
        var study = Studies.Of(prompts: 100);
        for (var rater = 0; rater < 6; rater++)
        {
            var own = RaterPages.Of(study, rater).Where(page => page.Check == CheckKind.None).ToArray();
            Assert.InRange(own.Count(page => page.Left.Model == 0), 30, 70);
        }
    }

    [Fact]
    public void All_shows_every_prompt_with_every_pair_once() =>
        Any.Where(study => study.Pairs == PairScheme.All)
            .Sample(
                study =>
                {
                    var own = RaterPages.Of(study, 1).Where(page => page.Check == CheckKind.None).ToArray();
                    var pairs = study.Models.Count * (study.Models.Count - 1) / 2;
                    Assert.Equal(study.Prompts.Count * pairs, own.Length);
                    Assert.Equal(own.Length, own.Select(Item).Distinct().Count());
                },
                iter: 30
            );

    [Fact]
    public void Balanced_shows_each_prompt_once_and_all_pairs_equally_often()
    {
        var study = Studies.Of(models: 4, prompts: 12, pairs: PairScheme.Balanced);
        var seen = Enumerable
            .Range(0, 6)
            .SelectMany(rater =>
            {
                var own = RaterPages.Of(study, rater).Where(page => page.Check == CheckKind.None).ToArray();
                Assert.Equal(Enumerable.Range(0, 12), own.Select(page => page.Prompt).Order());
                return own;
            })
            .GroupBy(Item)
            .ToArray();
        Assert.Equal(12 * 6, seen.Length);
        Assert.All(seen, item => Assert.Single(item));
    }

    [Fact]
    public void Against_shows_one_model_on_every_page()
    {
        var study = Studies.Of(models: 4, pairs: PairScheme.Against);
        Assert.All(
            RaterPages.Of(study, 0).Where(page => page.Check == CheckKind.None),
            page => Assert.True(page.Left.Model == 0 || page.Right.Model == 0)
        );
    }

    [Fact]
    public void Both_sides_show_as_many_images_that_exist() =>
        Any.Sample(
            study =>
            {
                foreach (var page in RaterPages.Of(study, 2))
                {
                    Assert.Equal(page.Left.Images.Count, page.Right.Images.Count);
                    Assert.InRange(page.Left.Images.Count, 1, study.Show);
                    foreach (var side in new[] { page.Left, page.Right })
                    {
                        Assert.All(
                            side.Images,
                            image =>
                                Assert.InRange(image, 0, study.Prompts[page.Prompt].Sets[side.Model].Images.Count - 1)
                        );
                    }
                }
            },
            iter: 50
        );

    [Fact]
    public void Numbers_of_pages_count_from_one() =>
        Any.Sample(
            study =>
            {
                var pages = RaterPages.Of(study, 0);
                Assert.Equal(Enumerable.Range(1, pages.Count), pages.Select(page => page.Number));
            },
            iter: 30
        );

    [Fact]
    public void A_set_on_both_sides_is_one_set_and_a_repeated_image_is_on_the_expected_side()
    {
        var study = Studies.Of(prompts: 40, checks: 3);
        var pages = Enumerable.Range(0, 10).SelectMany(rater => RaterPages.Of(study, rater)).ToArray();
        Assert.All(
            pages.Where(page => page.Check == CheckKind.SameSet),
            page =>
            {
                Assert.Equal(page.Left.Model, page.Right.Model);
                Assert.Equal(page.Left.Images.Order(), page.Right.Images.Order());
                Assert.Equal(Answer.Same, page.Expected);
            }
        );
        var repeated = pages.Where(page => page.Check == CheckKind.RepeatedImage).ToArray();
        Assert.Equal(30, repeated.Length);
        Assert.Equal(2, repeated.Select(page => page.Expected).Distinct().Count());
        Assert.All(
            repeated,
            page =>
            {
                var (one, other) = page.Expected == Answer.Left ? (page.Left, page.Right) : (page.Right, page.Left);
                Assert.Single(one.Images.Distinct());
                Assert.Equal(other.Images.Count, other.Images.Distinct().Count());
            }
        );
        Assert.All(
            pages.Where(page => page.Check == CheckKind.SameModel),
            page => Assert.Empty(page.Left.Images.Intersect(page.Right.Images))
        );
    }

    [Fact]
    public void Repeats_come_after_their_page_with_sides_swapped()
    {
        var study = Studies.Of(prompts: 50);
        for (var rater = 0; rater < 10; rater++)
        {
            var pages = RaterPages.Of(study, rater);
            var repeats = pages.Where(page => page.Check == CheckKind.Repeat).ToArray();
            Assert.Equal(5, repeats.Length);
            foreach (var again in repeats)
            {
                var first = Assert.Single(pages, page => page.Check == CheckKind.None && page.Prompt == again.Prompt);
                Assert.True(again.Number > first.Number + 5);
                Assert.Equal((first.Left.Model, first.Right.Model), (again.Right.Model, again.Left.Model));
            }
        }
    }

    [Fact]
    public void The_first_check_is_among_the_first_six_pages()
    {
        var study = Studies.Of(prompts: 100, checks: 4);
        for (var rater = 0; rater < 20; rater++)
        {
            Assert.InRange(RaterPages.Of(study, rater).First(page => page.Check != CheckKind.None).Number, 2, 6);
        }
    }

    [Fact]
    public void A_forced_choice_has_no_check_that_expects_a_tie()
    {
        var study = Studies.Of(question: Question.Paper2024, checks: 3);
        Assert.DoesNotContain(RaterPages.Of(study, 0), page => page.Check == CheckKind.SameSet);
    }

    private static (int, int, int) Item(DesignedPage page) =>
        (page.Prompt, Math.Min(page.Left.Model, page.Right.Model), Math.Max(page.Left.Model, page.Right.Model));

    private static string Text(IReadOnlyList<DesignedPage> pages) =>
        string.Join(
            '\n',
            pages.Select(page =>
                $"{page.Number} {page.Check} {page.Prompt} {page.Left.Model} {string.Join(',', page.Left.Images)} {page.Right.Model} {string.Join(',', page.Right.Images)} {page.Expected}"
            )
        );
}
