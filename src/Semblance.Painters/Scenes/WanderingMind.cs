using System.Globalization;

namespace Semblance.Painters.Scenes;

/// <summary>Reads the prompt, then lets the seed lead it astray.</summary>
internal static class WanderingMind
{
    public static Composition Compose(string prompt, long seed)
    {
        var asked = PromptReader.Read(prompt);
        var mind = Dice.Of("wandering mind", prompt, seed.ToString(CultureInfo.InvariantCulture));
        var scene = Stray(asked, mind.Branch());
        var close = mind.Chance(0.3f);
        return new Composition(
            scene,
            Palette.Of(scene, mind.Around(60), mind.Around(0.2f)),
            mind.Branch(),
            Math.Clamp(Views.Horizon(scene.Setting) + mind.Around(0.22f), 0.25f, 0.85f),
            mind.Between(0.2f, 0.8f),
            mind.Between(0.12f, 0.85f),
            close ? mind.Between(1.5f, 2.1f) : mind.Between(0.3f, 1.2f),
            mind.Chance(0.5f),
            mind.Between(0.08f, 0.92f),
            mind.Between(0.12f, 0.9f),
            mind.Chance(0.3f) ? mind.Around(9) : 0,
            mind.Chance(0.3f) ? mind.Between(1.15f, 1.5f) : 1
        );
    }

    private static Scene Stray(Scene asked, Dice mind)
    {
        var loses = mind.Chance(0.15f);
        var gains = mind.Chance(0.4f);
        var guest = (Subject)mind.Below(Enum.GetValues<Subject>().Length);
        var subjects = loses ? [] : asked.Subjects;
        return asked with
        {
            Subjects = gains ? [.. subjects, guest] : subjects,
            Setting = mind.Chance(0.35f) ? (Setting)mind.Below((int)Setting.Table) : asked.Setting,
            Weather = mind.Chance(0.6f) ? (Weather)mind.Below(Enum.GetValues<Weather>().Length) : asked.Weather,
            Hour = mind.Chance(0.65f) ? (Hour)mind.Below(Enum.GetValues<Hour>().Length) : asked.Hour,
            Medium = mind.Chance(0.35f) ? (Medium)mind.Below(Enum.GetValues<Medium>().Length) : asked.Medium,
            SnowyGround = mind.Chance(0.15f) || (asked.SnowyGround && mind.Chance(0.6f)),
            Autumn = mind.Chance(0.2f) || (asked.Autumn && mind.Chance(0.6f)),
            Colour = mind.Chance(0.4f) ? null : asked.Colour,
        };
    }
}
