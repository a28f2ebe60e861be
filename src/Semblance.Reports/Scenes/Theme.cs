using System.Globalization;
using System.Text;

namespace Semblance.Reports.Scenes;

/// <summary>The colour of every tone, as <c>rrggbb</c>.</summary>
/// <remarks>
/// Models: blue and vermilion of Okabe and Ito first, which readers of all kinds of colour vision tell apart, each at a
/// contrast of 3 or more on its paper. The scale is that of viridis (van der Walt and Smith 2015), sampled.
/// </remarks>
internal sealed class Theme
{
    private readonly Dictionary<string, string> _colours;

    private Theme(string paper, string ink, string muted, string rule, string[] models, string[] soft)
    {
        _colours = new Dictionary<string, string>
        {
            ["paper"] = paper,
            ["ink"] = ink,
            ["muted"] = muted,
            ["rule"] = rule,
        };
        for (var i = 0; i < Tone.Models; i++)
        {
            _colours[Tone.Model(i).Name] = models[i];
            _colours[Tone.Soft(i).Name] = soft[i];
        }

        for (var i = 0; i < Tone.Steps; i++)
        {
            _colours[Tone.Heat((i + 0.5) / Tone.Steps).Name] = Viridis((i + 0.5) / Tone.Steps);
        }
    }

    public static Theme Light { get; } =
        new(
            "ffffff",
            "1b1f24",
            "59636e",
            "dfe3e8",
            ["0067a5", "c8500a", "0a7d5c", "a8477f", "6a5acd", "7a6a00"],
            ["bfd9ea", "f3cfb5", "b9ddd1", "e6c8d9", "d3cef0", "ddd8b3"]
        );

    public static Theme Dark { get; } =
        new(
            "14171c",
            "e8eaed",
            "a3adb8",
            "333a43",
            ["62b5ee", "f2994f", "4fc7a1", "e08fbe", "a99df5", "d1bf4a"],
            ["1f435c", "5c3a1e", "1d4d40", "553449", "3f3a63", "4d471f"]
        );

    public string this[Tone tone] => _colours[tone.Name];

    /// <summary>The colours as CSS custom properties; the scale is the same in both themes and in <paramref name="scale"/> only.</summary>
    public string Variables(bool scale)
    {
        var text = new StringBuilder();
        foreach (var (name, colour) in _colours.Where(one => scale || one.Key[0] != 'h'))
        {
            text.Append(CultureInfo.InvariantCulture, $"--{name}:#{colour};");
        }

        return text.ToString();
    }

    /// <summary>The classes of marks, on those properties: <c>f-</c> fills, <c>l-</c> draws a line.</summary>
    public static string Classes()
    {
        var text = new StringBuilder(".fig .b{font-weight:600}.fig .am{text-anchor:middle}.fig .ae{text-anchor:end}");
        foreach (var name in Light._colours.Keys)
        {
            text.Append(CultureInfo.InvariantCulture, $".f-{name}{{fill:var(--{name})}}");
            if (name[0] != 'h' && name[0] != 's')
            {
                text.Append(CultureInfo.InvariantCulture, $".l-{name}{{fill:none;stroke:var(--{name})}}");
            }
        }

        for (var i = 0; i < Tone.Models; i++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $".l-s{i}{{fill:none;stroke:var(--s{i})}}.m{i}{{color:var(--m{i})}}"
            );
        }

        return text.ToString();
    }

    private static string Viridis(double share)
    {
        (int R, int G, int B)[] stops =
        [
            (68, 1, 84),
            (72, 40, 120),
            (62, 74, 137),
            (49, 104, 142),
            (38, 130, 142),
            (31, 158, 137),
            (53, 183, 121),
            (109, 205, 89),
            (180, 222, 44),
            (253, 231, 37),
        ];
        var depth = share * (stops.Length - 1);
        var low = Math.Min((int)depth, stops.Length - 2);
        var (a, b) = (stops[low], stops[low + 1]);
        string Mix(int from, int to) =>
            ((int)Math.Round(from + ((to - from) * (depth - low)))).ToString("x2", CultureInfo.InvariantCulture);
        return Mix(a.R, b.R) + Mix(a.G, b.G) + Mix(a.B, b.B);
    }
}
