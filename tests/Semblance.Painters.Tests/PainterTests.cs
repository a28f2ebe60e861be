using System.Buffers.Binary;

namespace Semblance.Painters.Tests;

public sealed class PainterTests
{
    private const string Prompt = "a lighthouse on a rocky coast at sunset";

    public static TheoryData<string> Models => [Painter.Steady.Model, Painter.Wanderer.Model];

    [Theory]
    [MemberData(nameof(Models))]
    public async Task A_picture_is_the_same_alone_and_in_company(string model)
    {
        var painter = Of(model);
        var requests = DemoPrompts.All.Take(4).SelectMany(p => Seeds(p, 3, 96)).ToArray();
        var together = await Collect(painter, requests, TestContext.Current.CancellationToken);
        Assert.Equal(requests.Length, together.Count);
        foreach (var request in requests.Reverse())
        {
            Assert.Equal(painter.Paint(request).Pixels, together[request]);
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Other_seeds_give_other_pictures(string model)
    {
        var pictures = Seeds(Prompt, 8, 96).Select(r => Convert.ToHexString(Of(model).Paint(r).Pixels));
        Assert.Equal(8, pictures.Distinct().Count());
    }

    [Fact]
    public void Models_differ_in_name_and_picture()
    {
        var request = new ImageRequest(Prompt, 7, 96, 96);
        Assert.NotEqual(Painter.Steady.Model, Painter.Wanderer.Model);
        Assert.NotEqual(Painter.Steady.Paint(request).Pixels, Painter.Wanderer.Paint(request).Pixels);
    }

    [Theory]
    [InlineData(64, 64)]
    [InlineData(160, 90)]
    [InlineData(90, 160)]
    [InlineData(16, 16)]
    public void Pixels_fill_the_size_that_was_asked_for(int width, int height)
    {
        foreach (var painter in (Painter[])[Painter.Steady, Painter.Wanderer])
        {
            var image = painter.Paint(new ImageRequest(Prompt, 1, width, height));
            Assert.Equal(width * height * 3, image.Pixels.Length);
        }
    }

    [Theory]
    [InlineData(15, 64)]
    [InlineData(64, 9000)]
    public void A_side_that_cannot_be_drawn_is_refused(int width, int height)
    {
        var fault = Assert.Throws<InputException>(() =>
            Painter.Steady.Paint(new ImageRequest(Prompt, 1, width, height))
        );
        Assert.Contains($"{width} x {height}", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("🦊🌊")]
    [InlineData("\ud800 half a surrogate")]
    [InlineData("colorless green ideas sleep furiously")]
    [InlineData("un château au bord de la mer, à l'aube")]
    public void Prompts_that_nobody_foresaw_still_give_a_picture(string prompt)
    {
        foreach (var painter in (Painter[])[Painter.Steady, Painter.Wanderer])
        {
            var pixels = painter.Paint(new ImageRequest(prompt, 3, 128, 128)).Pixels;
            // A flat sheet has one colour; a landscape has hundreds and a spread of light.
            Assert.True(Colours(pixels) > 300);
            Assert.True(Spread(pixels) > 8);
        }
    }

    [Fact]
    public void A_subject_in_the_prompt_changes_the_picture()
    {
        var with = Painter.Steady.Paint(new ImageRequest("a cat in a meadow at dawn", 5, 96, 96)).Pixels;
        var other = Painter.Steady.Paint(new ImageRequest("a robot in a meadow at dawn", 5, 96, 96)).Pixels;
        Assert.NotEqual(with, other);
    }

    [Fact]
    public void The_steady_hand_is_more_like_itself_than_the_wanderer()
    {
        double Apart(Painter painter) => DemoPrompts.All.Average(p => Distance(painter, p));
        Assert.True(Apart(Painter.Steady) * 1.3 < Apart(Painter.Wanderer));
    }

    [Fact]
    public void Twelve_different_prompts_are_given_for_the_demo()
    {
        Assert.Equal(12, DemoPrompts.All.Distinct().Count());
        Assert.All(DemoPrompts.All, p => Assert.False(string.IsNullOrWhiteSpace(p)));
    }

    [Fact]
    public async Task Cancelling_before_the_start_paints_nothing()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Collect(Painter.Steady, Seeds(Prompt, 4, 64), stop.Token)
        );
    }

    [Fact]
    public async Task Cancelling_on_the_way_ends_the_stream()
    {
        using var stop = new CancellationTokenSource();
        var seen = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Painter.Wanderer.GenerateAsync(Seeds(Prompt, 400, 64), stop.Token))
            {
                seen++;
                await stop.CancelAsync();
            }
        });
        Assert.InRange(seen, 1, 399);
    }

    [Fact]
    public async Task A_reader_that_leaves_early_is_let_go()
    {
        await foreach (
            var image in Painter.Steady.GenerateAsync(Seeds(Prompt, 400, 64), TestContext.Current.CancellationToken)
        )
        {
            Assert.Equal(64 * 64 * 3, Assert.IsType<PixelImage>(image.Content).Pixels.Length);
            break;
        }
    }

    [Fact]
    public async Task A_request_that_cannot_be_drawn_reaches_the_reader()
    {
        ImageRequest[] requests = [new(Prompt, 1, 0, 64)];
        await Assert.ThrowsAsync<InputException>(() =>
            Collect(Painter.Steady, requests, TestContext.Current.CancellationToken)
        );
    }

    private static Painter Of(string model) => model == Painter.Steady.Model ? Painter.Steady : Painter.Wanderer;

    private static ImageRequest[] Seeds(string prompt, int count, int side) =>
        [.. Enumerable.Range(0, count).Select(s => new ImageRequest(prompt, s, side, side))];

    private static async Task<Dictionary<ImageRequest, byte[]>> Collect(
        Painter painter,
        IReadOnlyList<ImageRequest> requests,
        CancellationToken cancellationToken
    )
    {
        var images = new Dictionary<ImageRequest, byte[]>();
        await foreach (var image in painter.GenerateAsync(requests, cancellationToken))
        {
            images.Add(image.Request, ((PixelImage)image.Content).Pixels);
        }

        return images;
    }

    /// <summary>Mean absolute difference per channel over all pairs of four seeds, drawn small.</summary>
    private static double Distance(Painter painter, string prompt)
    {
        var images = Seeds(prompt, 4, 32).Select(r => painter.Paint(r).Pixels).ToArray();
        return (
            from i in Enumerable.Range(0, images.Length)
            from j in Enumerable.Range(0, i)
            select images[i].Zip(images[j], (a, b) => Math.Abs(a - b)).Average()
        ).Average();
    }

    private static int Colours(byte[] pixels) =>
        pixels.Chunk(3).Select(p => BinaryPrimitives.ReadUInt16LittleEndian(p) | (p[2] << 16)).Distinct().Count();

    private static double Spread(byte[] pixels)
    {
        var mean = pixels.Average(p => (double)p);
        return Math.Sqrt(pixels.Average(p => (p - mean) * (p - mean)));
    }
}
