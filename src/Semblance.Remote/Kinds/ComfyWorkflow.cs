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

    private readonly ComfyGraph _graph;
    private readonly Dictionary<string, List<(string Node, string Input)>> _places = [];
    private readonly string _file;

    private ComfyWorkflow(string file, ComfyGraph graph) => (_file, _graph) = (file, graph);

    /// <summary>The node whose images are taken.</summary>
    public string OutputNode { get; private set; } = "";

    /// <summary>Whether images are saved under a name that we give, by which they are found again.</summary>
    public bool HasPrefix => _graph.ClassOf(OutputNode) == "SaveImage";

    /// <summary>Whether width and height are given to the workflow.</summary>
    public bool TakesSize => _places.ContainsKey("width") && _places.ContainsKey("height");

    /// <summary>What was changed in the workflow and should be known.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Names of the classes of all nodes.</summary>
    public IEnumerable<string> Classes => _graph.Ids.Select(_graph.ClassOf).Distinct();

    /// <summary>All literals but those that are filled in, for the recipe.</summary>
    public string Canonical { get; private set; } = "";

    /// <summary>Reads the file, and finds where everything goes.</summary>
    /// <exception cref="InputException">The file is not a workflow in API format, or a place is not there or not clear.</exception>
    public static ComfyWorkflow Read(Workflow source, ServerModel model)
    {
        var workflow = new ComfyWorkflow(source.File, new ComfyGraph(ComfyWorkflowFile.Read(source.File)));
        foreach (var (place, value) in source.Set)
        {
            (var node, var input) = workflow.Literal(place);
            workflow._graph.Inputs(node)[input] = value?.DeepClone();
        }

        workflow.FindOutput(source.OutputNode);
        workflow.FindPlaces(source, model);
        workflow.OneImage();
        workflow.Fill(model);
        workflow.Canonical = workflow._graph.Nodes.ToJsonString();
        return workflow;
    }

    /// <summary>The graph for one image.</summary>
    public JsonObject For(ImageCall call)
    {
        var graph = _graph.Nodes.DeepClone().AsObject();
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

    private void FindPlaces(Workflow source, ServerModel model)
    {
        foreach (var (field, target) in source.Inject)
        {
            _places[field] = [(NodeOf(field, target), target.Input)];
            _graph.Inputs(_places[field][0].Node).TryGetPropertyValue(target.Input, out var there);
            if (there is JsonArray)
            {
                throw new InputException(
                    $"{_file}: the input {target.Input} of node {_places[field][0].Node} comes from another node; inject {field} into that one."
                );
            }
        }

        foreach (var id in _graph.Ids)
        {
            foreach (var (input, value) in _graph.Inputs(id))
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

        var ancestors = _graph.Ancestors(OutputNode);
        if (!_places.ContainsKey("seed"))
        {
            (string Node, string Input)[] seeds =
            [
                .. ancestors.SelectMany(id =>
                    _graph
                        .Inputs(id)
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
                    _graph.Inputs(id)["width"] is JsonValue
                    && _graph.Inputs(id)["height"] is JsonValue
                    && _graph.Inputs(id).ContainsKey("batch_size")
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
                    .Select(id => _graph.Inputs(id)[link])
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
        foreach (var id in _graph.Ancestors(start, only: link))
        {
            foreach (var (input, value) in _graph.Inputs(id))
            {
                if (
                    _graph.ClassOf(id).Contains("TextEncode", StringComparison.Ordinal)
                    && input is "text" or "prompt" or "text_g" or "text_l" or "clip_l" or "t5xxl"
                    && value is JsonValue
                )
                {
                    yield return (id, input);
                }
            }
        }
    }

    private void FindOutput(string? given)
    {
        if (given is not null)
        {
            OutputNode = _graph.Has(given)
                ? given
                : throw new InputException(
                    $"{_file} has no node {given}, which output_node names; it has {_graph.Known()}."
                );
            return;
        }

        string[] savers = [.. _graph.Ids.Where(id => Savers.Contains(_graph.ClassOf(id)))];
        string[] kept = [.. savers.Where(id => _graph.ClassOf(id) == "SaveImage")];
        var choice = kept.Length > 0 ? kept : savers;
        OutputNode =
            choice.Length == 1
                ? choice[0]
                : throw new InputException(
                    choice.Length == 0
                        ? $"{_file} saves no image: it has no SaveImage node. Add one, or name the node that gives images as output_node."
                        : $"{_file} saves images at several nodes ({string.Join(", ", choice.Select(_graph.Describe))}); name one as output_node."
                );
    }

    private void OneImage()
    {
        foreach (var id in _graph.Ids)
        {
            if (_graph.Inputs(id)["batch_size"] is JsonValue size && size.TryGetValue<int>(out var many) && many != 1)
            {
                _graph.Inputs(id)["batch_size"] = 1;
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
                _graph.Inputs(node)[input] = value.DeepClone();
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
        return _graph.Has(node)
            ? (node, place[(dot + 1)..])
            : throw new InputException(
                $"{_file} has no node for set: {place}; write NODE.INPUT, with one of the nodes {_graph.Known()}."
            );
    }

    private string NodeOf(string field, WorkflowTarget target)
    {
        string[] found =
        [
            .. _graph.Ids.Where(id =>
                (target.Node is null || id == target.Node)
                && (target.Title is null || _graph.TitleOf(id) == target.Title)
                && (target.Class is null || _graph.ClassOf(id) == target.Class)
            ),
        ];
        return found.Length == 1
            ? found[0]
            : throw new InputException(
                $"{_file}: {(found.Length == 0 ? "no node fits" : $"{found.Length} nodes fit")} inject: {field} ({target.Node ?? target.Title ?? target.Class}); the nodes are {_graph.Known()}."
            );
    }

    private InputException Unclear(string field, (string Node, string Input)[] candidates) =>
        new(
            candidates.Length == 0
                ? $"{_file}: no input for {field} was found; say where it goes with inject: {{ {field}: {{ node: ..., input: ... }} }}. The nodes are {_graph.Known()}."
                : $"{_file}: {field} may go into several inputs ({string.Join(", ", candidates.Select(one => $"{_graph.Describe(one.Node)}.{one.Input}"))}); choose with inject."
        );
}
