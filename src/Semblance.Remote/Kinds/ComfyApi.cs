using System.Text.Json.Nodes;
using Semblance.Remote.Connecting;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Kinds;

/// <summary>ComfyUI: a workflow is queued, its history is asked for until it is there, and the saved file is fetched.</summary>
internal sealed class ComfyApi(ServerConnection connection, ServerSettings server, ServerModel model, ServerHost host)
    : ServerApi(connection, server, model)
{
    /// <summary>How often a job may be in neither queue nor history before it counts as lost: it moves from one to the other.</summary>
    private const int Misses = 4;

    private static readonly string[] Queues = ["queue_running", "queue_pending"];

    private readonly ComfyWorkflow _workflow = ComfyWorkflow.Read(model.Workflow!, model);
    private readonly List<KeyValuePair<string, string>> _facts = [];
    private readonly Dictionary<string, int> _missed = [];

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, string>> Facts => _facts;

    /// <inheritdoc/>
    public override bool FixesSize => _workflow.TakesSize;

    /// <inheritdoc/>
    public override bool IsPaid => Model.PricePerImage is > 0;

    /// <inheritdoc/>
    public override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        foreach (var note in _workflow.Notes)
        {
            host.Warning(note);
        }

        var stats = await GetAsync("/system_stats", cancellationToken);
        _facts.Clear();
        _facts.Add(new("workflow_sha256", Hash(_workflow.Canonical)));
        if (Text(stats["system"]?["comfyui_version"]) is { } version)
        {
            _facts.Add(new("comfyui_version", version));
        }

        var flags = (stats["system"]?["argv"] as JsonArray ?? [])
            .Select(flag => flag?.ToString().TrimStart('-') ?? "")
            .Where(flag => flag is "fast" or "fp16-vae" or "deterministic")
            .Order(StringComparer.Ordinal)
            .ToArray();
        if (flags.Length > 0)
        {
            _facts.Add(new("comfyui_flags", string.Join(' ', flags)));
        }

        foreach (var name in _workflow.Classes)
        {
            var answer = await Connection.SendAsync(
                HttpCall.Get(Connection.At($"/object_info/{Uri.EscapeDataString(name)}")),
                cancellationToken,
                refused => refused.Status == 404
            );
            if (!answer.IsSuccess || answer.Json is not JsonObject { Count: > 0 })
            {
                throw new CallException(
                    CallEnd.Model,
                    $"has no node of the class {name}, which {Model.Workflow!.File} uses; install the custom nodes that it comes from"
                );
            }
        }
    }

    /// <inheritdoc/>
    public override async Task<Reply> SubmitAsync(ImageCall call, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["prompt"] = _workflow.For(call), ["client_id"] = "semblance" };
        var answer = await Connection.SendAsync(
            Post(Connection.At("/prompt"), body) with
            {
                Timeout = TimeSpan.FromSeconds(60),
            },
            cancellationToken,
            refused => refused.Status == 400 && refused.Json is JsonObject
        );
        var fields = answer.Object();
        var faults = NodeFaults(fields["node_errors"] as JsonObject);
        if (!answer.IsSuccess || faults is not null)
        {
            // The graph is the same for every image but for prompt and seed, so each would be refused.
            throw new CallException(
                CallEnd.Model,
                $"refuses the workflow {Model.Workflow!.File}: {Connection.Words.Clean(faults ?? Text(fields["error"]?["message"]) ?? fields["error"]?.ToString() ?? "without a reason")}"
            );
        }

        return Text(fields["prompt_id"]) is { Length: > 0 } id
            ? new Reply.Taken(id)
            : throw new CallException(CallEnd.Image, "took the workflow and gave no prompt_id");
    }

    /// <inheritdoc/>
    public override async Task<Reply> PollAsync(string job, ImageCall call, CancellationToken cancellationToken)
    {
        var history = await GetAsync($"/history/{Uri.EscapeDataString(job)}", cancellationToken);
        if (history[job] is JsonObject entry)
        {
            return await FinishAsync(entry, call);
        }

        var queue = await GetAsync("/queue", cancellationToken);
        var isQueued = Queues
            .SelectMany(name => queue[name] as JsonArray ?? [])
            .OfType<JsonArray>()
            .Any(item => item.Count > 1 && Text(item[1]) == job);
        lock (_missed)
        {
            _missed[job] = isQueued ? 0 : _missed.GetValueOrDefault(job) + 1;
            return _missed[job] > Misses
                ? new Reply.Lost("no longer knows the job, as after a restart")
                : new Reply.Waiting();
        }
    }

    private async Task<Reply> FinishAsync(JsonObject entry, ImageCall call)
    {
        if (Text(entry["status"]?["status_str"]) == "error")
        {
            return new Reply.Failed(
                Connection.Words.Clean(Fault(entry["status"]!["messages"] as JsonArray)),
                IsPaid: false
            );
        }

        var images = entry["outputs"]?[_workflow.OutputNode]?["images"] as JsonArray;
        if (images is not { Count: > 0 } || images[0] is not JsonObject file)
        {
            return new Reply.Lost($"finished without an image of node {_workflow.OutputNode}, as where all was cached");
        }

        var query = string.Join(
            '&',
            ((string[])["filename", "subfolder", "type"]).Select(name =>
                $"{name}={Uri.EscapeDataString(Text(file[name]) ?? "")}"
            )
        );
        var answer = await Connection.DownloadAsync(Connection.At($"/view?{query}"), CancellationToken.None);
        return new Reply.Image(answer.Body, new Echo { Seed = UsedSeed(entry, call) });
    }

    /// <summary>The history holds the graph that was run.</summary>
    private long? UsedSeed(JsonObject entry, ImageCall call)
    {
        if (entry["prompt"] is not JsonArray { Count: > 2 } prompt || prompt[2] is not JsonObject graph)
        {
            return null;
        }

        var asked = _workflow.For(call);
        return _workflow.Seeds(asked).SequenceEqual(_workflow.Seeds(graph))
            ? call.Seed
            : _workflow.Seeds(graph).FirstOrDefault();
    }

    private static string Fault(JsonArray? messages)
    {
        var last = messages
            ?.OfType<JsonArray>()
            .LastOrDefault(message => Text(message[0]) is "execution_error" or "execution_interrupted");
        if (last is null)
        {
            return "failed without a reason";
        }

        if (Text(last[0]) == "execution_interrupted")
        {
            return "was interrupted by somebody";
        }

        var data = last[1];
        var type = Text(data?["exception_type"]) ?? "";
        return type.EndsWith("OutOfMemoryError", StringComparison.Ordinal)
            ? $"ran out of memory in node {data!["node_id"]} ({data["node_type"]})"
            : $"failed in node {data?["node_id"]} ({data?["node_type"]}): {data?["exception_message"]}";
    }

    private static string? NodeFaults(JsonObject? nodes)
    {
        foreach (var (id, node) in nodes ?? [])
        {
            if ((node?["errors"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault() is not { } fault)
            {
                continue;
            }

            var extra = fault["extra_info"];
            var input = Text(extra?["input_name"]);
            var choices =
                Text(fault["type"]) == "value_not_in_list"
                && extra?["input_config"] is JsonArray { Count: > 0 } config
                && config[0] is JsonArray list
                    ? $"; it has {string.Join(", ", list.Take(12))}"
                    : "";
            return $"node {id} ({node["class_type"]}){(input is null ? "" : $", input {input}")}: {fault["message"]} {fault["details"]}{choices}";
        }

        return null;
    }

    private async Task<JsonObject> GetAsync(string path, CancellationToken cancellationToken)
    {
        var answer = await Connection.SendAsync(HttpCall.Get(Connection.At(path)), cancellationToken);
        return answer.Object();
    }
}
