using Semblance.Reports.Scenes;
using Semblance.Statistics;
using static System.FormattableString;

namespace Semblance.Reports.Figures;

/// <summary>How do the images of a prompt lie to one another? Classical scaling of 1 - cos, with the images themselves as marks.</summary>
internal static class ImageMap
{
    /// <summary>One image of an <see cref="ImageMap"/>.</summary>
    /// <param name="Model">Whose image.</param>
    /// <param name="Place">Its place among the models.</param>
    /// <param name="Seed">What names it.</param>
    /// <param name="Image">Its thumbnail; null for a dot.</param>
    internal sealed record Node(string Model, int Place, string Seed, SceneImage? Image);

    /// <summary>The figure of two images or more.</summary>
    /// <param name="prompt">For the caption.</param>
    /// <param name="images">Of all models, [n].</param>
    /// <param name="cosines">Of each pair, [n][n].</param>
    /// <param name="facts">For the caption.</param>
    public static Figure Of(string prompt, IReadOnlyList<Node> images, double[][] cosines, StudyFacts facts)
    {
        const string Title = "Map of the images";
        var map = ClassicalScaling.Of([
            .. cosines.Select(row => Array.ConvertAll(row, cosine => Math.Max(0, 1 - cosine))),
        ]);
        var finding = Invariant(
            $"The two directions shown hold {100 * map.Share:F0}% of the spread of {images.Count} images."
        );
        return new Figure(
            "image-map",
            Title,
            $"{finding} Near means alike: classical scaling of 1 - cos, which has no settings and always gives the same map. Frames have the colour of the model. Prompt: {Raincloud.Short(prompt)}. Encoder {facts.Encoder ?? "unknown"}.",
            style => Draw(images, map, style, Title, finding),
            new DataTable(
                ["model", "seed", "x", "y"],
                [
                    .. images.Select(
                        (image, i) =>
                            (IReadOnlyList<object?>)[image.Model, image.Seed, map.Points[i].X, map.Points[i].Y]
                    ),
                ]
            )
        );
    }

    private static Scene Draw(
        IReadOnlyList<Node> images,
        ScaledMap map,
        FigureStyle style,
        string title,
        string finding
    )
    {
        var em = style.FontSize;
        var models = images.Select(image => (image.Model, image.Place)).Distinct().ToArray();
        var top = em * ((models.Length * 1.4) + 0.4);
        var side = Math.Round(Math.Clamp(style.Width / (2.2 * Math.Sqrt(images.Count)), em * 1.4, em * 4) / 2) * 2;
        var width = style.Width - side - 4;
        var (spanX, spanY) = (Span(map.Points.Select(point => point.X)), Span(map.Points.Select(point => point.Y)));
        // One scale for both directions: distances must mean the same both ways.
        var scale = Math.Min(width / Math.Max(1e-9, spanX.Length), width * 0.7 / Math.Max(1e-9, spanY.Length));
        var height = Math.Max(side * 1.2, spanY.Length * scale);
        List<Mark> marks = [];
        for (var m = 0; m < models.Length; m++)
        {
            var y = em * ((m * 1.4) + 1);
            marks.Add(
                new DotMark(
                    new Spot(em * 0.6, y - (em * 0.34)),
                    em * 0.34,
                    Tone.Model(models[m].Place),
                    Tone.ShapeOf(models[m].Place)
                )
            );
            marks.Add(
                new TextMark(
                    new Spot(em * 1.4, y),
                    FontFace.Fit(models[m].Model, em, style.Width - (em * 2), strong: true),
                    em,
                    Tone.Model(models[m].Place),
                    Strong: true
                )
            );
        }

        for (var i = 0; i < images.Count; i++)
        {
            var x = Math.Round((style.Width / 2) + ((map.Points[i].X - spanX.Middle) * scale));
            var y = Math.Round(top + 2 + (side / 2) + (height / 2) + ((map.Points[i].Y - spanY.Middle) * scale));
            marks.Add(
                new GroupMark($"{images[i].Model}, seed {images[i].Seed}", [.. Marks(images[i], x, y, side, style)])
            );
        }

        return new Scene(style.Width, top + height + side + 4, title, finding, marks);
    }

    private static IEnumerable<Mark> Marks(Node node, double x, double y, double side, FigureStyle style)
    {
        var tone = Tone.Model(node.Place);
        if (node.Image is not { } image)
        {
            yield return new DotMark(new Spot(x, y), style.Dot * 1.3, tone, Tone.ShapeOf(node.Place));
            yield break;
        }

        const double Frame = 2;
        yield return new RectMark(
            x - (side / 2) - Frame,
            y - (side / 2) - Frame,
            side + (2 * Frame),
            side + (2 * Frame),
            tone
        );
        yield return new ImageMark(x - (side / 2), y - (side / 2), side, image);
    }

    private static (double Middle, double Length) Span(IEnumerable<double> values)
    {
        double[] all = [.. values];
        return ((all.Min() + all.Max()) / 2, all.Max() - all.Min());
    }
}
