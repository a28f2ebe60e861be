using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace Semblance.Architecture.Tests;

/// <summary>The compiled projects, and who knows whom in them.</summary>
internal static class House
{
    /// <summary>One type that uses another.</summary>
    public sealed record Use(string From, string FromNamespace, string To, string ToNamespace);

    /// <summary>The assemblies of <c>src</c>, by name.</summary>
    public static IReadOnlyDictionary<string, System.Reflection.Assembly> Assemblies { get; } =
        Directory
            .EnumerateFiles(AppContext.BaseDirectory, "Semblance*.dll")
            .Select(Path.GetFileNameWithoutExtension)
            .Where(name => !name!.EndsWith(".Tests", StringComparison.Ordinal) && name != "Semblance.Testing")
            .ToDictionary(name => name!, name => System.Reflection.Assembly.Load(name!));

    /// <summary>Every use of a type of <c>src</c> by another one, nested types counted as the type around them.</summary>
    public static IReadOnlyList<Use> Uses { get; } = Load();

    private static Use[] Load()
    {
        var types = new ArchLoader().LoadAssemblies([.. Assemblies.Values]).Build().Types.ToArray();
        return
        [
            .. types
                .Where(IsOurs)
                .SelectMany(type => type.Dependencies.Select(use => (From: type, To: use.Target)))
                .Where(use => IsOurs(use.To))
                .Select(use => new Use(Outer(use.From), NamespaceOf(use.From), Outer(use.To), NamespaceOf(use.To)))
                .Where(use => use.FromNamespace.Length > 0 && use.ToNamespace.Length > 0)
                .Distinct(),
        ];
    }

    private static bool IsOurs(IType type) =>
        type is not GenericParameter
        && type.Assembly is { } assembly
        && Assemblies.ContainsKey(assembly.Name.Split(',')[0]);

    private static string NamespaceOf(IType type) => type.Namespace.FullName;

    private static string Outer(IType type) => type.FullName.Split('+', '/')[0];
}
