using System.Text.Json;
using Semblance.Models.Configuration;

namespace Semblance.Models.Tokenizers;

/// <summary>A token that is taken out of a text before words are made.</summary>
/// <param name="Text">As it is written.</param>
/// <param name="Id">In the vocabulary, or beyond it.</param>
/// <param name="Normalized">Whether it is looked for after normalising (so in any case of letters) or in the text as it is.</param>
internal sealed record SpecialToken(string Text, int Id, bool Normalized);

/// <summary>What a tokenizer folder says.</summary>
internal sealed record ClipTokenizerFiles(
    string Source,
    IReadOnlyDictionary<string, int> Vocabulary,
    IReadOnlyList<(string Left, string Right)> Merges,
    IReadOnlyList<SpecialToken> Specials,
    string StartToken,
    string EndToken,
    string UnknownToken,
    string PadToken,
    int MaximumLength
)
{
    private const string DefaultStart = "<|startoftext|>";
    private const string DefaultEnd = "<|endoftext|>";
    private const int DefaultLength = 77;
    private const string EndOfWord = "</w>";

    /// <summary>Later ones replace the marks of earlier ones where their texts are equal, as transformers does.</summary>
    private static readonly string[] Roles =
    [
        "bos_token",
        "eos_token",
        "unk_token",
        "sep_token",
        "pad_token",
        "cls_token",
        "mask_token",
    ];

    /// <summary>Reads and checks the files of a folder.</summary>
    /// <exception cref="InputException">A file is missing or damaged; the message names it.</exception>
    public static ClipTokenizerFiles Read(string folder)
    {
        var vocabularyFile = Path.Combine(folder, "vocab.json");
        var mergesFile = Path.Combine(folder, "merges.txt");
        var wholeFile = Path.Combine(folder, "tokenizer.json");
        var added = new Dictionary<string, SpecialToken>(StringComparer.Ordinal);
        Dictionary<string, int> vocabulary;
        List<(string, string)> merges;
        string source;
        if (File.Exists(vocabularyFile) && File.Exists(mergesFile))
        {
            source = vocabularyFile;
            vocabulary = Json(vocabularyFile, root => ReadVocabulary(root));
            merges = ReadMerges(mergesFile);
        }
        else if (File.Exists(wholeFile))
        {
            source = wholeFile;
            (vocabulary, merges) = Json(wholeFile, ReadModel);
            foreach (var token in Json(wholeFile, ReadAddedTokens))
            {
                added[token.Text] = token;
            }
        }
        else
        {
            throw new InputException(
                $"{folder} holds no tokenizer: neither vocab.json with merges.txt nor tokenizer.json is there."
            );
        }

        var configFile = Path.Combine(folder, "tokenizer_config.json");
        var mapFile = Path.Combine(folder, "special_tokens_map.json");
        var addedFile = Path.Combine(folder, "added_tokens.json");
        var (roles, length, decoder) = File.Exists(configFile)
            ? Json(configFile, ReadConfig)
            : ([], DefaultLength, (List<SpecialToken>?)null);
        foreach (var token in decoder ?? [])
        {
            added[token.Text] = token;
        }
        if (decoder is null && File.Exists(mapFile))
        {
            foreach (var (role, token) in Json(mapFile, ReadRoles))
            {
                roles[role] = token;
            }
        }
        if (decoder is null && File.Exists(addedFile))
        {
            foreach (var (text, id) in Json(addedFile, root => ReadVocabulary(root)))
            {
                added.TryAdd(text, new SpecialToken(text, id, Normalized: true));
            }
        }

        roles.TryAdd("bos_token", (DefaultStart, true));
        roles.TryAdd("eos_token", (DefaultEnd, true));
        roles.TryAdd("unk_token", (DefaultEnd, true));
        roles.TryAdd("pad_token", (DefaultEnd, null));
        // What tokenizer.json or the decoder says of a token holds; elsewhere the roles say it.
        var said = added.Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var role in Roles)
        {
            if (roles.TryGetValue(role, out var token) && !said.Contains(token.Text))
            {
                var id = vocabulary.TryGetValue(token.Text, out var known)
                    ? known
                    : throw new InputException($"{source} has no token {token.Text}, the {role} of {folder}.");
                added[token.Text] = new SpecialToken(token.Text, id, token.Normalized ?? false);
            }
        }
        CheckMerges(source == vocabularyFile ? mergesFile : wholeFile, vocabulary, merges, added);
        return new ClipTokenizerFiles(
            source,
            vocabulary,
            merges,
            [.. added.Values.Where(token => token.Text.Length > 0)],
            roles["bos_token"].Text,
            roles["eos_token"].Text,
            roles["unk_token"].Text,
            roles["pad_token"].Text,
            length
        );
    }

    /// <summary>The id of a token that must be there.</summary>
    public int Id(string token) =>
        Specials.FirstOrDefault(special => special.Text == token)?.Id
        ?? (
            Vocabulary.TryGetValue(token, out var id)
                ? id
                : throw new InputException($"{Source} has no token {token}, which CLIP needs.")
        );

    private static Dictionary<string, int> ReadVocabulary(JsonElement root)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var pair in root.EnumerateObject())
        {
            vocabulary[pair.Name] = pair.Value.GetInt32() is >= 0 and var id
                ? id
                : throw new FormatException($"the id of \"{pair.Name}\" is negative");
        }
        return vocabulary;
    }

    private static List<(string, string)> ReadMerges(string file)
    {
        try
        {
            return
            [
                .. File.ReadAllText(file)
                    .Split('\n')
                    .Select(line => line.TrimEnd('\r'))
                    .Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal))
                    .Select(line =>
                        Merge(line) ?? throw new InputException($"{file}: \"{line}\" is no pair of tokens.")
                    ),
            ];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>
    /// A file that was cut off gives other tokens without any error. A few of the vocabulary may be beyond all merges,
    /// such as words that were added later.
    /// </summary>
    private static void CheckMerges(
        string file,
        Dictionary<string, int> vocabulary,
        List<(string Left, string Right)> merges,
        Dictionary<string, SpecialToken> specials
    )
    {
        const int Tolerated = 100;
        var made = merges.Select(merge => merge.Left + merge.Right).ToHashSet(StringComparer.Ordinal);
        var lacking = vocabulary.Keys.Count(token =>
            token.Length > 1
            && !(token.Length == 1 + EndOfWord.Length && token.EndsWith(EndOfWord, StringComparison.Ordinal))
            && !made.Contains(token)
            && !specials.ContainsKey(token)
        );
        if (lacking > vocabulary.Count / Tolerated)
        {
            throw new InputException(
                $"{file} is cut off: its {merges.Count} merges make all but {lacking} of the {vocabulary.Count} tokens of the vocabulary. Fetch it again."
            );
        }
    }

    private static (string, string)? Merge(string line) =>
        line.Split(' ') is [{ Length: > 0 } left, { Length: > 0 } right] ? (left, right) : null;

    private static (Dictionary<string, int>, List<(string, string)>) ReadModel(JsonElement root)
    {
        var model = root.GetProperty("model");
        var suffix = model.TryGetProperty("end_of_word_suffix", out var mark) ? mark.GetString() : null;
        if (model.TryGetProperty("type", out var type) && type.GetString() != "BPE" || suffix != EndOfWord)
        {
            throw new FormatException("it is not CLIP's byte-level BPE with </w> at the end of words");
        }
        var merges = new List<(string, string)>();
        foreach (var merge in model.GetProperty("merges").EnumerateArray())
        {
            // Older files write "a b", newer ones ["a", "b"].
            merges.Add(
                (
                    merge.ValueKind == JsonValueKind.Array && merge.GetArrayLength() == 2
                        ? (merge[0].GetString()!, merge[1].GetString()!)
                        : Merge(merge.GetString()!)
                ) ?? throw new FormatException($"the merge {merge} is no pair of tokens")
            );
        }
        return (ReadVocabulary(model.GetProperty("vocab")), merges);
    }

    private static List<SpecialToken> ReadAddedTokens(JsonElement root) =>
        root.TryGetProperty("added_tokens", out var tokens) && tokens.ValueKind == JsonValueKind.Array
            ? [.. tokens.EnumerateArray().Select(token => ReadSpecial(token, token.GetProperty("id").GetInt32()))]
            : [];

    private static (Dictionary<string, (string Text, bool? Normalized)>, int, List<SpecialToken>?) ReadConfig(
        JsonElement root
    )
    {
        var length = DefaultLength;
        if (root.TryGetProperty("model_max_length", out var written) && written.ValueKind == JsonValueKind.Number)
        {
            // "No limit" is written as 1e30 in published files.
            length = (int)Math.Clamp(written.GetDouble(), 2, int.MaxValue);
        }
        List<SpecialToken>? decoder = null;
        if (root.TryGetProperty("added_tokens_decoder", out var map) && map.ValueKind == JsonValueKind.Object)
        {
            decoder =
            [
                .. map.EnumerateObject()
                    .Select(pair =>
                        ReadSpecial(
                            pair.Value,
                            int.TryParse(pair.Name, out var id) && id >= 0
                                ? id
                                : throw new FormatException($"\"{pair.Name}\" in added_tokens_decoder is no id")
                        )
                    ),
            ];
        }
        return (ReadRoles(root), length, decoder);
    }

    /// <summary>Roles are written as texts or as objects; a text is looked for as it is.</summary>
    private static Dictionary<string, (string Text, bool? Normalized)> ReadRoles(JsonElement root)
    {
        var roles = new Dictionary<string, (string, bool?)>(StringComparer.Ordinal);
        foreach (var role in Roles)
        {
            if (!root.TryGetProperty(role, out var token))
            {
                continue;
            }
            switch (token.ValueKind)
            {
                case JsonValueKind.String:
                    roles[role] = (token.GetString()!, null);
                    break;
                case JsonValueKind.Object:
                    var special = ReadSpecial(token, id: 0);
                    roles[role] = (special.Text, special.Normalized);
                    break;
                default:
                    break;
            }
        }
        return roles;
    }

    private static SpecialToken ReadSpecial(JsonElement token, int id)
    {
        var text = token.GetProperty("content").GetString()!;
        if (Flag(token, "lstrip") || Flag(token, "rstrip") || Flag(token, "single_word"))
        {
            throw new FormatException(
                $"the special token {text} takes up white space around it, which is not supported"
            );
        }
        return new SpecialToken(text, id, Flag(token, "normalized"));
    }

    private static bool Flag(JsonElement token, string name) =>
        token.TryGetProperty(name, out var flag) && flag.ValueKind == JsonValueKind.True;

    private static T Json<T>(string file, Func<JsonElement, T> read)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? read(json.RootElement)
                : throw new FormatException("it is no object");
        }
        catch (Exception error)
            when (error is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InputException($"{file} cannot be understood: {JsonFault.Of(error)}.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file} cannot be read: {error.Message}", error);
        }
    }
}
