using System.Text.Json;

namespace Semblance.Runs.Folder;

/// <summary>Which images of a model were asked for, over all commands that made some in this run.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Seeds">Of each raw prompt, as <see cref="SeedRanges"/> writes them, in the order of the first asking.</param>
internal sealed record ModelPlan(string Model, IReadOnlyList<KeyValuePair<string, string>> Seeds)
{
    /// <summary>Both together.</summary>
    public ModelPlan With(ModelPlan other)
    {
        var theirs = new Dictionary<string, string>(other.Seeds);
        return this with
        {
            Seeds =
            [
                .. Seeds.Select(own =>
                    theirs.Remove(own.Key, out var more)
                        ? KeyValuePair.Create(own.Key, SeedRanges.Union(own.Value, more))
                        : own
                ),
                .. other.Seeds.Where(prompt => theirs.ContainsKey(prompt.Key)),
            ],
        };
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static ModelPlan Read(JsonProperty json) =>
        new(
            json.Name,
            [
                .. json
                    .Value.EnumerateArray()
                    .SelectMany(group =>
                        group
                            .GetProperty("prompts")
                            .EnumerateArray()
                            .Select(prompt =>
                                KeyValuePair.Create(
                                    prompt.GetString() ?? "",
                                    SeedRanges.Union(group.GetProperty("seeds").GetString() ?? "")
                                )
                            )
                    ),
            ]
        );

    /// <summary>Writes prompts of the same seeds together.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray(Model);
        foreach (var group in Seeds.GroupBy(prompt => prompt.Value))
        {
            json.WriteStartObject();
            json.WriteString("seeds", group.Key);
            json.WriteStartArray("prompts");
            foreach ((var prompt, _) in group)
            {
                json.WriteStringValue(prompt);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
