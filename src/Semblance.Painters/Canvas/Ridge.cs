using Semblance.Painters.Scenes;
using SkiaSharp;

namespace Semblance.Painters.Canvas;

/// <summary>Outlines of hills, peaks and dunes, from the left edge to the right, closed below.</summary>
internal static class Ridge
{
    /// <summary>A line by midpoint displacement: each halving moves the middle by <paramref name="rough"/> of the move before.</summary>
    public static SKPath Path(Easel easel, float level, float rise, float rough, Dice dice)
    {
        const int Points = 129;
        var heights = new float[Points];
        heights[0] = dice.Around(rise);
        heights[^1] = dice.Around(rise);
        var move = rise;
        for (var step = Points - 1; step > 1; step /= 2)
        {
            for (var i = step / 2; i < Points; i += step)
            {
                heights[i] = ((heights[i - (step / 2)] + heights[i + (step / 2)]) / 2) + dice.Around(move);
            }

            move *= rough;
        }

        using var builder = new SKPathBuilder();
        // Wider than the image, so that a tilted view shows no end.
        var left = -0.25f * easel.Width;
        var span = 1.5f * easel.Width;
        builder.MoveTo(left, easel.Height * 1.4f);
        for (var i = 0; i < Points; i++)
        {
            builder.LineTo(left + (span * i / (Points - 1)), level + heights[i]);
        }

        builder.LineTo(left + span, easel.Height * 1.4f);
        builder.Close();
        return builder.Detach();
    }
}
