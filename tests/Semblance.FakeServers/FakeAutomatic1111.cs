using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Semblance.FakeServers;

/// <summary>AUTOMATIC1111's <c>/sdapi/v1</c>, with the differences of those who imitate it.</summary>
public sealed class FakeAutomatic1111 : FakeServer
{
    /// <summary>Whether it was started without its API.</summary>
    public bool LacksApi { get; set; }

    /// <summary>Whether schedulers are part of the samplers' names, as before 1.9.</summary>
    public bool IsOld { get; set; }

    /// <summary>Whether the checkpoint of a request is dropped without a word.</summary>
    public bool IgnoresOverride { get; set; }

    /// <summary>Whether the first image is a grid.</summary>
    public bool SendsGrid { get; set; }

    /// <summary>Whether LoRA files are missing, which is only logged.</summary>
    public bool LacksLoras { get; set; }

    /// <summary>Whether it answers as SD.Next does where no model is loaded.</summary>
    public bool HasNoModel { get; set; }

    /// <summary>Whether it answers as Draw Things does.</summary>
    public bool IsDrawThings { get; set; }

    /// <summary>User and password, as <c>user:password</c>; null for none.</summary>
    public string? BasicAuth { get; set; }

    public const string Checkpoint = "base_v1";

    private static readonly string[] DrawThingsKeys =
    [
        "prompt",
        "negative_prompt",
        "seed",
        "width",
        "height",
        "batch_count",
        "batch_size",
        "model",
        "steps",
        "guidance_scale",
        "sampler",
        "loras",
        "seed_mode",
    ];

    private string _loaded = Checkpoint;

    protected override bool IsCall(Heard request) => request.Path == "/sdapi/v1/txt2img";

    protected override Task AnswerAsync(HttpContext context, Heard request)
    {
        if (IsDrawThings)
        {
            return DrawThingsAsync(context, request);
        }

        if (LacksApi)
        {
            return JsonAsync(context, new JsonObject { ["detail"] = "Not Found" }, 404);
        }

        if (
            BasicAuth is { } basic
            && request.Headers.GetValueOrDefault("Authorization")
                != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(basic))
        )
        {
            context.Response.Headers.WWWAuthenticate = "Basic";
            return JsonAsync(context, new JsonObject { ["detail"] = "Incorrect username or password" }, 401);
        }

        return request.Path switch
        {
            "/sdapi/v1/samplers" => JsonAsync(context, Samplers()),
            "/sdapi/v1/schedulers" when !IsOld => JsonAsync(
                context,
                new JsonArray(Scheduler("automatic", "Automatic"), Scheduler("karras", "Karras"))
            ),
            "/sdapi/v1/sd-models" => JsonAsync(context, new JsonArray(Model(Checkpoint, 'a'), Model("other_v2", 'b'))),
            "/sdapi/v1/options" => JsonAsync(
                context,
                new JsonObject { ["sd_model_checkpoint"] = $"{_loaded}.safetensors [aaaaaaaaaa]" }
            ),
            "/sdapi/v1/txt2img" => DrawAsync(context, request.Json),
            _ => JsonAsync(context, new JsonObject { ["detail"] = "Not Found" }, 404),
        };
    }

    private Task DrawAsync(HttpContext context, JsonObject body)
    {
        if (HasNoModel)
        {
            return JsonAsync(context, new JsonObject { ["images"] = new JsonArray(), ["info"] = "" });
        }

        var settings = body["override_settings"] as JsonObject;
        if (!IgnoresOverride && settings?["sd_model_checkpoint"] is { } title)
        {
            _loaded = $"{title}".Split(".safetensors")[0];
        }

        (var prompt, var seed) = ($"{body["prompt"]}", body["seed"]?.GetValue<long>() ?? -1);
        (var width, var height) = (body["width"]!.GetValue<int>(), body["height"]!.GetValue<int>());
        var clean = prompt.Split(" <lora:")[0];
        var images = new JsonArray(Convert.ToBase64String(Picture(_loaded, clean, seed, width, height)));
        if (SendsGrid)
        {
            images.Insert(0, Convert.ToBase64String(FakePicture.Png("grid", "grid", 0, width, height)));
        }

        var used = Habits.HasOneSeed ? 42 : seed;
        var extra = new JsonObject();
        if (prompt.Contains("<lora:", StringComparison.Ordinal) && !LacksLoras)
        {
            extra["Lora hashes"] = $"{prompt.Split("<lora:")[1].Split(':')[0]}: abcdef";
        }

        var info = new JsonObject
        {
            ["prompt"] = prompt,
            ["seed"] = used,
            ["all_seeds"] = new JsonArray(used),
            ["sampler_name"] = $"{body["sampler_name"] ?? "Euler"}",
            ["steps"] = body["steps"]?.GetValue<int>() ?? 50,
            ["sd_model_name"] = _loaded,
            ["index_of_first_image"] = SendsGrid ? 1 : 0,
            ["extra_generation_params"] = extra,
            ["version"] = "v1.10.1",
        };
        return JsonAsync(
            context,
            new JsonObject
            {
                ["images"] = images,
                ["parameters"] = body.DeepClone(),
                ["info"] = info.ToJsonString(),
            }
        );
    }

    private Task DrawThingsAsync(HttpContext context, Heard request)
    {
        if (request.Method == "GET")
        {
            return JsonAsync(
                context,
                new JsonObject
                {
                    ["seed_mode"] = "Scale Alike",
                    ["model"] = "sd_xl.ckpt",
                    ["steps"] = 30,
                }
            );
        }

        var body = request.Json;
        string[] odd = [.. body.Select(field => field.Key).Where(key => !DrawThingsKeys.Contains(key))];
        return odd.Length > 0
            ? JsonAsync(
                context,
                new JsonObject
                {
                    ["error"] = "HTTPException",
                    ["detail"] = $"Unrecognized keys: {string.Join(", ", odd)}",
                },
                422
            )
            : JsonAsync(
                context,
                new JsonObject
                {
                    ["images"] = new JsonArray(
                        Convert.ToBase64String(
                            Picture(
                                Checkpoint,
                                $"{body["prompt"]}",
                                body["seed"]!.GetValue<long>(),
                                body["width"]!.GetValue<int>(),
                                body["height"]!.GetValue<int>()
                            )
                        )
                    ),
                }
            );
    }

    private JsonArray Samplers()
    {
        string[] names = IsOld ? ["Euler", "Euler a", "DPM++ 2M", "DPM++ 2M Karras"] : ["Euler", "Euler a", "DPM++ 2M"];
        return new JsonArray([
            .. names.Select(name =>
                (JsonNode)
                    new JsonObject
                    {
                        ["name"] = name,
                        ["aliases"] = new JsonArray("k_" + name.ToLowerInvariant().Replace(' ', '_')),
                        ["options"] = new JsonObject(),
                    }
            ),
        ]);
    }

    private static JsonObject Scheduler(string name, string label) => new() { ["name"] = name, ["label"] = label };

    private static JsonObject Model(string name, char hash) =>
        new()
        {
            ["title"] = $"{name}.safetensors [{new string(hash, 10)}]",
            ["model_name"] = name,
            ["filename"] = $"/models/{name}.safetensors",
            ["sha256"] = "0" + new string(hash, 63),
        };
}
