using Semblance.Models.Configuration;

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>The schedulers that can be run, by class and by the names people give them.</summary>
internal static class SchedulerKinds
{
    private const string KarrasEnding = "karras";

    /// <summary>Every class that is supported.</summary>
    public static IReadOnlyList<SchedulerKind> All { get; } =
    [
        EulerScheduler.Kind,
        EulerAncestralScheduler.Kind,
        DpmSolverScheduler.Kind,
        DdimScheduler.Kind,
        UniPcScheduler.Kind,
        PndmScheduler.Kind,
    ];

    /// <summary>The names that are shown to a reader.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. from kind in All
        from name in kind.Names
        from ending in kind.Karras ? new[] { "", $"-{KarrasEnding}" } : [""]
        select name.Shown + ending,
    ];

    /// <summary>By the name of its class in diffusers.</summary>
    /// <param name="className">Empty where none is named.</param>
    /// <param name="file">Where it is named, for messages.</param>
    /// <exception cref="InputException">It is not supported.</exception>
    public static SchedulerKind OfClass(string className, string file) =>
        All.FirstOrDefault(kind => kind.ClassName == className)
        ?? throw new InputException(
            className.Length == 0
                ? $"{file} has no _class_name; choose a scheduler by name."
                : $"{file} names the scheduler {className}, which is not supported; choose one of {string.Join(", ", Names)} in its place."
        );

    /// <summary>
    /// The configuration of a file run by a scheduler that is named as people do: <c>euler</c>, <c>Euler a</c>,
    /// <c>K_EULER_ANCESTRAL</c>, <c>dpm++2m-karras</c>, <c>DPM++ 2M Karras</c>, or the class of diffusers. Case, spaces and
    /// punctuation other than <c>+</c> do not count. The name decides about Karras sigmas too.
    /// </summary>
    /// <exception cref="UsageException">No scheduler has this name.</exception>
    public static SchedulerConfig Apply(string name, ConfigJson file)
    {
        var plain = Plain(name);
        var karras = plain.EndsWith(KarrasEnding, StringComparison.Ordinal);
        var wanted = karras ? plain[..^KarrasEnding.Length] : plain;
        foreach (var kind in All.Where(kind => kind.Karras || !karras))
        {
            var byName = kind.Names.FirstOrDefault(row => Plain(row.Shown) == wanted || row.Others.Contains(wanted));
            if (byName is not null || IsClass(kind, wanted))
            {
                var config = SchedulerJson.ToConfig(file, kind) with { Karras = karras };
                return byName?.Order is { } order ? config with { SolverOrder = order } : config;
            }
        }

        throw new UsageException($"No scheduler is called \"{name}\"; the names are {string.Join(", ", Names)}.");
    }

    private static bool IsClass(SchedulerKind kind, string plain) =>
        plain == Plain(kind.Title) || plain == Plain(kind.ClassName) || $"{plain}scheduler" == Plain(kind.ClassName);

    private static string Plain(string name) =>
        string.Concat(name.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter == '+')).ToLowerInvariant();
}
