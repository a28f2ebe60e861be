namespace Semblance.Studies.Linting;

/// <summary>Makes findings of what was found.</summary>
internal static class Finding
{
    private const int Named = 5;

    /// <summary>Null where nothing was found.</summary>
    public static LintFinding? Of(
        string id,
        Severity severity,
        IReadOnlyList<string> found,
        Func<int, string> what,
        string why,
        string fix
    ) =>
        found.Count == 0
            ? null
            : new LintFinding(id, severity, what(found.Count), found.Count, [.. found.Take(Named)], why, fix);

    /// <summary>A model as messages name it.</summary>
    public static string Name(string model) => model.Length > 0 ? model : "(no model)";
}
