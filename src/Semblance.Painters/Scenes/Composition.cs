namespace Semblance.Painters.Scenes;

/// <summary>Everything that fixes an image. Lengths are in units of the image's height / 512.</summary>
/// <param name="Scene">What is drawn.</param>
/// <param name="Palette">Its colours.</param>
/// <param name="Dice">For the details.</param>
/// <param name="Horizon">Share of the height from the top, 0 to 1.</param>
/// <param name="SubjectX">Share of the width, 0 to 1.</param>
/// <param name="SubjectDepth">Where the subject stands between horizon (0) and lower edge (1).</param>
/// <param name="SubjectScale">1 is the subject's usual size.</param>
/// <param name="Mirrored">Whether the subject looks the other way.</param>
/// <param name="LightX">Share of the width at which sun or moon stands.</param>
/// <param name="LightY">Share of the sky's height, from the top.</param>
/// <param name="Tilt">Degrees by which the whole view leans.</param>
/// <param name="Zoom">1 shows the whole scene; more comes closer to the subject.</param>
internal sealed record Composition(
    Scene Scene,
    Palette Palette,
    Dice Dice,
    float Horizon,
    float SubjectX,
    float SubjectDepth,
    float SubjectScale,
    bool Mirrored,
    float LightX,
    float LightY,
    float Tilt,
    float Zoom
);
