namespace Semblance.Architecture.Tests;

/// <summary>Which project, and which folder, may know which.</summary>
public sealed class DependencyTests
{
    /// <summary>Everything knows <c>Semblance</c>, beside these.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Semblance"] = [],
        ["Semblance.Imaging"] = [],
        ["Semblance.Models"] = ["Semblance.Imaging"],
        ["Semblance.Remote"] = ["Semblance.Imaging"],
        ["Semblance.Runs"] = [],
        ["Semblance.Painters"] = [],
        ["Semblance.Reports"] = ["Semblance.Imaging", "Semblance.Runs"],
        ["Semblance.Studio"] = ["Semblance.Imaging", "Semblance.Runs"],
        ["Semblance.Studies"] =
        [
            "Semblance.Imaging",
            "Semblance.Models",
            "Semblance.Painters",
            "Semblance.Remote",
            "Semblance.Runs",
            "Semblance.Reports",
        ],
        ["Semblance.Cluster"] = ["Semblance.Runs", "Semblance.Studies"],
        ["Semblance.Cli"] =
        [
            "Semblance.Cluster",
            "Semblance.Imaging",
            "Semblance.Models",
            "Semblance.Runs",
            "Semblance.Painters",
            "Semblance.Remote",
            "Semblance.Reports",
            "Semblance.Studio",
            "Semblance.Studies",
        ],
    };

    [Fact]
    public void Projects_know_only_what_lies_below_them()
    {
        Assert.Equal(Allowed.Keys.Order(), House.Assemblies.Keys.Order());
        var wrong = House
            .Assemblies.SelectMany(project =>
                project
                    .Value.GetReferencedAssemblies()
                    .Select(known => known.Name!)
                    .Where(House.Assemblies.ContainsKey)
                    .Where(known => known != "Semblance" && !Allowed[project.Key].Contains(known))
                    .Select(known => $"{project.Key} knows {known}")
            )
            .Concat(
                House
                    .Assemblies["Semblance"]
                    .GetReferencedAssemblies()
                    .Where(known => House.Assemblies.ContainsKey(known.Name!))
                    .Select(known => $"Semblance knows {known.Name}")
            );
        Assert.Empty(wrong);
    }

    [Fact]
    public void No_folder_knows_one_that_knows_it()
    {
        var edges = House
            .Uses.Where(use => use.FromNamespace != use.ToNamespace)
            .ToLookup(use => use.FromNamespace, use => use.ToNamespace);
        var reach = edges.ToDictionary(from => from.Key, from => Reachable(from.Key, edges));
        var cycles = House
            .Uses.Where(use => use.FromNamespace != use.ToNamespace)
            .Where(use => reach.TryGetValue(use.ToNamespace, out var back) && back.Contains(use.FromNamespace))
            .GroupBy(use => (use.FromNamespace, use.ToNamespace))
            .OrderBy(edge => edge.Count())
            .Select(edge =>
                $"{edge.Key.FromNamespace} -> {edge.Key.ToNamespace}: "
                + string.Join(", ", edge.Take(6).Select(use => $"{Short(use.From)} uses {Short(use.To)}"))
            )
            .ToArray();
        Assert.True(cycles.Length == 0, "These folders are part of a cycle:\n" + string.Join('\n', cycles));
    }

    private static HashSet<string> Reachable(string from, ILookup<string, string> edges)
    {
        HashSet<string> seen = [];
        var open = new Stack<string>(edges[from]);
        while (open.TryPop(out var next))
        {
            if (seen.Add(next))
            {
                foreach (var further in edges[next])
                {
                    open.Push(further);
                }
            }
        }

        return seen;
    }

    private static string Short(string type) => type[(type.LastIndexOf('.') + 1)..];
}
