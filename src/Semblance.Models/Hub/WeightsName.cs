using System.Globalization;
using System.Text.RegularExpressions;

namespace Semblance.Models.Hub;

/// <summary>What a file name says of the weights in it: <c>model.fp16-00001-of-00002.safetensors</c>.</summary>
/// <param name="Path">Below the repository's root.</param>
/// <param name="Stem"><c>model</c>, <c>diffusion_pytorch_model</c> ...</param>
/// <param name="Variant"><c>fp16</c>, <c>non_ema</c> ...; empty for the plain weights.</param>
/// <param name="Parts">Files that the weights are split into, 1 for a single one, 0 for the index of split ones.</param>
/// <param name="SafeTensors">Else a PyTorch archive.</param>
internal sealed partial record WeightsName(string Path, string Stem, string Variant, int Parts, bool SafeTensors)
{
    /// <summary>Reads a name; null where it is not of weights that are known how to be used.</summary>
    public static WeightsName? Parse(string path)
    {
        var match = Name().Match(path[(path.LastIndexOf('/') + 1)..]);
        if (!match.Success)
        {
            return null;
        }

        string Of(string group) => match.Groups[group].Value;
        return new WeightsName(
            path,
            Of("stem"),
            string.Concat(Of("variant"), Of("late"), Of("last")),
            Of("index").Length > 0 ? 0
                : Of("parts").Length > 0 ? int.Parse(Of("parts"), CultureInfo.InvariantCulture)
                : 1,
            Of("kind") == "safetensors"
        );
    }

    // Both orders of variant and shard number are about: model.fp16-00001-of-00002 and model-00001-of-00002.fp16.
    [GeneratedRegex(
        @"^(?<stem>model|pytorch_model|diffusion_pytorch_model|open_clip_model|open_clip_pytorch_model|adapter_model|pytorch_lora_weights)(\.(?<variant>[A-Za-z][A-Za-z0-9_]*?))?(-\d{5}-of-(?<parts>\d{5})(\.(?<late>[A-Za-z][A-Za-z0-9_]*))?)?\.(?<kind>safetensors|bin)(?<index>\.index(\.(?<last>[A-Za-z][A-Za-z0-9_]*))?\.json)?$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 2000
    )]
    private static partial Regex Name();
}
