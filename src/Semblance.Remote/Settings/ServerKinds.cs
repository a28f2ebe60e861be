namespace Semblance.Remote.Settings;

/// <summary>A kind of server: what it takes and what its seeds may be.</summary>
/// <param name="Name">As studies have it.</param>
/// <param name="Fields">The fields of a model that it takes, beside id, label, backend, seeds and price.</param>
/// <param name="Seeds">Which may be sent; null where it has none.</param>
public sealed record ServerKind(string Name, IReadOnlyList<string> Fields, SeedRange? Seeds)
{
    /// <summary>The servers that share its API; empty where there is one. The first is the usual one.</summary>
    public IReadOnlyList<string> Dialects { get; init; } = [];

    /// <summary>Where it usually is; null where that must be said.</summary>
    public string? Url { get; init; }

    /// <summary>The usual name of the program that is run; null for a server.</summary>
    public string? Program { get; init; }

    /// <summary>Whether every image costs money.</summary>
    public bool IsPaid { get; init; }

    /// <summary>Fields of a model without which there is nothing to ask for.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];
}

/// <summary>Seeds that may be sent.</summary>
/// <param name="First">0, or 1 where 0 stands for a random one.</param>
/// <param name="Last">The largest.</param>
public readonly record struct SeedRange(long First, long Last);

/// <summary>The kinds of servers that there are clients for.</summary>
public static class ServerKinds
{
    private static readonly string[] Size = ["width", "height"];
    private static readonly string[] Sampling = ["steps", "guidance_scale", "negative_prompt"];

    /// <summary>Every kind, in the order of the documentation.</summary>
    public static IReadOnlyList<ServerKind> All { get; } =
    [
        new(
            "comfyui",
            [.. Size, .. Sampling, "sampler", "scheduler", "checkpoint", "workflow", "inject", "set", "output_node"],
            new SeedRange(0, long.MaxValue)
        )
        {
            Url = "http://127.0.0.1:8188",
            Needs = ["workflow"],
        },
        new(
            "automatic1111",
            [.. Size, .. Sampling, "sampler", "scheduler", "checkpoint", "vae", "loras", "settings", "parameters"],
            new SeedRange(0, uint.MaxValue)
        )
        {
            Dialects = ["automatic1111", "forge", "sdnext", "sdcpp", "draw-things"],
            Url = "http://127.0.0.1:7860",
        },
        new("openai", [.. Size, .. Sampling, "model", "parameters"], new SeedRange(0, int.MaxValue))
        {
            Dialects = ["openai", "azure", "localai", "vllm-omni", "sglang", "sdcpp", "generic"],
            Url = "https://api.openai.com",
        },
        new("replicate", [.. Size, .. Sampling, "scheduler", "model", "parameters"], new SeedRange(1, int.MaxValue))
        {
            Url = "https://api.replicate.com",
            IsPaid = true,
            Needs = ["model"],
        },
        new("fal", [.. Size, .. Sampling, "loras", "model", "parameters"], new SeedRange(0, int.MaxValue))
        {
            Url = "https://queue.fal.run",
            IsPaid = true,
            Needs = ["model"],
        },
        new("huggingface", [.. Size, .. Sampling, "scheduler", "model", "parameters"], new SeedRange(0, int.MaxValue))
        {
            Dialects = ["endpoint", "hf-inference", "together", "nscale"],
            Needs = ["model"],
        },
        new(
            "sd-cpp",
            [.. Size, .. Sampling, "sampler", "scheduler", "loras", "parameters"],
            new SeedRange(0, long.MaxValue)
        )
        {
            Url = "http://127.0.0.1:1234",
        },
        new(
            "sd-cli",
            [.. Size, .. Sampling, "sampler", "scheduler", "checkpoint", "vae", "loras", "parameters"],
            new SeedRange(0, long.MaxValue)
        )
        {
            Program = "sd-cli",
        },
        new("bfl", [.. Size, "steps", "guidance_scale", "model", "parameters"], new SeedRange(0, int.MaxValue))
        {
            Url = "https://api.bfl.ai",
            IsPaid = true,
            Needs = ["model"],
        },
        new(
            "stability",
            [.. Size, "guidance_scale", "negative_prompt", "model", "parameters"],
            new SeedRange(1, uint.MaxValue - 1)
        )
        {
            Url = "https://api.stability.ai",
            IsPaid = true,
            Needs = ["model"],
        },
        new("gemini", [.. Size, "model", "parameters"], new SeedRange(0, int.MaxValue))
        {
            Url = "https://generativelanguage.googleapis.com",
            IsPaid = true,
            Needs = ["model"],
        },
        new("http", [.. Size, .. Sampling, "model", "parameters"], new SeedRange(0, long.MaxValue)),
    ];

    /// <summary>A kind of a dialect, with what that takes; null where there is none of the name.</summary>
    public static ServerKind? Find(string name, string? dialect = null)
    {
        var kind = All.FirstOrDefault(one => one.Name == name);
        return (kind?.Name, dialect ?? (kind is { Dialects: [var usual, ..] } ? usual : null)) switch
        {
            ("openai", "openai" or "azure") => kind! with
            {
                Fields = [.. Size, "model", "parameters"],
                Seeds = null,
                IsPaid = true,
                Needs = dialect == "azure" ? [] : ["model"],
            },
            ("openai", "localai") => kind! with
            {
                Fields = [.. Size, "steps", "negative_prompt", "model", "parameters"],
                Seeds = new SeedRange(1, int.MaxValue),
            },
            ("huggingface", "endpoint") => kind! with { Needs = [] },
            ("huggingface", "hf-inference") => kind! with { IsPaid = true, Url = "https://router.huggingface.co" },
            ("huggingface", "together") => kind! with
            {
                Fields = [.. Size, "steps", "model", "parameters"],
                IsPaid = true,
                Url = "https://router.huggingface.co",
            },
            ("huggingface", "nscale") => kind! with
            {
                Fields = [.. Size, "model", "parameters"],
                IsPaid = true,
                Url = "https://router.huggingface.co",
            },
            ("automatic1111", "draw-things") => kind! with
            {
                Fields = [.. Size, .. Sampling, "sampler", "checkpoint", "loras", "parameters"],
            },
            ("automatic1111", "sdcpp") => kind! with
            {
                Fields = [.. Size, .. Sampling, "sampler", "scheduler", "loras", "parameters"],
            },
            _ => kind,
        };
    }
}
