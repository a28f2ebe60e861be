using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Semblance.FakeServers;

/// <summary>The jobs of Kubernetes' API: made, read, deleted; errors as objects of kind Status.</summary>
public sealed class FakeKubernetes : FakeServer
{
    private readonly Lock _one = new();

    /// <summary>By namespace and name, as they were sent.</summary>
    public Dictionary<string, JsonObject> Jobs { get; } = [];

    protected override bool IsCall(Heard request) => true;

    protected override Task AnswerAsync(HttpContext context, Heard request)
    {
        lock (_one)
        {
            // /apis/batch/v1/namespaces/SPACE/jobs[/NAME[/status]]
            var parts = request.Path.Trim('/').Split('/');
            var space = parts[4];
            if (request.Method == "POST")
            {
                var job = request.Json;
                var name = $"{space}/{job["metadata"]!["name"]}";
                return Jobs.TryAdd(name, job)
                    ? JsonAsync(context, job.DeepClone(), 201)
                    : StatusAsync(context, 409, $"jobs.batch \"{job["metadata"]!["name"]}\" already exists");
            }

            var key = $"{space}/{parts[6]}";
            if (!Jobs.TryGetValue(key, out var found))
            {
                return StatusAsync(context, 404, $"jobs.batch \"{parts[6]}\" not found");
            }

            if (request.Method == "DELETE")
            {
                Jobs.Remove(key);
            }

            return JsonAsync(context, found.DeepClone());
        }
    }

    private static Task StatusAsync(HttpContext context, int code, string message) =>
        JsonAsync(
            context,
            new JsonObject
            {
                ["kind"] = "Status",
                ["apiVersion"] = "v1",
                ["status"] = "Failure",
                ["message"] = message,
                ["code"] = code,
            },
            code
        );
}
