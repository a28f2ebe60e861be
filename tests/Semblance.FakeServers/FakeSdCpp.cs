using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Semblance.FakeServers;

/// <summary>stable-diffusion.cpp's own API: jobs that are deleted after a while, and a queue that may be full.</summary>
public sealed class FakeSdCpp : FakeServer
{
    public const string Model = "sd-cpp-local";

    private readonly Lock _one = new();
    private readonly Dictionary<string, (JsonObject Body, int Polls, string? Ends)> _jobs = [];

    /// <summary>How often a job is asked for until it is done.</summary>
    public int PollsUntilDone { get; set; } = 2;

    /// <summary>The status that the next job ends with, in place of <c>completed</c>.</summary>
    public string? NextEnds { get; set; }

    /// <summary>Whether finished jobs have been deleted.</summary>
    public bool HasDeleted { get; set; }

    protected override bool IsCall(Heard request) => request.Path == "/sdcpp/v1/img_gen";

    protected override Task AnswerAsync(HttpContext context, Heard request)
    {
        lock (_one)
        {
            if (IsCall(request))
            {
                var id = $"j{_jobs.Count + 1}";
                _jobs[id] = (request.Json, 0, NextEnds);
                NextEnds = null;
                return JsonAsync(
                    context,
                    new JsonObject
                    {
                        ["id"] = id,
                        ["status"] = "queued",
                        ["poll_url"] = $"/sdcpp/v1/jobs/{id}",
                    },
                    202
                );
            }

            if (request.Path == "/sdcpp/v1/capabilities")
            {
                return JsonAsync(context, new JsonObject { ["samplers"] = new JsonArray("euler") });
            }

            var name = request.Path.Split('/')[^1];
            if (!_jobs.TryGetValue(name, out var job))
            {
                return JsonAsync(
                    context,
                    new JsonObject { ["error"] = new JsonObject { ["message"] = "unknown job" } },
                    404
                );
            }

            if (HasDeleted)
            {
                HasDeleted = false;
                return JsonAsync(
                    context,
                    new JsonObject { ["error"] = new JsonObject { ["message"] = "job expired" } },
                    410
                );
            }

            _jobs[name] = job with { Polls = job.Polls + 1 };
            if (job.Polls + 1 < PollsUntilDone)
            {
                return JsonAsync(context, new JsonObject { ["id"] = name, ["status"] = "generating" });
            }

            return job.Ends is { } ends
                ? JsonAsync(
                    context,
                    new JsonObject
                    {
                        ["id"] = name,
                        ["status"] = ends,
                        ["error"] = new JsonObject { ["code"] = "x", ["message"] = "the model broke" },
                    }
                )
                : JsonAsync(
                    context,
                    new JsonObject
                    {
                        ["id"] = name,
                        ["status"] = "completed",
                        ["result"] = new JsonObject
                        {
                            ["images"] = new JsonArray(
                                new JsonObject
                                {
                                    ["index"] = 0,
                                    ["b64_json"] = Convert.ToBase64String(
                                        Picture(
                                            Model,
                                            $"{job.Body["prompt"]}",
                                            job.Body["seed"]!.GetValue<long>(),
                                            job.Body["width"]!.GetValue<int>(),
                                            job.Body["height"]!.GetValue<int>()
                                        )
                                    ),
                                }
                            ),
                        },
                    }
                );
        }
    }
}
