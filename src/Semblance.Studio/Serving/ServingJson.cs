using System.Text.Json.Serialization;

namespace Semblance.Studio.Serving;

/// <summary>What the server tells the browser of a vote.</summary>
/// <param name="Saved">Whether it is committed.</param>
/// <param name="Final">Whether it is the rater's answer to the page.</param>
/// <param name="Message">What the rater should know; null where all is as expected.</param>
internal sealed record VoteReply(bool Saved, bool Final, string? Message);

/// <summary>How votes become JSON and back.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GivenVote))]
[JsonSerializable(typeof(VoteReply))]
internal sealed partial class ServingJson : JsonSerializerContext;
