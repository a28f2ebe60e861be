namespace Semblance.Models.Encoders.Preprocessing;

/// <summary>Whose habits a recipe follows where a configuration file says nothing.</summary>
public enum RecipeFamily
{
    /// <summary>openai/CLIP's own transform: resize and crop in the file's mode, then RGB; crop rounds half to even.</summary>
    OpenAi,

    /// <summary>transformers 5: the image is laid on white first; crop rounds down.</summary>
    Hf,

    /// <summary>transformers 4: alpha is dropped first; crop rounds down.</summary>
    Hf4,

    /// <summary>transformers 5's SigLIP: as <see cref="Hf"/>, resized to the exact size without a crop.</summary>
    Siglip,

    /// <summary>transformers 5's BitImageProcessor for DINOv2: as <see cref="Hf"/>, shortest edge 256, crop 224.</summary>
    Dinov2,

    /// <summary>Another processor, with the habits of <see cref="Hf"/>.</summary>
    Custom,
}
