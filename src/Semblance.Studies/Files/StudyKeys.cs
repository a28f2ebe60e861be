namespace Semblance.Studies.Files;

/// <summary>The fields of each part of a study file. The published schema names the same.</summary>
internal static class StudyKeys
{
    public static IReadOnlyList<string> Root { get; } =
    [
        "version",
        "name",
        "prompts",
        "seeds",
        "defaults",
        "backends",
        "models",
        "matrix",
        "budget",
        "checks",
        "on_filtered",
        "on_error",
        "output",
        "device",
        "precision",
        "resume",
        "score",
        "clusters",
        "compare",
        "gates",
        "choose",
        "agreement",
        "report",
    ];

    public static IReadOnlyList<string> Prompt { get; } = ["id", "text"];

    public static IReadOnlyList<string> PromptFile { get; } = ["file"];

    /// <summary>What decides an image; the defaults have these, and every model.</summary>
    public static IReadOnlyList<string> Sampling { get; } =
    ["width", "height", "steps", "guidance_scale", "negative_prompt", "sampler", "scheduler"];

    public static IReadOnlyDictionary<string, string> Aliases { get; } =
        new Dictionary<string, string>
        {
            ["num_inference_steps"] = "steps",
            ["cfg_scale"] = "guidance_scale",
            ["cfg"] = "guidance_scale",
        };

    public static IReadOnlyList<string> Backend { get; } =
    [
        "kind",
        "dialect",
        "url",
        "program",
        "api_key_env",
        "key_header",
        "auth",
        "headers",
        "concurrency",
        "rate_limit",
        "timeout",
        "retry",
        "method",
        "body",
        "result",
        "error",
        "seed_result",
    ];

    public static IReadOnlyList<string> Auth { get; } = ["user_env", "password_env"];

    public static IReadOnlyList<string> Retry { get; } =
    ["max_attempts", "base_delay", "max_delay", "respect_retry_after"];

    public static IReadOnlyList<string> Model { get; } =
    [
        "id",
        "label",
        "backend",
        "folder",
        "dataset",
        "painter",
        "preset",
        "checkpoint",
        "model",
        .. Sampling,
        "vae",
        "loras",
        "noise",
        "clip_skip",
        "precision",
        "variant",
        "batch",
        "settings",
        "parameters",
        "workflow",
        "inject",
        "set",
        "output_node",
        "seeds",
        "seed_support",
        "repetitions",
        "price_per_image",
        "suffix",
        "matrix",
    ];

    public static IReadOnlyList<string> Lora { get; } = ["name", "weight"];

    public static IReadOnlyList<string> Inject { get; } = ["node", "title", "class", "input"];

    /// <summary>What may go somewhere in a workflow.</summary>
    public static IReadOnlyList<string> Injected { get; } =
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

    /// <summary>What one model may be varied in.</summary>
    public static IReadOnlyList<string> Varied { get; } =
    ["steps", "guidance_scale", "sampler", "scheduler", "lora_weight", "clip_skip"];

    public static IReadOnlyList<string> Matrix { get; } = ["include", "exclude"];

    public static IReadOnlyList<string> Selection { get; } = ["model", "prompt", "seeds"];

    public static IReadOnlyList<string> Budget { get; } =
    ["currency", "max_cost", "max_cost_per_model", "max_images", "on_exceed"];

    public static IReadOnlyList<string> Checks { get; } = ["probe_seed", "require_seed", "long_prompt", "blank_image"];

    public static IReadOnlyList<string> Output { get; } = ["run", "format", "keep_raw"];

    public static IReadOnlyList<string> Score { get; } = ["encoders", "alignment"];

    public static IReadOnlyList<string> Clusters { get; } = ["by", "file", "column"];

    public static IReadOnlyList<string> Compare { get; } = ["mode", "level", "resamples", "allow_unmatched"];

    public static IReadOnlyList<string> Gate { get; } = ["baseline", "candidate", "claim", "margin", "alpha"];

    public static IReadOnlyList<string> Choose { get; } = ["alignment_loss"];

    public static IReadOnlyList<string> Agreement { get; } = ["votes"];

    public static IReadOnlyList<string> Report { get; } = ["images", "max_mb"];
}
