using System.Text;
using Semblance.Models.Configuration;

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// Schedulers by the names people give them: <c>euler</c>, <c>Euler a</c>, <c>K_EULER_ANCESTRAL</c>, <c>dpm++2m-karras</c>,
/// <c>DPM++ 2M Karras</c>, <c>DDIM</c>, <c>UniPC</c>, and the class names of diffusers. Case, spaces and punctuation other
/// than <c>+</c> do not count.
/// </summary>
internal static class SchedulerNames
{
    private const string KarrasEnding = "karras";

    /// <summary>The names that are shown to a reader.</summary>
    public static IReadOnlyList<string> Known { get; } =
    [
        "euler",
        "euler-karras",
        "euler-a",
        "dpm++2m",
        "dpm++2m-karras",
        "dpm++3m",
        "dpm++3m-karras",
        "ddim",
        "unipc",
        "unipc-karras",
        "pndm",
    ];

    /// <summary>The configuration of a file run by another scheduler. The name decides about Karras sigmas too.</summary>
    /// <exception cref="UsageException">No scheduler has this name.</exception>
    public static SchedulerConfig Apply(string name, ConfigJson file)
    {
        var plain = Plain(name);
        var karras = plain.EndsWith(KarrasEnding, StringComparison.Ordinal);
        var (kind, order) = (karras ? plain[..^KarrasEnding.Length] : plain) switch
        {
            "euler" or "keuler" or "eulerdiscrete" or "eulerdiscretescheduler" => (SchedulerKind.Euler, 0),
            "eulera"
            or "keulera"
            or "eulerancestral"
            or "keulerancestral"
            or "eulerancestraldiscrete"
            or "eulerancestraldiscretescheduler" when !karras => (SchedulerKind.EulerAncestral, 0),
            "dpm++" or "dpm++2m" or "dpmpp2m" or "kdpm++2m" or "kdpmpp2m" => (SchedulerKind.DpmSolver, 2),
            "dpm++3m" or "dpmpp3m" => (SchedulerKind.DpmSolver, 3),
            "dpmsolver++" or "dpmsolvermultistep" or "dpmsolvermultistepscheduler" => (SchedulerKind.DpmSolver, 0),
            "ddim" or "ddimscheduler" when !karras => (SchedulerKind.Ddim, 0),
            "pndm" or "plms" or "pndmscheduler" when !karras => (SchedulerKind.Pndm, 0),
            "unipc" or "unipcmultistep" or "unipcmultistepscheduler" => (SchedulerKind.UniPc, 0),
            _ => throw new UsageException(
                $"No scheduler is called \"{name}\"; the names are {string.Join(", ", Known)}."
            ),
        };
        var config = SchedulerJson.ToConfig(file, kind) with { Karras = karras };
        return order == 0 ? config : config with { SolverOrder = order };
    }

    private static string Plain(string name)
    {
        var plain = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterOrDigit(letter) || letter == '+')
            {
                plain.Append(char.ToLowerInvariant(letter));
            }
        }
        return plain.ToString();
    }
}
