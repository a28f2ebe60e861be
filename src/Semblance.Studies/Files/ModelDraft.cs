using Semblance.Remote.Settings;

namespace Semblance.Studies.Files;

/// <summary>What is known of a model before its prompts and seeds are.</summary>
/// <param name="Fields">As they are given.</param>
/// <param name="Model">Without cells.</param>
/// <param name="Takes">Of a server; null elsewhere.</param>
internal sealed record ModelDraft(YamlFields Fields, StudyModel Model, ServerKind? Takes)
{
    /// <summary>Images a prompt where there are no seeds; null where there are.</summary>
    public int? Repetitions { get; init; }

    /// <summary>Seeds of its own as text; null for those of the study.</summary>
    public string? PresetSeeds { get; init; }
}
