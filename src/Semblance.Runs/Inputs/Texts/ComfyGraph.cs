using System.Text.Json;

namespace Semblance.Runs.Inputs.Texts;

/// <summary>
/// The graph of nodes that ComfyUI writes as <c>prompt</c>: from what saves the image back to the sampler that made it,
/// and from there to the text, the seed and the checkpoint.
/// </summary>
internal sealed class ComfyGraph
{
    private const int Deepest = 100;

    // Names of inputs, the best first.
    private static readonly string[] ImageLinks = ["images", "image", "samples", "latent_image", "latent", "pixels"];
    private static readonly string[] SeedNames = ["seed", "noise_seed", "noise", "value", "int"];
    private static readonly string[] WeightNames = ["ckpt_name", "unet_name", "model_name"];
    private static readonly string[] ModelLinks = ["model", "guider", "base_model", "unet"];
    private static readonly string[] ConditionLinks =
    [
        "positive",
        "guider",
        "conditioning",
        "conditioning_1",
        "conditioning_2",
        "conditioning_to",
        "conditioning_from",
    ];
    private static readonly string[] TextNames =
    [
        "text",
        "text_g",
        "text_l",
        "clip_l",
        "t5xxl",
        "positive_prompt",
        "prompt",
        "string",
        "value",
    ];

    private readonly Dictionary<string, JsonElement> _nodes = new(StringComparer.Ordinal);

    private ComfyGraph(JsonElement root)
    {
        foreach (var node in root.EnumerateObject())
        {
            if (GenerationText.Inside(node.Value, "inputs") is { ValueKind: JsonValueKind.Object })
            {
                _nodes[node.Name] = node.Value;
            }
        }
    }

    /// <summary>Reads a graph; null where no sampler with a text is in it.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static GenerationText? Read(string json)
    {
        // Python writes NaN for what changes with every run.
        using var document = JsonDocument.Parse(json.Replace(": NaN", ": null", StringComparison.Ordinal));
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? new ComfyGraph(document.RootElement).Find()
            : null;
    }

    private GenerationText? Find()
    {
        foreach (var sampler in Samplers())
        {
            List<string> texts = [];
            foreach (var next in Links(sampler, ConditionLinks))
            {
                Collect(next, texts, 0);
            }

            if (texts.Count > 0)
            {
                return GenerationText.Usable(string.Join(", ", texts), Seed(sampler, 0), Model(sampler, 0));
            }
        }

        return null;
    }

    /// <summary>Nodes that sample, the one that runs first at the head: what comes after only refines its image.</summary>
    private IEnumerable<string> Samplers()
    {
        List<string> found = [];
        HashSet<string> seen = [];
        foreach (
            var (name, _) in _nodes.Where(node =>
                GenerationText.Text(node.Value, "class_type")?.Contains("Save", StringComparison.OrdinalIgnoreCase)
                == true
            )
        )
        {
            Upstream(name, found, seen, 0);
        }

        found.Reverse();
        return found.Concat(_nodes.Keys.Where(IsSampler)).Distinct();
    }

    private void Upstream(string name, List<string> samplers, HashSet<string> seen, int depth)
    {
        if (depth > Deepest || !seen.Add(name))
        {
            return;
        }

        if (IsSampler(name))
        {
            samplers.Add(name);
        }

        foreach (var next in Links(name, ImageLinks))
        {
            Upstream(next, samplers, seen, depth + 1);
        }
    }

    private bool IsSampler(string name) =>
        (Input(name, "positive") is not null || Input(name, "guider") is not null)
        && (Input(name, "latent_image") is not null || Input(name, "seed") is not null);

    // Every text on the positive side, in the order of the inputs.
    private void Collect(string name, List<string> texts, int depth)
    {
        if (depth > Deepest || texts.Count > Deepest)
        {
            return;
        }

        foreach (var next in Links(name, ConditionLinks))
        {
            Collect(next, texts, depth + 1);
        }

        foreach (var input in TextNames)
        {
            if (TextOf(name, input, depth) is { Length: > 0 } text && !texts.Contains(text))
            {
                texts.Add(text);
            }
        }
    }

    private string? TextOf(string name, string input, int depth) =>
        depth > Deepest ? null
        : Linked(name, input) is { } next
            ? TextNames.Select(inner => TextOf(next, inner, depth + 1)).FirstOrDefault(text => text is { Length: > 0 })
        : Input(name, input) is { ValueKind: JsonValueKind.String } text ? text.GetString()!.Trim()
        : null;

    private string? Seed(string name, int depth) =>
        depth > Deepest
            ? null
            : SeedNames
                .Select(input => Linked(name, input) is { } next ? Seed(next, depth + 1) : Number(name, input))
                .FirstOrDefault(seed => seed is not null);

    private string? Model(string name, int depth)
    {
        foreach (var input in WeightNames)
        {
            if (Input(name, input) is { ValueKind: JsonValueKind.String } file)
            {
                return GenerationText.NameOf(file.GetString());
            }
        }

        if (depth > Deepest || Links(name, ModelLinks).FirstOrDefault() is not { } next)
        {
            return null;
        }

        // A model with a LoRA is another model.
        var model = Model(next, depth + 1);
        var isOn = Number(name, "strength_model") is not ("0" or "0.0");
        return model is not null && isOn && Input(name, "lora_name") is { ValueKind: JsonValueKind.String } lora
            ? $"{model}-{GenerationText.NameOf(lora.GetString())}"
            : model;
    }

    private string? Number(string name, string input) =>
        Input(name, input) is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : null;

    private IEnumerable<string> Links(string name, IEnumerable<string> inputs) =>
        inputs.Select(input => Linked(name, input)).OfType<string>();

    private string? Linked(string name, string input) =>
        Input(name, input) is { ValueKind: JsonValueKind.Array } link
        && link.GetArrayLength() == 2
        && link[0].ValueKind is JsonValueKind.String or JsonValueKind.Number
        && _nodes.ContainsKey(link[0].ToString())
            ? link[0].ToString()
            : null;

    private JsonElement? Input(string name, string input) =>
        _nodes.TryGetValue(name, out var node) ? GenerationText.Inside(node.GetProperty("inputs"), input) : null;
}
