using System.Text.Json.Serialization;

namespace Semblance;

/// <summary>
/// What made an embedding. Two embeddings may be compared only if every field is equal; each stored chunk, score and
/// report carries it.
/// </summary>
/// <param name="Name">The name that a reader knows: a known name, hub id or file name; empty where it is unknown, for vectors made elsewhere.</param>
/// <param name="Source">Hub id, or the path of the weights for a local folder or file, or <c>embeddings</c> for vectors made elsewhere.</param>
/// <param name="Revision">Hub revision (commit) of the weights; empty where there is none.</param>
/// <param name="WeightsSha256">Lower-case hexadecimal sha256 of the weights (of the joined hashes where they are sharded).</param>
/// <param name="Preprocessing">Recipe and its numbers in one line, for example <c>openai: shortest edge 224, bicubic, centre crop 224</c>.</param>
/// <param name="Precision">Arithmetic of the network, and the storage type of the weights where it differs: <c>fp32</c>, <c>fp32 (weights fp16)</c>.</param>
/// <param name="Dimension">Length of an embedding.</param>
/// <param name="Runtime">Versions that can move the last bits: inference engine with execution provider, and image decoder.</param>
public sealed record EncoderIdentity(
    string Name,
    string Source,
    string Revision,
    string WeightsSha256,
    string Preprocessing,
    string Precision,
    int Dimension,
    string Runtime
)
{
    /// <summary>
    /// What must be equal for two embeddings to be of one kind. Name, source and revision are left out: a known name, a hub
    /// id and a copied folder of the same weights give the same numbers.
    /// </summary>
    [JsonIgnore]
    public string Key => string.Join('\n', WeightsSha256, Preprocessing, Precision, Dimension, Runtime);
}
