using System.Text.Json;
using Semblance.Models.Configuration;

namespace Semblance.Models.Tokenizers;

/// <summary>What a CLIP tokenizer folder says.</summary>
/// <param name="Source">The file of the vocabulary, for messages.</param>
/// <param name="Vocabulary">Token to id.</param>
/// <param name="Merges">Pairs of tokens that become one, in order of their rank.</param>
/// <param name="Specials">Tokens that are recognised as a whole.</param>
/// <param name="StartToken">The token before every text.</param>
/// <param name="EndToken">The token after every text.</param>
/// <param name="UnknownToken">Stands for a byte that the vocabulary does not have.</param>
/// <param name="PadToken">The token that fills up.</param>
/// <param name="MaximumLength">How many ids the model takes, start and end counted.</param>
internal sealed record ClipTokenizerFiles(
    string Source,
    IReadOnlyDictionary<string, int> Vocabulary,
    IReadOnlyList<(string Left, string Right)> Merges,
    IReadOnlyList<AddedToken> Specials,
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

    /// <summary>Whether a folder holds vocab.json with merges.txt, which go before tokenizer.json.</summary>
    public static bool HasPieces(string folder) =>
        File.Exists(Path.Combine(folder, "vocab.json")) && File.Exists(Path.Combine(folder, "merges.txt"));

    /// <summary>Reads and checks the files of a folder.</summary>
    /// <exception cref="InputException">A file is missing or damaged; the message names it.</exception>
    public static ClipTokenizerFiles Read(string folder)
    {
        string At(string name) => Path.Combine(folder, name);
        var (source, mergesFile) = (At("vocab.json"), At("merges.txt"));
        var added = new Dictionary<string, AddedToken>(StringComparer.Ordinal);
        Dictionary<string, int> vocabulary;
        List<(string, string)> merges;
        if (HasPieces(folder))
        {
            vocabulary = JsonFile.Read(source, ReadVocabulary);
            merges = JsonFile.Parse(mergesFile, ReadMerges);
        }
        else if (File.Exists(At("tokenizer.json")))
        {
            source = mergesFile = At("tokenizer.json");
            (vocabulary, merges, var tokens) = JsonFile.Read(source, ReadModel);
            AddAll(added, tokens);
        }
        else
        {
            throw new InputException(
                $"{folder} holds no tokenizer: neither vocab.json with merges.txt nor tokenizer.json is there."
            );
        }

        var (roles, length, decoder) = File.Exists(At("tokenizer_config.json"))
            ? JsonFile.Read(At("tokenizer_config.json"), ReadConfig)
            : ([], DefaultLength, null);
        AddAll(added, decoder ?? []);
        if (decoder is null && File.Exists(At("special_tokens_map.json")))
        {
            foreach (var (role, token) in JsonFile.Read(At("special_tokens_map.json"), ReadRoles))
            {
                roles[role] = token;
            }
        }

        if (decoder is null && File.Exists(At("added_tokens.json")))
        {
            foreach (var (text, id) in JsonFile.Read(At("added_tokens.json"), ReadVocabulary))
            {
                added.TryAdd(text, new AddedToken(text, id, Normalized: true));
            }
        }

        roles.TryAdd("bos_token", (DefaultStart, true));
        roles.TryAdd("eos_token", (DefaultEnd, true));
        roles.TryAdd("unk_token", (DefaultEnd, true));
        roles.TryAdd("pad_token", (DefaultEnd, false));
        // What tokenizer.json or the decoder says of a token holds; elsewhere the roles say it.
        var said = added.Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var role in Roles.Where(roles.ContainsKey))
        {
            var (text, normalized) = roles[role];
            if (!said.Contains(text))
            {
                added[text] = vocabulary.TryGetValue(text, out var id)
                    ? new AddedToken(text, id, normalized)
                    : throw new InputException($"{source} has no token {text}, the {role} of {folder}.");
            }
        }

        CheckMerges(mergesFile, vocabulary, merges, added);
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
    /// <exception cref="InputException">It is not.</exception>
    public int Id(string token) =>
        Specials.FirstOrDefault(special => special.Text == token)?.Id
        ?? (
            Vocabulary.TryGetValue(token, out var id)
                ? id
                : throw new InputException($"{Source} has no token {token}, which CLIP needs.")
        );

    private static void AddAll(Dictionary<string, AddedToken> added, IReadOnlyList<AddedToken> tokens)
    {
        foreach (var token in tokens)
        {
            added[token.Text] = token;
        }
    }

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

    private static List<(string, string)> ReadMerges(byte[] text) =>
        [
            .. new StreamReader(new MemoryStream(text))
                .ReadToEnd()
                .Split('\n')
                .Select(line => line.TrimEnd('\r'))
                .Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal))
                .Select(Merge),
        ];

    private static (string, string) Merge(string line) =>
        line.Split(' ') is [{ Length: > 0 } left, { Length: > 0 } right]
            ? (left, right)
            : throw new FormatException($"\"{line}\" is not a pair of tokens");

    /// <summary>
    /// A file that was cut off gives other tokens without any error. A few of the vocabulary may be beyond all merges,
    /// such as words that were added later.
    /// </summary>
    private static void CheckMerges(
        string file,
        Dictionary<string, int> vocabulary,
        List<(string Left, string Right)> merges,
        Dictionary<string, AddedToken> specials
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

    private static (Dictionary<string, int>, List<(string, string)>, IReadOnlyList<AddedToken>) ReadModel(
        JsonElement root
    )
    {
        var model = root.GetProperty("model");
        var suffix = model.TryGetProperty("end_of_word_suffix", out var mark) ? mark.GetString() : null;
        if (model.TryGetProperty("type", out var type) && type.GetString() != "BPE" || suffix != EndOfWord)
        {
            throw new FormatException("it is not CLIP's byte-level BPE with </w> at the end of words");
        }
        // Older files write "a b", newer ones ["a", "b"].
        var merges = model
            .GetProperty("merges")
            .EnumerateArray()
            .Select(merge =>
                merge.ValueKind == JsonValueKind.Array && merge.GetArrayLength() == 2
                    ? (merge[0].Text(), merge[1].Text())
                    : Merge(merge.Text())
            );
        return (
            ReadVocabulary(model.GetProperty("vocab")),
            [.. merges],
            root.TryGetProperty("added_tokens", out var tokens) && tokens.ValueKind == JsonValueKind.Array
                ? [.. tokens.EnumerateArray().Select(token => ReadSpecial(token, token.GetProperty("id").GetInt32()))]
                : []
        );
    }

    private static (Dictionary<string, (string Text, bool Normalized)>, int, IReadOnlyList<AddedToken>?) ReadConfig(
        JsonElement root
    )
    {
        // "No limit" is written as 1e30 in published files.
        var length =
            root.TryGetProperty("model_max_length", out var written) && written.ValueKind == JsonValueKind.Number
                ? (int)Math.Clamp(written.GetDouble(), 2, int.MaxValue)
                : DefaultLength;
        return (ReadRoles(root), length, AddedToken.Decoder(root)?.Select(Plain).ToArray());
    }

    /// <summary>Roles are written as texts or as objects; a text is looked for as it is.</summary>
    private static Dictionary<string, (string Text, bool Normalized)> ReadRoles(JsonElement root)
    {
        var roles = new Dictionary<string, (string, bool)>(StringComparer.Ordinal);
        foreach (var role in Roles)
        {
            if (root.TryGetProperty(role, out var token) && token.ValueKind == JsonValueKind.String)
            {
                roles[role] = (token.Text(), false);
            }
            else if (token.ValueKind == JsonValueKind.Object)
            {
                var special = ReadSpecial(token, id: 0);
                roles[role] = (special.Text, special.Normalized);
            }
        }

        return roles;
    }

    private static AddedToken ReadSpecial(JsonElement token, int id) => Plain(AddedToken.Read(token, id));

    private static AddedToken Plain(AddedToken token) =>
        token is { TakesLeft: false, TakesRight: false }
            ? token
            : throw new FormatException(
                $"the special token {token.Text} strips the white space around it, which is not supported"
            );
}
