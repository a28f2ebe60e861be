using System.Globalization;

namespace Semblance.Painters.Scenes;

/// <summary>One view of a prompt, repeated with the small differences of a hand.</summary>
internal static class SteadyHand
{
    public static Composition Compose(string prompt, long seed)
    {
        var scene = PromptReader.Read(prompt);
        var view = Dice.Of("steady view", prompt);
        var hand = Dice.Of("steady hand", prompt, seed.ToString(CultureInfo.InvariantCulture));
        var horizon = Views.Horizon(scene.Setting) + view.Around(0.03f) + hand.Around(0.03f);
        var left = view.Chance(0.5f);
        var mirrored = view.Chance(0.5f);
        return new Composition(
            scene,
            Palette.Of(scene, hand.Around(9), hand.Around(0.06f)),
            hand.Branch(),
            horizon,
            (left ? 0.43f : 0.57f) + hand.Around(0.07f),
            0.5f + hand.Around(0.12f),
            1.12f + hand.Around(0.16f),
            hand.Chance(0.12f) ? !mirrored : mirrored,
            (left ? 0.74f : 0.26f) + hand.Around(0.1f),
            view.Between(0.3f, 0.6f) + hand.Around(0.12f),
            0,
            1
        );
    }
}
