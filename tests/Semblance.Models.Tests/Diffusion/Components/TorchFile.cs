using Semblance.Models.Checkpoints;
using Semblance.Models.Tests.Checkpoints;
using Semblance.Tensors;

namespace Semblance.Models.Tests.Diffusion.Components;

/// <summary>Writes the tensors of a safetensors file as torch.save does, within a dictionary named state_dict.</summary>
internal static class TorchFile
{
    public static string Write(string path, string safetensors)
    {
        var tensors = Checkpoint.Open(safetensors).Tensors.Values.ToList();
        var pickle = new PickleWriter().Raw((byte)'}').Text("state_dict").Raw((byte)'}');
        foreach (var (index, tensor) in tensors.Index())
        {
            var strides = tensor.Shape.Select((_, axis) => tensor.Shape[(axis + 1)..].Aggregate(1L, (a, b) => a * b));
            var type = tensor.Type switch
            {
                TensorType.Float16 => "HalfStorage",
                TensorType.Int64 => "LongStorage",
                _ => "FloatStorage",
            };
            pickle
                .Text(tensor.Name)
                .Tensor($"{index}", tensor.Count, 0, tensor.Shape, [.. strides], type)
                .Raw((byte)'s');
        }

        var storages = tensors.Select((tensor, index) => ($"archive/data/{index}", tensor.ReadBytes()));
        File.WriteAllBytes(
            path,
            ArchiveWriter.Zip(
                zip64: false,
                [
                    ("archive/data.pkl", pickle.Raw((byte)'s').Stop()),
                    ("archive/byteorder", "little"u8.ToArray()),
                    .. storages,
                ]
            )
        );
        return path;
    }
}
