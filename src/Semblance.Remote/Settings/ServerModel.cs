using System.Text.Json.Nodes;

namespace Semblance.Remote.Settings;

/// <summary>A model on a server, with all that decides its images but prompt and seed. What is null is the server's own choice.</summary>
/// <param name="Id">Name of the model in folders and tables.</param>
public sealed record ServerModel(string Id)
{
    /// <summary>What the server calls the model.</summary>
    public string? Model { get; init; }

    /// <summary>File of the checkpoint on the server.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>File of the autoencoder on the server, or <c>automatic</c>.</summary>
    public string? Vae { get; init; }

    /// <summary>LoRAs on the server, with weights.</summary>
    public IReadOnlyList<ServerLora> Loras { get; init; } = [];

    /// <summary>Pixels, as images are expected.</summary>
    public int Width { get; init; } = 1024;

    /// <summary>Pixels, as images are expected.</summary>
    public int Height { get; init; } = 1024;

    /// <summary>How many denoising steps an image takes.</summary>
    public int? Steps { get; init; }

    /// <summary>How strongly the prompt steers (classifier-free guidance).</summary>
    public double? GuidanceScale { get; init; }

    /// <summary>What guidance leads away from; the empty text counts as given.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>As the server calls it.</summary>
    public string? Sampler { get; init; }

    /// <summary>As the server calls it.</summary>
    public string? Scheduler { get; init; }

    /// <summary>Fields that go to the server as they are, and win over the others.</summary>
    public JsonObject Parameters { get; init; } = [];

    /// <summary>Options of the A1111 family for the request (<c>override_settings</c>).</summary>
    public JsonObject Settings { get; init; } = [];

    /// <summary>For ComfyUI: the workflow that is run.</summary>
    public Workflow? Workflow { get; init; }

    /// <summary>What one image costs, in the study's currency; null where it costs nothing or is not known.</summary>
    public decimal? PricePerImage { get; init; }

    /// <summary>Whether seeds are not sent, since the model has none.</summary>
    public bool HasNoSeeds { get; init; }

    /// <summary>Whether a file that is not PNG is kept as PNG with the same pixels.</summary>
    public bool AsPng { get; init; } = true;

    /// <summary>What becomes of an image of one colour.</summary>
    public BlankImage OnBlank { get; init; } = BlankImage.Filtered;
}

/// <summary>A LoRA on a server.</summary>
/// <param name="Name">As the server calls it.</param>
/// <param name="Weight">Its scale.</param>
public sealed record ServerLora(string Name, double Weight);

/// <summary>What becomes of an image of one colour, which safety filters and numeric faults leave.</summary>
public enum BlankImage
{
    /// <summary>It is a state of its own, and is not scored.</summary>
    Filtered,

    /// <summary>It has failed, and is asked for again.</summary>
    Error,

    /// <summary>It is an image as any other.</summary>
    Keep,
}

/// <summary>A workflow of ComfyUI in API format, and what goes where.</summary>
/// <param name="File">JSON, or a PNG that ComfyUI saved.</param>
public sealed record Workflow(string File)
{
    /// <summary>By field (<c>prompt</c>, <c>seed</c>, <c>width</c> and so on), the input that takes it.</summary>
    public IReadOnlyDictionary<string, WorkflowTarget> Inject { get; init; } = new Dictionary<string, WorkflowTarget>();

    /// <summary>By <c>node.input</c>, literals that replace those of the file.</summary>
    public JsonObject Set { get; init; } = [];

    /// <summary>Whose image is taken; null where only one node gives images.</summary>
    public string? OutputNode { get; init; }
}

/// <summary>An input of a node, which is named by its id, its title or its class.</summary>
/// <param name="Node">Id; null where it is not named by it.</param>
/// <param name="Title">As the editor shows it; null where it is not named by it.</param>
/// <param name="Class">Only one node may be of it; null where it is not named by it.</param>
/// <param name="Input">Name of the input.</param>
public sealed record WorkflowTarget(string? Node, string? Title, string? Class, string Input);
