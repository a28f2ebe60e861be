using Semblance.Models.Configuration;

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>The schedulers that can be run, by class and by the names people give them.</summary>
internal static class SchedulerKinds
{
    /// <summary>Every class that is supported.</summary>
    public static IReadOnlyList<SchedulerKind> All { get; } =
    [
        EulerScheduler.Kind,
        EulerAncestralScheduler.Kind,
        HeunScheduler.Kind,
        KDpm2Scheduler.Kind,
        KDpm2AncestralScheduler.Kind,
        LmsScheduler.Kind,
        DpmSolverScheduler.Kind,
        DpmSolverSinglestepScheduler.Kind,
        DpmSolverSdeScheduler.Kind,
        DeisScheduler.Kind,
        UniPcScheduler.Kind,
        DdimScheduler.Kind,
        PndmScheduler.Kind,
        LcmScheduler.Kind,
        TcdScheduler.Kind,
        EdmEulerScheduler.Kind,
        EdmDpmSolverScheduler.Kind,
        FlowMatchEulerScheduler.Kind,
    ];

    /// <summary>Classes that are not supported, but whose configurations describe training as those of the others do.</summary>
    private static readonly string[] AlsoDiscrete =
    [
        "DDPMScheduler",
        "DDPMParallelScheduler",
        "DDIMParallelScheduler",
        "DDIMInverseScheduler",
        "DPMSolverMultistepInverseScheduler",
        "SASolverScheduler",
    ];

    /// <summary>The names that are shown to a reader. Where one may end in <c>-karras</c>, it may end in <c>-exponential</c> or <c>-beta</c> too.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. from kind in All
        where kind.Family == SchedulerFamily.Discrete
        from name in kind.Names
        from ending in kind.Spreads.Contains(SigmaSpacing.Karras) ? new[] { "", "-karras" } : [""]
        select name.Shown + ending,
    ];

    /// <summary>By the name of its class in diffusers.</summary>
    /// <param name="className">Empty where none is named.</param>
    /// <param name="file">Where it is named, for messages.</param>
    /// <exception cref="InputException">It is not supported.</exception>
    public static SchedulerKind OfClass(string className, string file) =>
        All.FirstOrDefault(kind => kind.ClassName == className)
        ?? throw new InputException(
            className.Length == 0 ? $"{file} has no _class_name; choose a scheduler by name."
            : AlsoDiscrete.Contains(className)
                ? $"{file} names the scheduler {className}, which is not supported; choose one of {string.Join(", ", Names)} in its place."
            : $"{file} names the scheduler {className}, which is not supported, and no other fits what such a model was trained on."
        );

    /// <summary>The configuration of a file run by the class that the pipeline names for it, or by its own.</summary>
    /// <exception cref="InputException">The class is not supported, or is for other models than the file describes.</exception>
    public static SchedulerConfig OfFile(ConfigJson file, string? className)
    {
        var run = OfClass(className ?? file.Text("_class_name", ""), file.File);
        if (className is not null && FamilyOf(className, file) is var family && family != run.Family)
        {
            throw new InputException(
                $"{file.File} is of {Described(family)}, of which {className}, which the pipeline names, makes only noise; those that fit are {NamesOf(family)}."
            )
            {
                Remedies = [new(RemedyKind.OtherScheduler)],
            };
        }

        return SchedulerJson.ToConfig(file, run);
    }

    /// <summary>
    /// The configuration of a file run by a scheduler that is named as people do: <c>euler</c>, <c>Euler a</c>,
    /// <c>K_EULER_ANCESTRAL</c>, <c>dpm++2m-karras</c>, <c>DPM++ 2M SDE Karras</c>, or the class of diffusers. Case, spaces
    /// and punctuation other than <c>+</c> do not count. The name decides how sigmas are spread too. Only schedulers of the
    /// file's family are found.
    /// </summary>
    /// <param name="name">Of the scheduler.</param>
    /// <param name="file">The configuration.</param>
    /// <param name="className">The class that the pipeline names for it, which goes before the file's own; null for none.</param>
    /// <exception cref="InputException">No other scheduler fits the file's.</exception>
    /// <exception cref="UsageException">No scheduler has this name.</exception>
    public static SchedulerConfig Apply(string name, ConfigJson file, string? className = null)
    {
        var family = FamilyOf(className, file);
        var plain = Plain(name);
        var matches =
            from kind in All
            from spread in kind.Spreads.Prepend(SigmaSpacing.Timesteps)
            let ending = spread == SigmaSpacing.Timesteps ? "" : spread.ToString().ToLowerInvariant()
            where plain.EndsWith(ending, StringComparison.Ordinal)
            let wanted = plain[..^ending.Length]
            let byName = kind.Names.FirstOrDefault(row => Plain(row.Shown) == wanted || row.Others.Contains(wanted))
            where byName is not null || IsClass(kind, wanted)
            select (Kind: kind, Spread: spread, Name: byName);
        var found = matches.ToList();
        if (found.Count == 0)
        {
            throw new UsageException($"No scheduler is called \"{name}\"; the names are {string.Join(", ", Names)}.");
        }

        var fitting = found.Where(match => match.Kind.Family == family).ToList();
        if (fitting.Count == 0)
        {
            throw new UsageException(
                $"{file.File} is of {Described(family)}, of which \"{name}\" makes only noise; the names that fit are {NamesOf(family)}."
            );
        }

        var (run, sigmas, row) = fitting[0];
        return SchedulerJson.ToConfig(
            file,
            run,
            config =>
                config with
                {
                    Sigmas = family == SchedulerFamily.Discrete ? sigmas : config.Sigmas,
                    SolverOrder = row?.Order ?? config.SolverOrder,
                    Algorithm = row?.Algorithm ?? config.Algorithm,
                }
        );
    }

    /// <summary>
    /// What a configuration is of: by its class and, where it names none, by its keys and by the class that the pipeline
    /// names.
    /// </summary>
    /// <exception cref="InputException">It is of a class that no other can stand for.</exception>
    private static SchedulerFamily FamilyOf(string? className, ConfigJson file) =>
        file.Text("_class_name", "") is { Length: > 0 } own
            ? AlsoDiscrete.Contains(own)
                ? SchedulerFamily.Discrete
                : OfClass(own, file.File).Family
            : file.Has("sigma_data")
                ? SchedulerFamily.Edm
                : file.Has("shift")
                    ? SchedulerFamily.Flow
                    : All.FirstOrDefault(kind => kind.ClassName == className)?.Family ?? SchedulerFamily.Discrete;

    /// <summary>The names that a configuration of a family can be run by.</summary>
    private static string NamesOf(SchedulerFamily family) =>
        string.Join(
            ", ",
            All.Where(kind => kind.Family == family).SelectMany(kind => kind.Names).Select(row => row.Shown).Distinct()
        );

    private static string Described(SchedulerFamily family) =>
        family switch
        {
            SchedulerFamily.Edm => "a model trained as EDM",
            SchedulerFamily.Flow => "a model trained by flow matching",
            _ => "a model trained on a table of noise levels",
        };

    private static bool IsClass(SchedulerKind kind, string plain) =>
        plain == Plain(kind.Title) || plain == Plain(kind.ClassName) || $"{plain}scheduler" == Plain(kind.ClassName);

    private static string Plain(string name) =>
        string.Concat(name.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter == '+')).ToLowerInvariant();
}
