using System.Text.Json;
using System.Text.Json.Serialization;

namespace Semblance.Tensors;

/// <summary>The header of a safetensors file as it is written: the metadata, then one property for each tensor.</summary>
internal sealed record WrittenHeader
{
    [JsonPropertyName("__metadata__")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Tensors { get; set; }
}

/// <summary>What the header says of one tensor; the offsets are [begin, end] in the data.</summary>
internal sealed record WrittenTensor(string Dtype, long[] Shape, long[] DataOffsets);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(WrittenHeader))]
[JsonSerializable(typeof(WrittenTensor))]
internal sealed partial class HeaderJson : JsonSerializerContext;
