using System.Text.Json.Nodes;

namespace Semblance.Remote.Kinds;

/// <summary>The nodes of a workflow of ComfyUI, and what they get their inputs from.</summary>
/// <param name="Nodes">By id, each with class_type and inputs.</param>
internal sealed record ComfyGraph(JsonObject Nodes)
{
    public IEnumerable<string> Ids => Nodes.Select(node => node.Key);

    public bool Has(string id) => Nodes.ContainsKey(id);

    /// <summary>A node and all that it gets its inputs from; where a node has both, only by the positive or negative one.</summary>
    public List<string> Ancestors(string from, string? only = null)
    {
        List<string> found = [];
        var open = new Stack<string>([from]);
        while (open.TryPop(out var id))
        {
            if (found.Contains(id) || !Has(id))
            {
                continue;
            }

            found.Add(id);
            var inputs = Inputs(id);
            var split = only is not null && inputs.ContainsKey("positive") && inputs.ContainsKey("negative");
            foreach (var (name, value) in inputs)
            {
                if (value is JsonArray { Count: 2 } link && (!split || name == only))
                {
                    open.Push($"{link[0]}");
                }
            }
        }

        return found;
    }

    public string Known() => string.Join(", ", Ids.Select(Describe).Take(30));

    public string Describe(string id) =>
        TitleOf(id) is { } title ? $"{id} \"{title}\" ({ClassOf(id)})" : $"{id} ({ClassOf(id)})";

    public JsonObject Inputs(string id) => Nodes[id]!["inputs"]!.AsObject();

    public string ClassOf(string id) => $"{Nodes[id]!["class_type"]}";

    public string? TitleOf(string id) => Nodes[id]!["_meta"]?["title"]?.ToString();
}
