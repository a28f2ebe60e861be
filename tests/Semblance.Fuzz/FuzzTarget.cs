namespace Semblance.Fuzz;

/// <summary>A reader under attack: which whole files of a kind it begins from.</summary>
/// <param name="Name">For the command line and the corpus' folder.</param>
/// <param name="Kind">Makes the whole files, damages and reads them.</param>
/// <param name="Takes">Which of the kind's files are this target's, by their extension.</param>
internal sealed record FuzzTarget(string Name, MutationKind Kind, Predicate<string> Takes)
{
    /// <summary>All readers that take files of strangers.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        Images("png", ".png"),
        Images("jpeg", ".jpg"),
        Images("webp", ".webp"),
        Images("tiff", ".tif"),
        Images("gif", ".gif"),
        Images("avif", ".avif"),
        Images("bmp", ".bmp"),
        Tables("csv", name => Ends(name, ".csv", ".csv.gz") && !IsOfRun(name)),
        Tables("tsv", name => Ends(name, ".tsv") && !IsOfRun(name)),
        Tables("jsonl", name => Ends(name, ".jsonl", ".json") && !IsOfRun(name) && name != ".report.json"),
        Tables("parquet", name => Ends(name, ".parquet") && !IsOfRun(name)),
        Tables("npy", name => Ends(name, ".npy") && !IsOfRun(name)),
        Tables("npz", name => Ends(name, ".npz") && !IsOfRun(name)),
        Tables("embeddings", name => Ends(name, ".safetensors") && !IsOfRun(name)),
        Tables("prompts", name => Ends(name, ".txt")),
        Tables("scores-json", name => name == ".report.json"),
        Tables("run-json", name => IsOfRun(name) && Ends(name, ".json")),
        Tables("run-tables", name => IsOfRun(name) && Ends(name, ".parquet", ".csv")),
        Tables("chunks", name => IsOfRun(name) && Ends(name, ".safetensors")),
        Models("weights", name => Ends(name, ".safetensors") && !IsLora(name)),
        Models("pickle", name => Ends(name, ".bin", ".ckpt", ".pt") && !IsLora(name)),
        Models("lora", name => IsLora(name) && !Ends(name, ".tar")),
        Models("tar", name => Ends(name, ".tar")),
        Models("tokenizer-json", name => Ends(name, "tokenizer.json")),
        Models("vocab", name => Ends(name, "vocab.json", "merges.txt", "_map.json", "tokenizer_config.json")),
        Models("spiece", name => Ends(name, ".model")),
        Models("config", name => Ends(name, ".config.json", "model_index.json", ".index.json") && !IsLora(name)),
        Models("scheduler", name => Ends(name, "scheduler_config.json")),
        new("zip", MutatedOthers.Kind, name => name == ".zip"),
        new("onnx", MutatedOthers.Kind, name => name == ".onnx"),
        new("votes", MutatedOthers.Kind, name => Ends(name, ".votes.csv", ".votes.json")),
        new("study-yaml", MutatedOthers.Kind, name => name == ".yaml"),
        new("hub", MutatedOthers.Kind, name => Ends(name, ".listing", ".tree", ".index")),
    ];

    private static FuzzTarget Images(string name, string end) => new(name, MutatedImages.Kind, one => Ends(one, end));

    private static FuzzTarget Tables(string name, Predicate<string> takes) => new(name, MutatedTables.Kind, takes);

    private static FuzzTarget Models(string name, Predicate<string> takes) => new(name, MutatedCheckpoints.Kind, takes);

    private static bool IsOfRun(string name) => name.StartsWith(".run.", StringComparison.Ordinal);

    private static bool IsLora(string name) => name.Contains(".lora.", StringComparison.Ordinal);

    private static bool Ends(string name, params string[] ends) =>
        ends.Any(end => name.EndsWith(end, StringComparison.Ordinal));
}
