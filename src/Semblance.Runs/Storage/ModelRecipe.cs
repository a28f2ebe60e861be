namespace Semblance.Runs.Storage;

/// <summary>What made the pictures of one model, beside prompt and seed (<see cref="IImageGenerator.Recipe"/>).</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Parts">By distinct names.</param>
internal sealed record ModelRecipe(string Model, IReadOnlyList<KeyValuePair<string, string>> Parts)
{
    /// <summary>The first part in which another recipe differs, for a reader; null where it does not.</summary>
    public string? Difference(ModelRecipe other)
    {
        Dictionary<string, string> theirs = new(other.Parts);
        Dictionary<string, string> ours = new(Parts);
        foreach (string name in Parts.Concat(other.Parts).Select(part => part.Key).Distinct())
        {
            (string? old, string? now) = (ours.GetValueOrDefault(name), theirs.GetValueOrDefault(name));
            if (old != now)
            {
                return $"{name}: {old ?? "not given"} before, {now ?? "not given"} now";
            }
        }

        return null;
    }
}
