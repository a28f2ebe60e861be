using Semblance.Models.Checkpoints;

namespace Semblance.Models.Diffusion.Lora;

/// <summary>A tensor of a LoRA file for a module.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Part">What it is.</param>
/// <param name="Entry">Where it lies.</param>
/// <param name="Index">Which of the modules this is that the original network had as one.</param>
/// <param name="Count">How many these are; 1 for a module by itself.</param>
internal sealed record LoraTensor(string Key, LoraPart Part, TensorEntry Entry, int Index, int Count);
