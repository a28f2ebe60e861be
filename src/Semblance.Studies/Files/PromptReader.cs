using Semblance.Runs.Inputs;
using YamlDotNet.RepresentationModel;

namespace Semblance.Studies.Files;

/// <summary>Reads the prompts of a study: a list, or a file.</summary>
internal static class PromptReader
{
    public static List<StudyPrompt> Read(YamlReading reading, YamlFields root, string folder)
    {
        List<StudyPrompt> prompts = [];
        if (FileOf(reading, root, folder) is { } path)
        {
            try
            {
                prompts.AddRange(PromptFile.Read(path).Select(text => new StudyPrompt(text, text)));
            }
            catch (InputException fault)
            {
                root.Fault("prompts", fault.Message);
            }
        }
        else if (root.Value("prompts") is YamlSequenceNode list)
        {
            foreach (var item in list.Children)
            {
                Add(reading, prompts, item);
            }
        }

        foreach (var twice in prompts.GroupBy(prompt => prompt.Text).Where(same => same.Skip(1).Any()))
        {
            root.Fault("prompts", $"The prompt \"{twice.Key}\" is given twice; remove one.");
        }

        foreach (
            var twice in prompts
                .GroupBy(prompt => prompt.Id)
                .Where(same => same.Select(one => one.Text).Distinct().Skip(1).Any())
        )
        {
            root.Fault("prompts", $"Two prompts have the id \"{twice.Key}\"; give one another id.");
        }

        return prompts;
    }

    /// <summary>The file that has the prompts; null where they are a list, or missing.</summary>
    public static string? FileOf(YamlReading reading, YamlFields root, string folder) =>
        root.Value("prompts") switch
        {
            YamlMappingNode map => new YamlFields(reading, map, "prompts as a file", StudyKeys.PromptFile).Word("file")
                is { } named
                ? Path.Combine(folder, named)
                : null,
            YamlScalarNode { Value: { Length: > 0 } path } => Path.Combine(folder, path),
            _ => null,
        };

    private static void Add(YamlReading reading, List<StudyPrompt> prompts, YamlNode item)
    {
        switch (item)
        {
            case YamlScalarNode { Value: { } text } when !string.IsNullOrWhiteSpace(text):
                prompts.Add(new StudyPrompt(text, text));
                break;
            case YamlMappingNode map:
                var fields = new YamlFields(reading, map, "a prompt", StudyKeys.Prompt);
                if (fields.Word("text") is { } words)
                {
                    prompts.Add(new StudyPrompt(fields.Word("id") ?? words, words));
                }
                else
                {
                    reading.Fault(map, "A prompt has no text.");
                }

                break;
            default:
                reading.Fault(item, "A prompt is a text, or { id: ..., text: ... }.");
                break;
        }
    }
}
