using System.Reflection;
using System.Runtime.InteropServices;

namespace Semblance.Cli.Commands;

/// <summary>What <c>--version</c> says: this program, and the parts that can move the last bits of a score.</summary>
internal static class Versions
{
    public static string Text()
    {
        var program = typeof(Versions).Assembly;
        var own = program.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        // Written by the build from Directory.Packages.props, so that no library has to be loaded to be asked.
        var parts = program
            .GetCustomAttributes<AssemblyMetadataAttribute>()
            .Where(part => part.Key.StartsWith("part:", StringComparison.Ordinal))
            .Select(part => $"{part.Key["part:".Length..]} {part.Value}");
        return $"semblance {own} ({string.Join(", ", parts)}, {RuntimeInformation.FrameworkDescription}, "
            + $"{RuntimeInformation.RuntimeIdentifier})\n";
    }
}
