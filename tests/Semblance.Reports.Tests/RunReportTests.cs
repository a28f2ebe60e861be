using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using Semblance.Reports.Images;
using Semblance.Reports.Tests.Pages;
using Semblance.Text;

namespace Semblance.Reports.Tests;

/// <summary>The page of a run folder with images, and of what is left of one.</summary>
public sealed partial class RunReportTests(RunWithImages run) : IClassFixture<RunWithImages>
{
    private static HtmlReport Of(Content.ReportContent content, ReportOptions? options = null) =>
        HtmlReport.Of(content, options, TestContext.Current.CancellationToken);

    [Fact]
    public void Every_image_has_a_thumbnail_and_every_prompt_its_figures()
    {
        var document = new HtmlParser().ParseDocument(run.Page);
        var images = 2 * RunWithImages.Seeds * RunWithImages.Prompts.Length;
        Assert.Equal(images, document.QuerySelectorAll(".thumbs svg use").Length);
        Assert.Equal(RunWithImages.Prompts.Length * 2, document.QuerySelectorAll(".thumbs .medoid").Length);
        Assert.Equal(RunWithImages.Prompts.Length * 2, document.QuerySelectorAll("details.prompt figure").Length);
        foreach (var use in document.QuerySelectorAll("use"))
        {
            Assert.NotNull(document.GetElementById(use.GetAttribute("href")![1..]));
        }
    }

    [Fact]
    public void Every_id_is_there_once_and_every_link_leads_somewhere()
    {
        var document = new HtmlParser().ParseDocument(run.Page);
        var ids = document.All.Select(element => element.Id).Where(id => id is { Length: > 0 }).ToArray();
        Assert.Equal(ids.Distinct(StringComparer.Ordinal), ids);
        Assert.All(
            document.QuerySelectorAll("a[href^='#']"),
            link => Assert.Contains(link.GetAttribute("href")![1..], ids)
        );
    }

    [Fact]
    public void Near_duplicates_are_named() =>
        Assert.Contains("Near-duplicates: seeds 0, 1", run.Page, StringComparison.Ordinal);

    [Fact]
    public void The_same_run_gives_the_same_page_with_kept_thumbnails_and_without()
    {
        var kept = Path.Combine(run.Path, ".cache", "thumbnails");
        Assert.NotEmpty(Directory.GetFiles(kept));
        Assert.Equal(run.Page, Of(run.Content).Text);
        Directory.Delete(kept, recursive: true);
        Assert.Equal(run.Page, Of(run.Content, new ReportOptions { Threads = 1 }).Text);
    }

    [Fact]
    public void Images_that_are_gone_are_gray_and_counted_once()
    {
        var file = run.Image("loose", RunWithImages.Prompts[0], 3);
        var bytes = File.ReadAllBytes(file);
        Directory.Delete(Path.Combine(run.Path, ".cache", "thumbnails"), recursive: true);
        File.Delete(file);
        try
        {
            var report = Of(run.Content);
            Assert.Contains("1 image is gone", Assert.Single(report.Notes), StringComparison.Ordinal);
            Assert.Contains("image gone", report.Text, StringComparison.Ordinal);
        }
        finally
        {
            File.WriteAllBytes(file, bytes);
        }

        Assert.Equal(run.Page, Of(run.Content).Text);
    }

    [Theory]
    [InlineData(ImageUse.None, 0, 0)]
    [InlineData(ImageUse.Few, 2, 4)]
    [InlineData(ImageUse.All, 2 * RunWithImages.Seeds, 2 * RunWithImages.Seeds)]
    public void Images_are_shown_as_asked(ImageUse use, int least, int most)
    {
        var document = new HtmlParser().ParseDocument(Of(run.Content, new ReportOptions { Images = use }).Text);
        Assert.All(
            document.QuerySelectorAll("details.prompt"),
            prompt => Assert.InRange(prompt.QuerySelectorAll(".thumbs svg use").Length, least, most)
        );
    }

    [Fact]
    public void A_page_that_would_be_too_large_steps_down_and_says_so()
    {
        var all = Encoding.UTF8.GetByteCount(run.Page) / 1e6;
        var smaller = Of(run.Content, new ReportOptions { MaxMegabytes = all * 0.9 });
        Assert.True(Encoding.UTF8.GetByteCount(smaller.Text) <= all * 0.9 * 1e6);
        var bare = Encoding.UTF8.GetByteCount(Of(run.Content, new ReportOptions { Images = ImageUse.None }).Text) / 1e6;
        var none = Of(run.Content, new ReportOptions { MaxMegabytes = bare + 0.001 });
        Assert.Contains("No images are shown", Assert.Single(none.Notes), StringComparison.Ordinal);
        Assert.DoesNotContain("data:image", none.Text, StringComparison.Ordinal);
        foreach (var images in Enum.GetValues<ImageUse>())
        {
            var large = Of(run.Content, new ReportOptions { MaxMegabytes = 0.001, Images = images });
            Assert.Contains("MB without any image", Assert.Single(large.Notes), StringComparison.Ordinal);
            Assert.Contains("MB without any image", large.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Without_embeddings_heat_maps_and_maps_are_left_out_and_the_page_says_so()
    {
        var folder = Path.Combine(run.Path, "embeddings");
        Directory.Move(folder, folder + "-away");
        try
        {
            var report = Of(run.Read());
            Assert.Contains("The embeddings are gone", Assert.Single(report.Notes), StringComparison.Ordinal);
            Assert.DoesNotContain("figure-heat-map", report.Text, StringComparison.Ordinal);
            Assert.Contains("class=\"thumbs\"", report.Text, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Move(folder + "-away", folder);
        }
    }

    [Theory]
    [InlineData("loose")]
    [InlineData("steady")]
    public void One_model_has_the_interval_that_scoring_gave(string model)
    {
        var score = run.Scores.Models.Single(one => one.Model == model);
        var content = run.Read(model);
        var shown = Assert.Single(content.Models);
        Assert.Equal(score.Ci95![0], shown.Mean.Low, 1e-9);
        Assert.Equal(score.Ci95[1], shown.Mean.High, 1e-9);
        Assert.True(model == "steady" || score.Error!.ShareFromSeeds > 0.01);
        Assert.Contains(
            "<dt><bdi>Seeds</bdi></dt><dd><bdi>the same for every prompt;",
            Of(content).Text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_floor_of_each_model_stands_beside_the_common_one()
    {
        var rows = new HtmlParser().ParseDocument(run.Page).QuerySelectorAll("section.floor tbody tr").ToArray();
        Assert.Equal(
            run.Content.Models.Select(model =>
                Two(run.Scores.Models.Single(one => one.Model == model.Name).Floor!.Value)
            ),
            rows.Select(row => row.Children[3].TextContent)
        );
        Assert.Equal(
            run.Content.Models.Select(model =>
                Two(run.Scores.Models.Single(one => one.Model == model.Name).CalibratedOwn!.Value)
            ),
            rows.Select(row => row.Children[4].TextContent)
        );

        static string Two(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
    }

    [Fact]
    public void A_second_run_stands_beside()
    {
        var beside = Content.BesideContent.Of(run.Content, run.Content, new Comparison.ComparisonOptions());
        var page = Of(run.Content with { Beside = beside }).Text;
        Assert.Contains("Beside another run", page, StringComparison.Ordinal);
        Assert.All(beside.Changes, change => Assert.Equal(0, change.Difference.Value));
        Assert.Equal(2, beside.Changes.Count);
    }

    [Fact]
    public void Scores_of_another_encoder_are_not_subtracted()
    {
        var other = run.Content with { Encoder = run.Content.Encoder! with { WeightsSha256 = "other" } };
        var beside = Content.BesideContent.Of(run.Content, other, new Comparison.ComparisonOptions());
        Assert.Empty(beside.Changes);
        Assert.Contains("different encoders", Of(run.Content with { Beside = beside }).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Figures_of_a_prompt_have_its_images()
    {
        var made = FigureFiles.Of(
            run.Content,
            new FigureOptions { Figures = ["contact-sheet", "image-map", "heat-map"], Prompt = "A blue teapot!" },
            TestContext.Current.CancellationToken
        );
        var sheet = Encoding.UTF8.GetString(made.Files.Single(file => file.Name == "contact-sheet.svg").Bytes);
        Assert.Contains("a blue teapot", Encoding.UTF8.GetString(made.Files[^1].Bytes), StringComparison.Ordinal);
        Assert.Contains("data:image/jpeg", sheet, StringComparison.Ordinal);
        Assert.Empty(made.Notes);
    }

    /// <summary>Without the bytes of the thumbnails, which belong to the version of libvips.</summary>
    [Fact]
    public void Figures_of_images_are_as_they_were_looked_at()
    {
        string[] names = ["contact-sheet", "image-map", "heat-map", "variance", "half-width"];
        var made = FigureFiles.Of(
            run.Content,
            new FigureOptions
            {
                Figures = names,
                Prompt = "A blue teapot!",
                Formats = [FigureFormat.Svg],
            },
            TestContext.Current.CancellationToken
        );
        foreach (var name in names)
        {
            var svg = Encoding.UTF8.GetString(made.Files.Single(file => file.Name == $"{name}.svg").Bytes);
            AcceptedText.Check($"golden/{name}.svg", ImageData().Replace(svg, "data:image/jpeg;base64,"));
        }
    }

    [GeneratedRegex("data:image/jpeg;base64,[^\"]+")]
    private static partial Regex ImageData();

    [Theory]
    [InlineData("diferences", null, "Did you mean 'differences'?")]
    [InlineData("heat-map", "no such prompt", "the nearest is")]
    public void Unknown_names_are_refused_with_the_nearest(string figure, string? prompt, string message) =>
        Assert.Contains(
            message,
            Assert
                .Throws<UsageException>(() =>
                    FigureFiles.Of(
                        run.Content,
                        new FigureOptions { Figures = [figure], Prompt = prompt },
                        TestContext.Current.CancellationToken
                    )
                )
                .Message,
            StringComparison.Ordinal
        );
}
