using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Semblance.Runs.Inputs.Texts;

/// <summary>What made an image, as the program that made it wrote into the file.</summary>
/// <param name="Prompt">The raw text.</param>
/// <param name="Seed">Null where it is not said.</param>
/// <param name="Model">Null where it is not said.</param>
internal sealed partial record GenerationText(string Prompt, string? Seed, string? Model)
{
    /// <summary>
    /// Understands the texts of Semblance, AUTOMATIC1111 and Forge (<c>parameters</c>), ComfyUI (<c>prompt</c>), InvokeAI
    /// (<c>invokeai_metadata</c>, <c>sd-metadata</c>) and Fooocus; null for others, and where no prompt can be found.
    /// </summary>
    /// <param name="texts">By their keywords.</param>
    public static GenerationText? Of(IReadOnlyDictionary<string, string> texts)
    {
        try
        {
            if (texts.TryGetValue("prompt", out var prompt))
            {
                return prompt.TrimStart().StartsWith('{')
                    ? ComfyGraph.Read(prompt)
                    : Usable(prompt, texts.GetValueOrDefault("seed"), texts.GetValueOrDefault("model"));
            }

            if (texts.TryGetValue("parameters", out var parameters))
            {
                return parameters.TrimStart().StartsWith('{') ? Fooocus(parameters) : Parameters(parameters);
            }

            return texts.TryGetValue("invokeai_metadata", out var invoke) ? Invoke(invoke)
                : texts.TryGetValue("sd-metadata", out var old) ? OldInvoke(old)
                : null;
        }
        catch (Exception error) when (error is JsonException or RegexMatchTimeoutException)
        {
            return null;
        }
    }

    /// <summary>Null where the prompt is empty.</summary>
    internal static GenerationText? Usable(string? prompt, string? seed, string? model) =>
        string.IsNullOrWhiteSpace(prompt) ? null : new(prompt.Trim(), seed, model is { Length: > 0 } ? model : null);

    /// <summary>The name of a file of weights, without its folder and the extensions of weights.</summary>
    internal static string? NameOf(string? file) =>
        file is null ? null : Weights().Replace(file[(file.LastIndexOfAny(['/', '\\']) + 1)..], "");

    /// <summary>A text or number of an object; null where there is none.</summary>
    internal static string? Text(JsonElement element, string name) =>
        Inside(element, name) switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString(),
            { ValueKind: JsonValueKind.Number } number => number.TryGetInt64(out var whole)
                ? whole.ToString(CultureInfo.InvariantCulture)
                : number.GetRawText(),
            _ => null,
        };

    internal static JsonElement? Inside(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    /// <summary>The prompt's lines, a line <c>Negative prompt:</c> and its own, and a last line of settings.</summary>
    private static GenerationText? Parameters(string text)
    {
        var lines = text.Trim().ReplaceLineEndings("\n").Split('\n');
        var settings = Setting().Matches(lines[^1]);
        // Fewer are taken for words of the prompt.
        var hasSettings = settings.Count >= 3;
        var prompt = (hasSettings ? lines[..^1] : lines).TakeWhile(line =>
            !line.StartsWith("Negative prompt:", StringComparison.Ordinal)
        );
        string? Value(string name) =>
            hasSettings
                ? settings
                    .FirstOrDefault(setting => setting.Groups["name"].Value == name)
                    ?.Groups["value"]
                    .Value.Trim('"')
                : null;
        var written = string.Join('\n', prompt);
        // A model with a LoRA is another model; its tag is for the program, and no text encoder reads it.
        var loras = ExtraNetwork().Matches(written).Where(IsOn).Select(tag => tag.Groups["file"].Value);
        string[] model = [.. new[] { Value("Model") }.OfType<string>(), .. loras];
        return Usable(ExtraNetwork().Replace(written, ""), Value("Seed"), string.Join('-', model));
    }

    private static bool IsOn(Match tag) =>
        !double.TryParse(tag.Groups["weight"].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var weight)
        || weight != 0;

    private static GenerationText? Fooocus(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        return Usable(Text(root, "prompt"), Text(root, "seed"), NameOf(Text(root, "base_model")));
    }

    private static GenerationText? Invoke(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var model = Inside(root, "model");
        return Usable(
            Text(root, "positive_prompt"),
            Text(root, "seed"),
            model is { } one ? Text(one, "name") ?? Text(one, "model_name") : null
        );
    }

    private static GenerationText? OldInvoke(string json)
    {
        using var document = JsonDocument.Parse(json);
        if (Inside(document.RootElement, "image") is not { } image)
        {
            return null;
        }

        var prompt =
            Inside(image, "prompt") is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0
                ? Text(list[0], "prompt")
                : Text(image, "prompt");
        return Usable(prompt, Text(image, "seed"), Text(document.RootElement, "model_weights"));
    }

    // As AUTOMATIC1111's own reader: a name, and a value that may be in quotes.
    [GeneratedRegex(
        """\s*(?<name>\w[\w \-/]{1,99}):\s*(?<value>"(?:\\.|[^\\"])+"|[^,]*)(?:,|$)""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 2000
    )]
    private static partial Regex Setting();

    // <lora:file:weight>, and what is written like it.
    [GeneratedRegex(
        @"(?<![ \t])[ \t]*<(lora|lyco|hypernet):(?<file>[^:>\n]+)(:(?<weight>[^:>\n]*))?(:[^>\n]*)?>",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 2000
    )]
    private static partial Regex ExtraNetwork();

    [GeneratedRegex(
        @"\.(safetensors|ckpt|pt|bin|sft|gguf)$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 2000
    )]
    private static partial Regex Weights();
}
