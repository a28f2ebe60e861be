namespace Semblance.Models.Diffusion.Noise;

/// <summary>Which random numbers an image starts from: the same seed gives another image under each.</summary>
public enum NoiseKind
{
    /// <summary>As <c>torch.Generator("cpu")</c> draws them, which is what most people who run diffusers use.</summary>
    Cpu,

    /// <summary>As <c>torch.Generator("cuda")</c> draws them, which is what most hosted services use.</summary>
    Cuda,
}
