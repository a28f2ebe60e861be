using Semblance.Consistency;
using Semblance.Prompts;

namespace Semblance.Cli.Tests;

/// <summary>Reports made by hand.</summary>
internal static class Reports
{
    public const string LongCaution =
        "EfficientNet-Lite0 (ImageNet features): not the paper's CLIP score, on another scale; "
        + "unrelated photos score about 27, one subject about 64";

    private static readonly EncoderIdentity Encoder = new(
        "clip-vit-base-patch32",
        "openai/clip-vit-base-patch32",
        "3d74acf9a28c67741b2f4f2ea7635f0aaf6f0268",
        new string('a', 64),
        "openai: shortest edge 224, bicubic, centre crop 224",
        "fp32",
        512,
        "onnxruntime 1.31.1 cpu"
    );

    public static ScoreReport TwoModels { get; } =
        new(
            Encoder,
            [
                Set("steady", "a red fox in the snow", 91.234, 0.412),
                Set("steady", "an old lighthouse in a storm", 88.5, 1.2),
                Set(
                    "steady",
                    "雪の中の赤い狐と古い灯台、嵐の夜、油絵、とても細かい筆致で描かれた風景画、金色の額縁",
                    86.02,
                    0.9
                ),
                Set(
                    "steady",
                    "👩‍🚀 riding a 🐴 on the moon, in a very long and winding prompt that does not fit on any line",
                    84,
                    0.7
                ),
                Set("steady", "two cats", 80.5, 2.04, "low_norm"),
                Set("steady", "a city at night", 79.995, 1.1),
                Set("steady", "a bowl of fruit", 71.25, 3.3),
                Set("a model with a rather long name, v2.1-turbo", "a red fox in the snow", 61.5, 0.4),
                Set("a model with a rather long name, v2.1-turbo", "two cats", 100, 0),
            ],
            [
                new("a model with a rather long name, v2.1-turbo", 2, 80.75, 80.75, 27.223, [-163.84, 325.34], null),
                new("steady", 7, 83.07, 84, 6.6, [76.97, 89.17], null),
            ],
            null,
            []
        );

    public static ScoreReport OneSet { get; } =
        new(
            Encoder with
            {
                Name = "builtin",
            },
            [
                Set("", "foxes", 64.5, 1.5) with
                {
                    PerImage =
                    [
                        new("foxes/0.png", 70.25, false),
                        new("foxes/1.png", 66, false),
                        new("foxes/2.png", 30.5, true),
                    ],
                    NearDuplicates = [new("foxes/0.png", "foxes/1.png", 99.99)],
                    NearDuplicateGroups = [new(["foxes/0.png", "foxes/1.png"], 99.99)],
                    Medoid = "foxes/0.png",
                    Outlier = "foxes/2.png",
                },
            ],
            [new("", 1, 64.5, 64.5, null, null, null)],
            null,
            []
        );

    private static SetScore Set(string model, string prompt, double scs, double error, params string[] flags) =>
        new(
            model,
            prompt,
            PromptKey.Of(prompt),
            20,
            scs,
            scs,
            error,
            scs - 10,
            Math.Min(100, scs + 5),
            "0.png",
            "9.png",
            0,
            null,
            null,
            null,
            null,
            null,
            flags
        );
}
