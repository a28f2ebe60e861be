using SkiaSharp;

namespace Semblance.Painters.Scenes;

/// <summary>The words that the painters know, in singular.</summary>
internal static class Vocabulary
{
    public static readonly Dictionary<string, Subject> Subjects = Words<Subject>(
        (Subject.Lighthouse, "lighthouse beacon"),
        (Subject.Cat, "cat kitten kitty tabby"),
        (Subject.Boat, "boat ship sailboat yacht sloop dinghy vessel"),
        (Subject.House, "house cottage cabin hut home farm farmhouse barn chalet"),
        (Subject.Tree, "tree oak birch"),
        (Subject.Bicycle, "bicycle bike cycle"),
        (Subject.Balloon, "balloon airship"),
        (Subject.Fox, "fox vixen wolf dog puppy"),
        (Subject.Owl, "owl"),
        (Subject.Teapot, "teapot tea kettle pot cup mug"),
        (Subject.Robot, "robot android automaton astronaut person man woman child"),
        (Subject.Castle, "castle fortress palace tower keep"),
        (Subject.Windmill, "windmill mill turbine"),
        (Subject.Birds, "bird gull seagull swallow crow heron")
    );

    public static readonly Dictionary<string, Setting> Settings = Words<Setting>(
        (Setting.Sea, "sea ocean coast coastal beach shore lake harbour harbor bay island wave cliff river"),
        (Setting.Desert, "desert dune sahara canyon sand"),
        (Setting.Forest, "forest wood woodland jungle grove pine"),
        (Setting.City, "city town street skyline urban village market"),
        (Setting.Meadow, "meadow field garden grass flower hill park countryside valley orchard"),
        (Setting.Mountains, "mountain alp peak alpine summit"),
        (Setting.Table, "table kitchen room still interior desk windowsill indoors")
    );

    public static readonly Dictionary<string, Weather> Weathers = Words<Weather>(
        (Weather.Clear, "clear sunny calm bright cloudless"),
        (Weather.Cloudy, "cloud cloudy overcast"),
        (Weather.Rain, "rain rainy drizzle wet"),
        (Weather.Fog, "fog foggy mist misty haze hazy"),
        (Weather.Snow, "snowing snowfall blizzard snowstorm snow snowy"),
        (Weather.Storm, "storm stormy thunder lightning tempest thunderstorm")
    );

    public static readonly Dictionary<string, Hour> Hours = Words<Hour>(
        (Hour.Dawn, "dawn sunrise morning daybreak"),
        (Hour.Day, "day noon midday afternoon daylight"),
        (Hour.Sunset, "sunset dusk evening twilight sundown golden"),
        (Hour.Night, "night midnight moon moonlit moonlight star starry nocturne")
    );

    public static readonly Dictionary<string, Medium> Media = Words<Medium>(
        (Medium.Oil, "oil painting acrylic photo photograph"),
        (Medium.Watercolour, "watercolour watercolor aquarelle gouache wash"),
        (Medium.Poster, "poster flat vector screenprint vintage retro minimalist"),
        (Medium.Ink, "ink drawing sketch woodcut engraving pencil monochrome"),
        (Medium.Pastel, "pastel chalk crayon")
    );

    public static readonly Dictionary<string, SKColor> Colours = new(StringComparer.Ordinal)
    {
        ["red"] = new(0xC8, 0x3A, 0x32),
        ["crimson"] = new(0xA8, 0x24, 0x38),
        ["orange"] = new(0xE0, 0x7B, 0x2E),
        ["ginger"] = new(0xD9, 0x82, 0x3B),
        ["yellow"] = new(0xE8, 0xBA, 0x38),
        ["green"] = new(0x4F, 0x8A, 0x54),
        ["blue"] = new(0x35, 0x6F, 0xA8),
        ["purple"] = new(0x7A, 0x55, 0x9C),
        ["pink"] = new(0xDE, 0x8A, 0x9E),
        ["white"] = new(0xEC, 0xE8, 0xDF),
        ["grey"] = new(0x8C, 0x8F, 0x94),
        ["gray"] = new(0x8C, 0x8F, 0x94),
        ["black"] = new(0x37, 0x35, 0x3B),
        ["brown"] = new(0x85, 0x5A, 0x3C),
    };

    private static Dictionary<string, T> Words<T>(params ReadOnlySpan<(T Meaning, string Words)> entries)
    {
        var known = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var (meaning, words) in entries)
        {
            foreach (var word in words.Split(' '))
            {
                known[word] = meaning;
            }
        }

        return known;
    }
}
