using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Semblance.FakeServers;

/// <summary>ComfyUI: a queue, a history that a restart loses, and files by name.</summary>
public sealed class FakeComfy(int port = 0) : FakeServer(port)
{
    private readonly Lock _one = new();
    private readonly Dictionary<string, Job> _jobs = [];
    private readonly Dictionary<string, byte[]> _files = [];
    private int _next;

    /// <summary>How often a job is asked for until it is done.</summary>
    public int PollsUntilDone { get; set; } = 1;

    /// <summary>What the next job ends with: <c>execution_error</c>, <c>oom</c>, <c>execution_interrupted</c> or <c>cached</c>.</summary>
    public string? NextEnds { get; set; }

    /// <summary>A class that this server does not have.</summary>
    public string? LacksClass { get; set; }

    /// <summary>Where given, prompts with another checkpoint are refused.</summary>
    public string? OnlyCheckpoint { get; set; }

    /// <summary>A workflow of seven nodes, as ComfyUI exports it.</summary>
    public static string Workflow(int width = 64, int height = 64, int batch = 1) =>
        new JsonObject
        {
            ["3"] = Node(
                "KSampler",
                "Sampler",
                new JsonObject
                {
                    ["seed"] = 5,
                    ["steps"] = 20,
                    ["cfg"] = 7.0,
                    ["sampler_name"] = "euler",
                    ["scheduler"] = "normal",
                    ["model"] = new JsonArray("4", 0),
                    ["positive"] = new JsonArray("6", 0),
                    ["negative"] = new JsonArray("7", 0),
                    ["latent_image"] = new JsonArray("5", 0),
                }
            ),
            ["4"] = Node("CheckpointLoaderSimple", "Checkpoint", new JsonObject { ["ckpt_name"] = "base.safetensors" }),
            ["5"] = Node(
                "EmptyLatentImage",
                "Size",
                new JsonObject
                {
                    ["width"] = width,
                    ["height"] = height,
                    ["batch_size"] = batch,
                }
            ),
            ["6"] = Node(
                "CLIPTextEncode",
                "Positive",
                new JsonObject { ["text"] = "a text", ["clip"] = new JsonArray("4", 1) }
            ),
            ["7"] = Node(
                "CLIPTextEncode",
                "Negative",
                new JsonObject { ["text"] = "", ["clip"] = new JsonArray("4", 1) }
            ),
            ["8"] = Node(
                "VAEDecode",
                "Decode",
                new JsonObject { ["samples"] = new JsonArray("3", 0), ["vae"] = new JsonArray("4", 2) }
            ),
            ["9"] = Node(
                "SaveImage",
                "Save",
                new JsonObject { ["images"] = new JsonArray("8", 0), ["filename_prefix"] = "ComfyUI" }
            ),
        }.ToJsonString();

    /// <summary>The model whose picture a workflow gives.</summary>
    public const string Checkpoint = "base.safetensors";

    /// <summary>Forgets queue and history, as a restart does.</summary>
    public void Restart()
    {
        lock (_one)
        {
            _jobs.Clear();
        }
    }

    protected override bool IsCall(Heard request) => request.Method == "POST" && request.Path == "/prompt";

    protected override Task AnswerAsync(HttpContext context, Heard request)
    {
        if (request.Headers.ContainsKey("Origin"))
        {
            context.Response.StatusCode = 403;
            return Task.CompletedTask;
        }

        lock (_one)
        {
            return request.Path switch
            {
                "/system_stats" => JsonAsync(
                    context,
                    new JsonObject
                    {
                        ["system"] = new JsonObject
                        {
                            ["comfyui_version"] = "0.3.64",
                            ["argv"] = new JsonArray("main.py", "--fast"),
                        },
                    }
                ),
                "/prompt" => QueueAsync(context, request.Json),
                "/queue" => JsonAsync(
                    context,
                    new JsonObject
                    {
                        ["queue_running"] = new JsonArray([
                            .. _jobs
                                .Where(job => job.Value.Polls < PollsUntilDone)
                                .Select(job => (JsonNode)new JsonArray(1, job.Key)),
                        ]),
                        ["queue_pending"] = new JsonArray(),
                    }
                ),
                "/view" => _files.TryGetValue(
                    $"{context.Request.Query["subfolder"]}/{context.Request.Query["filename"]}",
                    out var bytes
                )
                    ? BytesAsync(context, bytes)
                    : JsonAsync(context, null, 404),
                var path when path.StartsWith("/object_info/", StringComparison.Ordinal) => JsonAsync(
                    context,
                    path.EndsWith($"/{LacksClass}", StringComparison.Ordinal)
                        ? new JsonObject()
                        : new JsonObject { [path.Split('/')[^1]] = new JsonObject() }
                ),
                var path when path.StartsWith("/history/", StringComparison.Ordinal) => HistoryAsync(
                    context,
                    path.Split('/')[^1]
                ),
                _ => JsonAsync(context, null, 404),
            };
        }
    }

    private static JsonObject Node(string type, string title, JsonObject inputs) =>
        new()
        {
            ["class_type"] = type,
            ["_meta"] = new JsonObject { ["title"] = title },
            ["inputs"] = inputs,
        };

    private Task QueueAsync(HttpContext context, JsonObject body)
    {
        if (body["prompt"] is not JsonObject graph || graph["nodes"] is not null)
        {
            return JsonAsync(
                context,
                new JsonObject
                {
                    ["error"] = new JsonObject
                    {
                        ["type"] = "invalid_prompt",
                        ["message"] = "Cannot execute because a node is missing the class_type property.",
                    },
                },
                400
            );
        }

        var checkpoint = $"{graph["4"]?["inputs"]?["ckpt_name"]}";
        if (OnlyCheckpoint is { } only && checkpoint != only)
        {
            return JsonAsync(context, Refusal(checkpoint, only), 400);
        }

        var id = string.Create(CultureInfo.InvariantCulture, $"job-{++_next}");
        _jobs[id] = new Job(graph, NextEnds);
        NextEnds = null;
        return JsonAsync(
            context,
            new JsonObject
            {
                ["prompt_id"] = id,
                ["number"] = _next,
                ["node_errors"] = new JsonObject(),
            }
        );
    }

    private static JsonObject Refusal(string checkpoint, string only) =>
        new()
        {
            ["error"] = new JsonObject
            {
                ["type"] = "prompt_outputs_failed_validation",
                ["message"] = "Prompt outputs failed validation",
            },
            ["node_errors"] = new JsonObject
            {
                ["4"] = new JsonObject
                {
                    ["class_type"] = "CheckpointLoaderSimple",
                    ["errors"] = new JsonArray(
                        new JsonObject
                        {
                            ["type"] = "value_not_in_list",
                            ["message"] = "Value not in list",
                            ["details"] = $"ckpt_name: '{checkpoint}' not in list",
                            ["extra_info"] = new JsonObject
                            {
                                ["input_name"] = "ckpt_name",
                                ["input_config"] = new JsonArray(new JsonArray(only), new JsonObject()),
                            },
                        }
                    ),
                },
            },
        };

    private Task HistoryAsync(HttpContext context, string id)
    {
        if (!_jobs.TryGetValue(id, out var job) || ++job.Polls < PollsUntilDone)
        {
            return JsonAsync(context, new JsonObject());
        }

        job.Entry ??= Finish(id, job);
        return JsonAsync(context, new JsonObject { [id] = job.Entry.DeepClone() });
    }

    private JsonObject Finish(string id, Job job)
    {
        var inputs = job.Graph["3"]!["inputs"]!;
        var entry = new JsonObject
        {
            ["prompt"] = new JsonArray(1, id, job.Graph.DeepClone(), new JsonObject(), new JsonArray("9")),
            ["outputs"] = new JsonObject(),
            ["status"] = new JsonObject
            {
                ["status_str"] = "success",
                ["completed"] = true,
                ["messages"] = new JsonArray(),
            },
        };
        if (job.Ends is "execution_error" or "oom" or "execution_interrupted")
        {
            entry["status"] = new JsonObject
            {
                ["status_str"] = "error",
                ["completed"] = false,
                ["messages"] = new JsonArray(
                    new JsonArray(
                        job.Ends == "execution_interrupted" ? "execution_interrupted" : "execution_error",
                        new JsonObject
                        {
                            ["node_id"] = "3",
                            ["node_type"] = "KSampler",
                            ["exception_message"] = "the sampler broke",
                            ["exception_type"] = job.Ends == "oom" ? "torch.OutOfMemoryError" : "RuntimeError",
                        }
                    )
                ),
            };
            return entry;
        }

        if (job.Ends != "cached")
        {
            var size = job.Graph["5"]!["inputs"]!;
            var prefix = $"{job.Graph["9"]!["inputs"]!["filename_prefix"]}".Split('/');
            (var folder, var name) = (prefix.Length > 1 ? prefix[0] : "", $"{prefix[^1]}_00001_.png");
            _files[$"{folder}/{name}"] = Picture(
                $"{job.Graph["4"]!["inputs"]!["ckpt_name"]}",
                $"{job.Graph["6"]!["inputs"]!["text"]}",
                inputs["seed"]!.GetValue<long>(),
                size["width"]!.GetValue<int>(),
                size["height"]!.GetValue<int>()
            );
            entry["outputs"] = new JsonObject
            {
                ["9"] = new JsonObject
                {
                    ["images"] = new JsonArray(
                        new JsonObject
                        {
                            ["filename"] = name,
                            ["subfolder"] = folder,
                            ["type"] = "output",
                        }
                    ),
                },
            };
        }

        return entry;
    }

    private sealed class Job(JsonObject graph, string? ends)
    {
        public JsonObject Graph => graph;

        public string? Ends => ends;

        public int Polls { get; set; }

        public JsonObject? Entry { get; set; }
    }
}
