namespace Semblance.Painters;

/// <summary>The prompts of <c>semblance demo</c>.</summary>
public static class DemoPrompts
{
    /// <summary>Twelve prompts whose words the painters know: subjects, settings, weather, hours and media.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "a lighthouse on a rocky coast at sunset",
        "a ginger cat in a meadow at dawn",
        "a red sailing boat on a calm sea, watercolour",
        "a cottage in a snowy forest at night",
        "a hot air balloon over the mountains at dawn",
        "a fox in a foggy autumn forest",
        "an owl in the woods under a full moon, ink drawing",
        "a castle above a stormy sea",
        "a robot among the flowers, vintage poster",
        "a yellow bicycle in a rainy city",
        "a blue teapot on a table, pastel",
        "a windmill in the desert on a clear day",
    ];
}
