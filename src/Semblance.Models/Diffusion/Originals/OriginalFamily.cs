namespace Semblance.Models.Diffusion.Originals;

/// <summary>
/// What the models of a family have in common and no tensor shows: the numbers of their published configurations.
/// </summary>
/// <param name="Name">For messages.</param>
/// <param name="PipelineClass">In diffusers.</param>
/// <param name="KnownName">The known name of the model whose configurations and tokenizers go with it.</param>
/// <param name="SampleSize">Side of the latents that it was trained on.</param>
/// <param name="ScalingFactor">Of the autoencoder.</param>
/// <param name="Scheduler">Its scheduler_config.json.</param>
internal sealed record OriginalFamily(
    string Name,
    string PipelineClass,
    string KnownName,
    int SampleSize,
    double ScalingFactor,
    string Scheduler
)
{
    /// <summary>Stable Diffusion 1.x: eight heads at every level, PNDM.</summary>
    public static OriginalFamily Sd15 { get; } =
        new(
            "Stable Diffusion 1.5",
            "StableDiffusionPipeline",
            "sd15",
            64,
            0.18215,
            """
            {"_class_name": "PNDMScheduler", "beta_end": 0.012, "beta_schedule": "scaled_linear", "beta_start": 0.00085,
             "num_train_timesteps": 1000, "set_alpha_to_one": false, "skip_prk_steps": true, "steps_offset": 1,
             "clip_sample": false}
            """
        );

    /// <summary>SDXL: heads of 64 channels, Euler.</summary>
    public static OriginalFamily Sdxl { get; } =
        new(
            "SDXL",
            "StableDiffusionXLPipeline",
            "sdxl",
            128,
            0.13025,
            """
            {"_class_name": "EulerDiscreteScheduler", "beta_end": 0.012, "beta_schedule": "scaled_linear",
             "beta_start": 0.00085, "clip_sample": false, "interpolation_type": "linear", "num_train_timesteps": 1000,
             "prediction_type": "epsilon", "set_alpha_to_one": false, "skip_prk_steps": true, "steps_offset": 1,
             "timestep_spacing": "leading", "use_karras_sigmas": false}
            """
        );

    /// <summary>Whether there are two text encoders and size conditions.</summary>
    public bool Xl => this == Sdxl;

    /// <summary>Names of the text encoders and their tokenizers.</summary>
    public IReadOnlyList<(string Encoder, string Tokenizer, string Pad)> Texts =>
        Xl
            ?
            [
                ("text_encoder", "tokenizer", "<|endoftext|>"),
                // open_clip fills up with zeros, which is the token "!".
                ("text_encoder_2", "tokenizer_2", "!"),
            ]
            : [("text_encoder", "tokenizer", "<|endoftext|>")];
}
