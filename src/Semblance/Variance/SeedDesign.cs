using System.Text.Json.Serialization;

namespace Semblance.Variance;

/// <summary>Whether the prompts of a study were given the same seeds.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SeedDesign>))]
public enum SeedDesign
{
    /// <summary>Which seeds there are is not known, or a set has fewer than three images: prompts are taken as independent.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,

    /// <summary>Every prompt of a model has the same seeds.</summary>
    [JsonStringEnumMemberName("crossed")]
    Crossed,

    /// <summary>No two prompts have a seed in common.</summary>
    [JsonStringEnumMemberName("nested")]
    Nested,

    /// <summary>Some prompts have some seeds in common.</summary>
    [JsonStringEnumMemberName("partly")]
    Partly,
}

/// <summary>The seed design of several models together.</summary>
public static class SeedDesigns
{
    /// <summary>That of all of them; where they differ partly, and unknown where one is unknown.</summary>
    public static SeedDesign Of(IReadOnlyCollection<SeedDesign> designs)
    {
        ArgumentNullException.ThrowIfNull(designs);
        return designs.Contains(SeedDesign.Unknown) ? SeedDesign.Unknown
            : designs.Distinct().Count() == 1 ? designs.First()
            : SeedDesign.Partly;
    }
}
