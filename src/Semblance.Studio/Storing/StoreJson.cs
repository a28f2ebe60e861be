using System.Text.Json.Serialization;
using Semblance.Studio.Design;

namespace Semblance.Studio.Storing;

/// <summary>How studies, votes and events become JSON and back.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(StudyDefinition))]
[JsonSerializable(typeof(StoredVote))]
[JsonSerializable(typeof(StoredEvent))]
internal sealed partial class StoreJson : JsonSerializerContext;
