using Semblance.Remote.Settings;
using Semblance.Studies.Generating;
using YamlDotNet.RepresentationModel;

namespace Semblance.Studies.Files;

/// <summary>Settings of models, which come from the model itself or from what every model starts from.</summary>
/// <param name="Reading">The file.</param>
/// <param name="Defaults">What every model starts from; null for nothing.</param>
/// <param name="Folder">Of the file: paths are relative to it.</param>
internal sealed record ModelSettings(YamlReading Reading, YamlFields? Defaults, string Folder)
{
    public ImageSize SizeOf(YamlFields fields, GeneratePreset? preset)
    {
        const int Most = 16_384;
        var width =
            fields.Whole("width", 1, Most)
            ?? (preset?.Size is { } one ? one.Width : Defaults?.Whole("width", 1, Most) ?? 1024);
        var height =
            fields.Whole("height", 1, Most)
            ?? (preset?.Size is { } two ? two.Height : Defaults?.Whole("height", 1, Most) ?? 1024);
        return new ImageSize(width, height);
    }

    public string Local(string path) => Path.Combine(Folder, path) is var local && Path.Exists(local) ? local : path;

    public List<ServerLora> Loras(YamlFields fields, double usual)
    {
        List<ServerLora> loras = [];
        foreach (var item in fields.List("loras"))
        {
            if (item is YamlScalarNode { Value: { Length: > 0 } name })
            {
                loras.Add(new ServerLora(name, fields.Number("lora_weight") ?? usual));
            }
            else if (item is YamlMappingNode map)
            {
                var lora = new YamlFields(Reading, map, "a LoRA", StudyKeys.Lora);
                if (lora.Word("name") is { } named)
                {
                    loras.Add(new ServerLora(named, fields.Number("lora_weight") ?? lora.Number("weight") ?? usual));
                }
                else
                {
                    Reading.Fault(map, "A LoRA has no name.");
                }
            }
        }

        return loras;
    }

    public int? Steps(YamlFields fields) =>
        fields.Whole("steps", 1, 10_000) ?? (fields.Has("steps") ? null : Defaults?.Whole("steps", 1, 10_000));

    public double? Guidance(YamlFields fields) =>
        fields.Number("guidance_scale") ?? (fields.Has("guidance_scale") ? null : Defaults?.Number("guidance_scale"));

    public string? Inherited(YamlFields fields, string name) =>
        fields.Has(name) ? fields.Text(name) : Defaults?.Text(name);
}
