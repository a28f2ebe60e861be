using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Semblance.FakeServers;

/// <summary>Black Forest Labs: tasks that are not found at first, moderation as a status, links that expire.</summary>
public sealed class FakeBfl : FakeServer
{
    public const string Model = "flux-dev";

    private readonly Lock _one = new();
    private readonly Dictionary<string, (JsonObject Body, int Polls)> _tasks = [];
    private readonly Dictionary<string, byte[]> _files = [];

    /// <summary>How often a task is not found at first.</summary>
    public int MissesAtFirst { get; set; } = 1;

    /// <summary>How many links have expired by the time they are followed.</summary>
    public int ExpiredLinks { get; set; }

    /// <summary>Where tasks are asked for, in place of this server.</summary>
    public string? PollsAt { get; set; }

    protected override bool IsCall(Heard request) => request.Method == "POST";

    protected override bool HasKey(Heard request) =>
        request.Path.StartsWith("/files/", StringComparison.Ordinal)
        || request.Headers.GetValueOrDefault("x-key") == Key;

    protected override Task AnswerAsync(HttpContext context, Heard request)
    {
        lock (_one)
        {
            if (request.Path.StartsWith("/files/", StringComparison.Ordinal))
            {
                return ExpiredLinks-- > 0
                    ? JsonAsync(context, new JsonObject { ["error"] = "AuthenticationFailed" }, 403)
                    : BytesAsync(context, _files[request.Path]);
            }

            if (IsCall(request))
            {
                var id = $"t{_tasks.Count + 1}";
                _tasks[id] = (request.Json, 0);
                return JsonAsync(
                    context,
                    new JsonObject
                    {
                        ["id"] = id,
                        ["polling_url"] = $"{PollsAt ?? Url.ToString()}v1/get_result?id={id}",
                    }
                );
            }

            var name = $"{context.Request.Query["id"]}";
            (var body, var polls) = _tasks[name];
            _tasks[name] = (body, polls + 1);
            var prompt = $"{body["prompt"]}";
            if (polls < MissesAtFirst)
            {
                return JsonAsync(context, new JsonObject { ["id"] = name, ["status"] = "Task not found" }, 404);
            }

            if (polls == MissesAtFirst)
            {
                return JsonAsync(context, new JsonObject { ["id"] = name, ["status"] = "Pending" });
            }

            if (prompt.Contains(Forbidden, StringComparison.Ordinal))
            {
                return JsonAsync(context, new JsonObject { ["id"] = name, ["status"] = "Content Moderated" });
            }

            var seed = body["seed"]!.GetValue<long>();
            _files[$"/files/{name}.png"] = Picture(
                Model,
                prompt,
                seed,
                body["width"]!.GetValue<int>(),
                body["height"]!.GetValue<int>()
            );
            return JsonAsync(
                context,
                new JsonObject
                {
                    ["id"] = name,
                    ["status"] = "Ready",
                    ["result"] = new JsonObject
                    {
                        ["sample"] = $"{Url}files/{name}.png?sig=secret-signature",
                        ["seed"] = Habits.HasOneSeed ? 42 : seed,
                    },
                }
            );
        }
    }
}
