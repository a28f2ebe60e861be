using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Kinds;

/// <summary>
/// A workflow of ComfyUI in API format, with the inputs that take prompt, seed and the rest: as the study says, or by
/// placeholders, or found where only one can be meant. Nothing is guessed.
/// </summary>
internal sealed class ComfyWorkflow
{
    private static readonly string[] Fields =
    [
        "prompt",
        "negative_prompt",
        "seed",
        "width",
        "height",
        "steps",
        "guidance_scale",
        "sampler",
        "scheduler",
        "checkpoint",
    ];
    private static readonly string[] Savers = ["SaveImage", "PreviewImage", "SaveImageWebsocket"];

    private readonly JsonObject _graph;
    private readonly Dictionary<string, List<(string Node, string Input)>> _places = [];
    private readonly string _file;

    private ComfyWorkflow(string file, JsonObject graph) => (_file, _graph) = (file, graph);

    /// <summary>The node whose images are taken.</summary>
    public string OutputNode { get; private set; } = "";

    /// <summary>Whether images are saved under a name that we give, by which they are found again.</summary>
    public bool HasPrefix => ClassOf(OutputNode) == "SaveImage";

    /// <summary>Whether width and height are given to the workflow.</summary>
    public bool TakesSize => _places.ContainsKey("width") && _places.ContainsKey("height");

    /// <summary>What was changed in the workflow and should be known.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Names of the classes of all nodes.</summary>
    public IEnumerable<string> Classes => _graph.Select(node => ClassOf(node.Key)).Distinct();

    /// <summary>All literals but those that are filled in, for the recipe.</summary>
    public string Canonical { get; private set; } = "";

    /// <summary>Reads the file, and finds where everything goes.</summary>
    /// <exception cref="InputException">The file is not a workflow in API format, or a place is not there or not clear.</exception>
    public static ComfyWorkflow Read(Workflow source, ServerModel model)
    {
        var workflow = new ComfyWorkflow(source.File, Graph(source.File));
        foreach (var (place, value) in source.Set)
        {
            (var node, var input) = workflow.Literal(place);
            workflow.Inputs(node)[input] = value?.DeepClone();
        }

        workflow.FindOutput(source.OutputNode);
        workflow.FindPlaces(source, model);
        workflow.OneImage();
        workflow.Fill(model);
        workflow.Canonical = workflow._graph.ToJsonString();
        return workflow;
    }

    /// <summary>The graph for one image.</summary>
    public JsonObject For(ImageCall call)
    {
        var graph = _graph.DeepClone().AsObject();
        void Put(string field, JsonNode value)
        {
            foreach (var (node, input) in _places.GetValueOrDefault(field) ?? [])
            {
                graph[node]!["inputs"]![input] = value.DeepClone();
            }
        }

        Put("prompt", call.Prompt);
        Put("seed", call.Seed);
        if (HasPrefix)
        {
            // The same name for the same call: found again after a crash, and never answered from the cache without a file.
            graph[OutputNode]!["inputs"]!["filename_prefix"] = $"semblance/{call.Tag}";
        }

        return graph;
    }

    /// <summary>The values of a graph's seed inputs.</summary>
    public IEnumerable<long?> Seeds(JsonObject graph) =>
        _places["seed"]
            .Select(place =>
                graph[place.Node]?["inputs"]?[place.Input] is JsonValue value && value.TryGetValue<long>(out var seed)
                    ? seed
                    : (long?)null
            );

    private static JsonObject Graph(string file)
    {
        JsonNode? json;
        try
        {
            var bytes = RegularFile.ReadAllBytes(file, RegularFile.MostOfText);
            json = JsonNode.Parse(
                bytes.AsSpan().StartsWith((byte[])[0x89, (byte)'P', (byte)'N', (byte)'G'])
                    ? PngText(bytes, "prompt")
                        ?? throw new InputException(
                            $"{file} holds no workflow: it was not saved by ComfyUI, or its texts were removed. Give the workflow exported in API format."
                        )
                    : Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF')
            );
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw new InputException($"The workflow {file} cannot be read: {error.Message}", error);
        }
        catch (JsonException error)
        {
            throw new InputException($"The workflow {file} is not valid JSON: {error.Message}", error);
        }

        if (json is JsonObject ui && ui["nodes"] is JsonArray)
        {
            throw new InputException(
                $"The workflow {file} is in the editor's own format; export it in ComfyUI with \"Export (API)\" in the menu, or with \"Save (API Format)\" of the dev mode, and name that file."
            );
        }

        return
            json is JsonObject { Count: > 0 } graph
            && graph.All(node =>
                node.Value is JsonObject one && one["class_type"] is not null && one["inputs"] is JsonObject
            )
            ? graph
            : throw new InputException(
                $"{file} is not a workflow in API format: expected nodes with class_type and inputs, by their ids."
            );
    }

    private void FindPlaces(Workflow source, ServerModel model)
    {
        foreach (var (field, target) in source.Inject)
        {
            _places[field] = [(NodeOf(field, target), target.Input)];
            Inputs(_places[field][0].Node).TryGetPropertyValue(target.Input, out var there);
            if (there is JsonArray)
            {
                throw new InputException(
                    $"{_file}: the input {target.Input} of node {_places[field][0].Node} comes from another node; inject {field} into that one."
                );
            }
        }

        foreach (var (id, node) in _graph)
        {
            foreach (var (input, value) in node!["inputs"]!.AsObject())
            {
                if (
                    value is JsonValue text
                    && text.TryGetValue<string>(out var word)
                    && word.StartsWith('%')
                    && word.EndsWith('%')
                    && Array.Find(Fields, field => $"%{field}%" == word) is { } field
                    && !source.Inject.ContainsKey(field)
                )
                {
                    (_places.TryGetValue(field, out var places) ? places : _places[field] = []).Add((id, input));
                }
            }
        }

        var ancestors = Ancestors(OutputNode);
        if (!_places.ContainsKey("seed"))
        {
            (string Node, string Input)[] seeds =
            [
                .. ancestors.SelectMany(id =>
                    Inputs(id)
                        .Where(input => input.Key is "seed" or "noise_seed" && input.Value is JsonValue)
                        .Select(input => (id, input.Key))
                ),
            ];
            _places["seed"] = [seeds.Length == 1 ? seeds[0] : throw Unclear("seed", seeds)];
        }

        FindTexts(ancestors, model);
        if (!_places.ContainsKey("width") && !_places.ContainsKey("height"))
        {
            string[] latents =
            [
                .. ancestors.Where(id =>
                    Inputs(id)["width"] is JsonValue
                    && Inputs(id)["height"] is JsonValue
                    && Inputs(id).ContainsKey("batch_size")
                ),
            ];
            if (latents.Length == 1)
            {
                _places["width"] = [(latents[0], "width")];
                _places["height"] = [(latents[0], "height")];
            }
        }
    }

    /// <summary>From the sampler's positive and negative inputs back to the nodes that hold a text.</summary>
    private void FindTexts(IReadOnlyList<string> ancestors, ServerModel model)
    {
        foreach (
            var (field, link) in (ReadOnlySpan<(string, string)>)
                [("prompt", "positive"), ("negative_prompt", "negative")]
        )
        {
            if (_places.ContainsKey(field) || (field == "negative_prompt" && model.NegativePrompt is null))
            {
                continue;
            }

            (string Node, string Input)[] texts =
            [
                .. ancestors
                    .Select(id => Inputs(id)[link])
                    .OfType<JsonArray>()
                    .Select(target => $"{target[0]}")
                    .Distinct()
                    .SelectMany(start => TextsAbove(start, link))
                    .Distinct(),
            ];
            _places[field] = [texts.Length == 1 ? texts[0] : throw Unclear(field, texts)];
        }
    }

    private IEnumerable<(string Node, string Input)> TextsAbove(string start, string link)
    {
        foreach (var id in Ancestors(start, only: link))
        {
            foreach (var (input, value) in Inputs(id))
            {
                if (
                    ClassOf(id).Contains("TextEncode", StringComparison.Ordinal)
                    && input is "text" or "prompt" or "text_g" or "text_l" or "clip_l" or "t5xxl"
                    && value is JsonValue
                )
                {
                    yield return (id, input);
                }
            }
        }
    }

    /// <summary>A node and all that it gets its inputs from; where a node has both, only by the positive or negative one.</summary>
    private List<string> Ancestors(string from, string? only = null)
    {
        List<string> found = [];
        var open = new Stack<string>([from]);
        while (open.TryPop(out var id))
        {
            if (found.Contains(id) || !_graph.ContainsKey(id))
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

    private void FindOutput(string? given)
    {
        if (given is not null)
        {
            OutputNode = _graph.ContainsKey(given)
                ? given
                : throw new InputException($"{_file} has no node {given}, which output_node names; it has {Known()}.");
            return;
        }

        string[] savers = [.. _graph.Select(node => node.Key).Where(id => Savers.Contains(ClassOf(id)))];
        string[] kept = [.. savers.Where(id => ClassOf(id) == "SaveImage")];
        var choice = kept.Length > 0 ? kept : savers;
        OutputNode =
            choice.Length == 1
                ? choice[0]
                : throw new InputException(
                    choice.Length == 0
                        ? $"{_file} saves no image: it has no SaveImage node. Add one, or name the node that gives images as output_node."
                        : $"{_file} saves images at several nodes ({string.Join(", ", choice.Select(Describe))}); name one as output_node."
                );
    }

    private void OneImage()
    {
        foreach (var (id, _) in _graph)
        {
            if (Inputs(id)["batch_size"] is JsonValue size && size.TryGetValue<int>(out var many) && many != 1)
            {
                Inputs(id)["batch_size"] = 1;
                Notes.Add(
                    $"{_file} makes {many} images at a time (node {id}); it is run with one, since only the first image of a batch belongs to its seed"
                );
            }
        }
    }

    private void Fill(ServerModel model)
    {
        void Put(string field, JsonNode? value)
        {
            if (value is null)
            {
                return;
            }

            if (!_places.TryGetValue(field, out var places))
            {
                throw new InputException(
                    $"{_file}: nothing says where {field} goes; add inject: {{ {field}: {{ node: ..., input: ... }} }}, or leave the field out."
                );
            }

            foreach (var (node, input) in places)
            {
                Inputs(node)[input] = value.DeepClone();
            }
        }

        Put("negative_prompt", model.NegativePrompt);
        Put("steps", model.Steps);
        Put("guidance_scale", model.GuidanceScale);
        Put("sampler", model.Sampler);
        Put("scheduler", model.Scheduler);
        Put("checkpoint", model.Checkpoint);
        if (TakesSize)
        {
            Put("width", model.Width);
            Put("height", model.Height);
        }
    }

    private (string Node, string Input) Literal(string place)
    {
        var dot = place.LastIndexOf('.');
        var node = dot > 0 ? place[..dot] : "";
        return _graph.ContainsKey(node)
            ? (node, place[(dot + 1)..])
            : throw new InputException(
                $"{_file} has no node for set: {place}; write NODE.INPUT, with one of the nodes {Known()}."
            );
    }

    private string NodeOf(string field, WorkflowTarget target)
    {
        string[] found =
        [
            .. _graph
                .Select(node => node.Key)
                .Where(id =>
                    (target.Node is null || id == target.Node)
                    && (target.Title is null || TitleOf(id) == target.Title)
                    && (target.Class is null || ClassOf(id) == target.Class)
                ),
        ];
        return found.Length == 1
            ? found[0]
            : throw new InputException(
                $"{_file}: {(found.Length == 0 ? "no node fits" : $"{found.Length} nodes fit")} inject: {field} ({target.Node ?? target.Title ?? target.Class}); the nodes are {Known()}."
            );
    }

    private InputException Unclear(string field, (string Node, string Input)[] candidates) =>
        new(
            candidates.Length == 0
                ? $"{_file}: no input for {field} was found; say where it goes with inject: {{ {field}: {{ node: ..., input: ... }} }}. The nodes are {Known()}."
                : $"{_file}: {field} may go into several inputs ({string.Join(", ", candidates.Select(one => $"{Describe(one.Node)}.{one.Input}"))}); choose with inject."
        );

    private string Known() => string.Join(", ", _graph.Select(node => Describe(node.Key)).Take(30));

    private string Describe(string id) =>
        TitleOf(id) is { } title ? $"{id} \"{title}\" ({ClassOf(id)})" : $"{id} ({ClassOf(id)})";

    private JsonObject Inputs(string id) => _graph[id]!["inputs"]!.AsObject();

    private string ClassOf(string id) => $"{_graph[id]!["class_type"]}";

    private string? TitleOf(string id) => _graph[id]!["_meta"]?["title"]?.ToString();

    /// <summary>A text chunk of a PNG; ComfyUI writes tEXt, and zTXt or iTXt come from tools that saved it again.</summary>
    private static string? PngText(byte[] png, string keyword)
    {
        for (var at = 8; at + 12 <= png.Length; )
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            if (length < 0 || at + 12 + (long)length > png.Length)
            {
                return null;
            }

            var type = Encoding.ASCII.GetString(png, at + 4, 4);
            var data = png.AsSpan(at + 8, length);
            var end = data.IndexOf((byte)0);
            if (end > 0 && Encoding.Latin1.GetString(data[..end]) == keyword)
            {
                switch (type)
                {
                    case "tEXt":
                        return Encoding.UTF8.GetString(data[(end + 1)..]);
                    case "zTXt":
                        return Inflate(data[(end + 2)..].ToArray());
                    case "iTXt":
                        var rest = data[(end + 3)..];
                        rest = rest[(rest.IndexOf((byte)0) + 1)..];
                        rest = rest[(rest.IndexOf((byte)0) + 1)..];
                        return data[end + 1] == 1 ? Inflate(rest.ToArray()) : Encoding.UTF8.GetString(rest);
                }
            }

            at += 12 + length;
        }

        return null;
    }

    private static string? Inflate(byte[] data)
    {
        try
        {
            using var stream = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            var text = new char[4 << 20];
            return new string(text, 0, reader.ReadBlock(text));
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
