using System.Text;

namespace Semblance.Painters.Scenes;

/// <summary>Reads a scene out of a prompt's words. What the prompt leaves open is chosen by the prompt, not by the seed.</summary>
internal static class PromptReader
{
    public static Scene Read(string prompt)
    {
        var words = Words(prompt);
        var subjects = words
            .Where(Vocabulary.Subjects.ContainsKey)
            .Select(w => Vocabulary.Subjects[w])
            .Distinct()
            .Take(3)
            .ToArray();
        // Dice of the prompt alone; rolled in a fixed order, so that a known word does not move the other choices.
        var dice = Dice.Of("what the prompt leaves open", prompt);
        var openSetting = OpenSetting(subjects, dice);
        var openWeather = dice.Pick(Weather.Clear, Weather.Clear, Weather.Cloudy, Weather.Cloudy);
        var openHour = dice.Pick(Hour.Day, Hour.Day, Hour.Dawn, Hour.Sunset);
        var setting = First(words, Vocabulary.Settings) ?? openSetting;
        return new Scene(
            subjects.Length == 0 && setting == Setting.Table ? [Subject.Teapot] : subjects,
            setting,
            First(words, Vocabulary.Weathers) ?? openWeather,
            First(words, Vocabulary.Hours) ?? openHour,
            First(words, Vocabulary.Media) ?? Medium.Oil,
            words.Any(w => w is "snow" or "snowy" or "winter" or "ice" or "icy" or "frozen" or "blizzard"),
            words.Any(w => w is "autumn" or "fall" or "october"),
            words
                .Where(Vocabulary.Colours.ContainsKey)
                .Select(w => (SkiaSharp.SKColor?)Vocabulary.Colours[w])
                .FirstOrDefault()
        );
    }

    private static Setting OpenSetting(Subject[] subjects, Dice dice)
    {
        var any = dice.Pick(Setting.Meadow, Setting.Mountains, Setting.Sea, Setting.Forest, Setting.Desert);
        return subjects.Length == 0
            ? any
            : subjects[0] switch
            {
                Subject.Lighthouse or Subject.Boat or Subject.Birds => Setting.Sea,
                Subject.Balloon or Subject.Castle => Setting.Mountains,
                Subject.Bicycle or Subject.Robot => Setting.City,
                Subject.Owl or Subject.Fox => Setting.Forest,
                Subject.Teapot => Setting.Table,
                _ => Setting.Meadow,
            };
    }

    private static T? First<T>(IReadOnlyList<string> words, Dictionary<string, T> known)
        where T : struct
    {
        foreach (var word in words)
        {
            if (known.TryGetValue(word, out var meaning))
            {
                return meaning;
            }
        }

        return null;
    }

    /// <summary>Lower-case words; a plural is followed by its singular.</summary>
    private static List<string> Words(string prompt)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var letter in prompt.ToLowerInvariant().Append(' '))
        {
            if (char.IsLetter(letter))
            {
                word.Append(letter);
            }
            else if (word.Length > 0)
            {
                var text = word.ToString();
                words.Add(text);
                if (text.Length > 3 && text.EndsWith('s'))
                {
                    words.Add(text[..^1]);
                }

                if (text.Length > 4 && text.EndsWith("es", StringComparison.Ordinal))
                {
                    words.Add(text[..^2]);
                }

                word.Clear();
            }
        }

        return words;
    }
}
