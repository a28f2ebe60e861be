using Semblance.Models.Configuration;

namespace Semblance.Models.Networks;

/// <summary>Whether a U-Net goes with the other components of its model.</summary>
internal static class UNetChecks
{
    /// <summary>Checks that it takes and gives the autoencoder's latents.</summary>
    /// <exception cref="InputException">It does not: it is made for inpainting, or belongs to another model.</exception>
    public static void Latents(ConfigJson json, UNet2DConditionConfig unet, AutoencoderKLConfig autoencoder)
    {
        if (unet.InChannels != autoencoder.LatentChannels || unet.OutChannels != autoencoder.LatentChannels)
        {
            throw new InputException(
                $"{json.File}: the U-Net has {unet.InChannels} channels in and {unet.OutChannels} out, but the autoencoder's latents have {autoencoder.LatentChannels}; models for inpainting are not supported."
            );
        }
    }

    /// <summary>Checks that it attends to texts of this width at every level.</summary>
    /// <exception cref="InputException">It does not.</exception>
    public static void TextWidth(ConfigJson json, UNet2DConditionConfig unet, int width)
    {
        if (unet.Levels.FirstOrDefault(level => level.TextWidth != width) is { } other)
        {
            throw new InputException(
                $"{json.File}: cross_attention_dim is {other.TextWidth}, but the text encoders give {width} numbers for each token; the components do not belong together."
            );
        }
    }
}
