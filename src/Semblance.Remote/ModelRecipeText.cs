using System.Globalization;
using Semblance.Remote.Settings;

namespace Semblance.Remote;

/// <summary>What decides the images of a model on a server, by name.</summary>
internal static class ModelRecipeText
{
    public static IReadOnlyList<KeyValuePair<string, string>> Of(
        ServerSettings server,
        ServerModel model,
        IReadOnlyList<KeyValuePair<string, string>> facts
    )
    {
        List<KeyValuePair<string, string>> parts =
        [
            new("generator", $"server: {server.Kind}"),
            // Where the server is may change, and does not decide what it makes.
            new("source_server", server.Program?.File ?? server.Url.GetLeftPart(UriPartial.Authority)),
        ];
        void Add(string name, object? value)
        {
            if (value is not null)
            {
                parts.Add(new(name, Convert.ToString(value, CultureInfo.InvariantCulture)!));
            }
        }

        Add("server_model", model.Model);
        Add("server_checkpoint", model.Checkpoint);
        Add("vae", model.Vae);
        Add("steps", model.Steps);
        Add("guidance_scale", model.GuidanceScale);
        Add("negative_prompt", model.NegativePrompt);
        Add("sampler", model.Sampler);
        Add("scheduler", model.Scheduler);
        foreach (var lora in model.Loras)
        {
            Add($"lora_{lora.Name}", lora.Weight);
        }

        foreach (var (name, value) in model.Parameters.Concat(model.Settings))
        {
            Add(name, value?.ToJsonString() ?? "null");
        }

        if (model.HasNoSeeds)
        {
            Add("seeds", "none");
        }

        parts.AddRange(facts);
        return [.. parts.DistinctBy(part => part.Key)];
    }

    /// <summary>What a PNG says that was made of a file in another format.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> TextsOf(ImageRequest request, string model) =>
        [new("prompt", request.Prompt), new("seed", request.Name), new("model", model)];
}
