namespace Semblance.Models.Checkpoints;

internal static class TorchArchive
{
    public static IEnumerable<TensorEntry> Read(string real, string name) =>
        throw new InputException($"{name}: PyTorch archives are not read yet ({real}).");
}
