using Semblance.Painters.Canvas;
using Semblance.Painters.Scenes;
using SkiaSharp;

namespace Semblance.Painters.Subjects;

internal static class Animals
{
    public static void Cat(Easel easel, SKColor? colour)
    {
        var fur = easel.Tone(colour ?? SKColor.Parse("8D8478"));
        var dark = Tints.Darker(fur, 0.32f);
        var pale = Tints.Mix(fur, easel.Tone("FFF6E8"), 0.62f);
        easel.Line("M15 -6 C34 -2 42 -16 36 -29 C34 -35 38 -39 41 -38", fur, 7.5f);
        easel.Line("M40 -20 L33 -20 M38 -29 L32 -27", dark, 2);
        easel.Round(
            "M-14 0 C-25 -3 -24 -24 -14 -38 C-9 -46 -9 -50 -8 -56 L13 -56 C13 -47 19 -36 20 -19 C21 -6 19 0 12 0 Z",
            fur
        );
        easel.Fill("M-6 -52 C-12 -38 -8 -22 0 -18 C9 -22 12 -38 9 -52 Z", pale);
        easel.Line(
            "M16 -34 L10 -31 M18.5 -25 L11 -23 M19.5 -16 L13 -15 M-17 -32 L-11 -29 M-19.5 -23 L-13 -21",
            dark,
            1.9f
        );
        easel.Round(
            "M-12 -30 C-14 -16 -12 -6 -12 -1 A6 3.5 0 0 0 0 -1 L-1 -24 Z M14 -30 C15 -16 14 -6 14 -1 A6 3.5 0 0 1 2 -1 L3 -24 Z",
            Tints.Lighter(fur, 0.08f),
            0.25f
        );
        easel.Oval(-6, -1.5f, 6.4f, 3.2f, pale);
        easel.Oval(8, -1.5f, 6.4f, 3.2f, pale);
        easel.Round("M-14 -70 L-14 -92 L0 -79 Z M18 -70 L18 -92 L4 -79 Z", fur);
        easel.Fill("M-11 -74 L-11.5 -86 L-4 -79 Z M15 -74 L15.5 -86 L8 -79 Z", easel.Tone("E0A2A0"));
        easel.Round(
            "M2 -82 C14 -82 21 -75 20 -66 C19 -56 11 -51 2 -51 C-7 -51 -15 -56 -16 -66 C-17 -75 -10 -82 2 -82 Z",
            fur
        );
        easel.Line("M2 -81 V-75 M-3 -80.5 L-2 -75.5 M7 -80.5 L6 -75.5", dark, 1.7f);
        easel.Oval(-2.4f, -57.5f, 5.4f, 4.5f, pale);
        easel.Oval(6.4f, -57.5f, 5.4f, 4.5f, pale);
        Eye(easel, -5.5f, -67, 3.7f, easel.Tone("A9C25A"));
        Eye(easel, 9.5f, -67, 3.7f, easel.Tone("A9C25A"));
        easel.Fill("M-0.2 -61.5 H4.2 L2 -58.6 Z", easel.Tone("C9767A"));
        easel.Line("M2 -58.6 V-56.8 M2 -56.8 Q-0.5 -54.2 -3 -56 M2 -56.8 Q4.5 -54.2 7 -56", dark, 0.9f);
        easel.Line(
            "M-5 -58 L-19 -60.5 M-5 -56.5 L-19 -55 M9 -58 L23 -60.5 M9 -56.5 L23 -55",
            Tints.Clear(easel.Tone("FFFFFF"), 0.8f),
            0.6f
        );
    }

    private static void Eye(Easel easel, float x, float y, float radius, SKColor iris)
    {
        easel.Oval(x, y, radius, radius * 1.05f, easel.Tone("2A2226"));
        easel.Oval(x, y, radius * 0.84f, radius * 0.9f, iris);
        easel.Oval(x, y, radius * 0.36f, radius * 0.78f, easel.Tone("17141A"));
        easel.Dot(x - (radius * 0.3f), y - (radius * 0.35f), radius * 0.24f, SKColors.White);
    }

    public static void Fox(Easel easel, SKColor? colour)
    {
        var fur = easel.Tone(colour ?? SKColor.Parse("CF6A2C"));
        var white = easel.Tone("FBF1E2");
        var sock = easel.Tone("3A2A26");
        easel.Round("M12 -2 C30 4 52 -4 52 -24 C52 -40 42 -50 36 -52 C40 -40 34 -28 22 -22 Z", fur, 0.4f);
        easel.Fill("M36 -52 C44 -48 52 -38 52 -26 C46 -30 42 -30 37 -33 C39 -40 39 -46 36 -52 Z", white);
        easel.Round(
            "M-12 0 C-20 -6 -18 -26 -10 -40 C-6 -48 -8 -54 -6 -58 L12 -56 C14 -44 24 -34 24 -16 C24 -4 20 0 14 0 Z",
            fur,
            0.4f
        );
        easel.Fill("M-7 -54 C-13 -40 -9 -28 -3 -20 C5 -28 9 -42 7 -54 Z", white);
        easel.Round("M-11 -30 L-10 0 H-2 L-1 -26 Z M9 -30 L5 0 H-1 L1 -26 Z", fur, 0.25f);
        easel.Fill("M-10.6 -13 L-10 0 H-2 L-1.6 -13 Z M7 -13 L5 0 H-1 L0 -13 Z", sock);
        easel.Round("M-16 -74 L-18 -98 L-3 -83 Z M14 -74 L18 -98 L3 -83 Z", fur);
        easel.Fill("M-14 -78 L-15 -91 L-6 -82 Z M12 -78 L15 -91 L6 -82 Z", sock);
        easel.Round(
            "M0 -86 C12 -86 19 -77 20 -68 L26 -62 C16 -59 8 -54 3 -47 Q0 -44 -3 -47 C-8 -54 -16 -59 -26 -62 L-20 -68 C-19 -77 -12 -86 0 -86 Z",
            fur,
            0.3f
        );
        easel.Fill(
            "M-26 -62 C-16 -59 -8 -54 -3 -47 Q0 -44 3 -47 C8 -54 16 -59 26 -62 C18 -66 10 -66 5 -64 L0 -56 L-5 -64 C-10 -66 -18 -66 -26 -62 Z",
            white
        );
        easel.Oval(-8, -69, 2.5f, 2.9f, sock);
        easel.Oval(8, -69, 2.5f, 2.9f, sock);
        easel.Dot(-8.7f, -70, 0.8f, SKColors.White);
        easel.Dot(7.3f, -70, 0.8f, SKColors.White);
        easel.Oval(0, -47.6f, 3, 2.4f, easel.Tone("1F1A1C"));
    }

    public static void Owl(Easel easel, SKColor? colour)
    {
        var plume = easel.Tone(colour ?? SKColor.Parse("8B6B4B"));
        var pale = easel.Tone("E9D7B4");
        var dark = Tints.Darker(plume, 0.45f);
        easel.Line("M-150 16 C-80 2 -20 6 30 1 C70 -3 100 -10 180 -16", easel.Tone("4A3526"), 8);
        easel.Line("M60 -3 C75 -20 90 -26 104 -30 M-70 6 C-80 20 -84 30 -96 34", easel.Tone("4A3526"), 3.4f);
        for (var i = 0; i < 12; i++)
        {
            var (x, y) = (
                easel.Dice.Chance(0.5f) ? 88 + easel.Dice.Around(30) : -88 + easel.Dice.Around(28),
                easel.Dice.Around(24)
            );
            easel.Oval(x, y, 6.5f, 3, easel.Tone(Tints.Turn(easel.Palette.Leaf, 0, easel.Dice.Around(0.2f))));
        }

        easel.Round("M-8 -4 L-9 18 L0 20 L9 18 L8 -4 Z", dark, 0.3f);
        easel.Round(
            "M0 -92 C20 -92 28 -76 27 -52 C26 -24 16 0 0 1 C-16 0 -26 -24 -27 -52 C-28 -76 -20 -92 0 -92 Z",
            plume,
            0.45f
        );
        easel.Fill(
            "M0 -56 C14 -56 18 -40 15 -24 C12 -8 6 -2 0 -1 C-6 -2 -12 -8 -15 -24 C-18 -40 -14 -56 0 -56 Z",
            pale
        );
        for (var row = 0; row < 6; row++)
        {
            for (var i = -2; i <= 2; i++)
            {
                var x = (i * 5.4f) + (row % 2 == 0 ? 0 : 2.7f);
                var y = -46 + (row * 7.4f);
                if ((x * x / 170) + ((y + 30) * (y + 30) / 600) < 1)
                {
                    easel.Line($"M{x - 1.7f} {y} Q{x} {y + 3.2f} {x + 1.7f} {y}", dark, 1.1f);
                }
            }
        }

        easel.Round(
            "M-25 -62 C-34 -44 -32 -14 -14 -4 C-20 -24 -18 -44 -15 -58 Z M25 -62 C34 -44 32 -14 14 -4 C20 -24 18 -44 15 -58 Z",
            Tints.Darker(plume, 0.2f),
            0.3f
        );
        easel.Round("M-22 -82 L-24 -102 L-8 -91 Z M22 -82 L24 -102 L8 -91 Z", plume);
        easel.Dot(-10.5f, -75, 12.5f, pale);
        easel.Dot(10.5f, -75, 12.5f, pale);
        foreach (var x in (ReadOnlySpan<float>)[-10.5f, 10.5f])
        {
            easel.Dot(x, -75, 8.2f, easel.Tone("E8A62C"));
            easel.Dot(x, -75, 5, easel.Tone("15131A"));
            easel.Dot(x - 2, -77.4f, 1.7f, SKColors.White);
        }

        easel.Fill("M-3.4 -70 Q0 -73 3.4 -70 L0 -60.5 Z", easel.Tone("D8A24A"));
        easel.Line("M-9 0 V6 M-6 0 V6.6 M-3 0 V6 M3 0 V6 M6 0 V6.6 M9 0 V6", easel.Tone("C9963F"), 2.1f);
    }

    public static void Birds(Easel easel, SKColor? colour)
    {
        var tone = easel.Tone(colour ?? SKColor.Parse("37404C"));
        for (var i = 0; i < 7; i++)
        {
            var (x, y) = (easel.Dice.Around(75), -50 + easel.Dice.Around(60));
            var wing = easel.Dice.Between(9, 19);
            var lift = easel.Dice.Between(0.25f, 0.6f) * wing;
            easel.Fill(
                $"M{x - wing} {y - lift} Q{x - (wing * 0.4f)} {y - (lift * 1.25f)} {x} {y} Q{x + (wing * 0.4f)} {y - (lift * 1.25f)} {x + wing} {y - lift} Q{x + (wing * 0.4f)} {y - (lift * 0.6f)} {x} {y + (wing * 0.2f)} Q{x - (wing * 0.4f)} {y - (lift * 0.6f)} {x - wing} {y - lift} Z",
                tone
            );
        }
    }
}
