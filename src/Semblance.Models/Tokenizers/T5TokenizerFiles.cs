using System.Text.Json;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Semblance.Models.Configuration;
using Semblance.Models.Tokenizers.SentencePiece;

namespace Semblance.Models.Tokenizers;

/// <summary>When a word gets the mark of a word's start.</summary>
internal enum WordMark
{
    Always,

    /// <summary>At the beginning of the whole text.</summary>
    First,

    /// <summary>Only where the text has a space.</summary>
    Never,
}

/// <summary>What a T5 tokenizer folder says.</summary>
/// <param name="Source">The file that was read, for messages.</param>
/// <param name="Pieces">In order of their ids, with log probabilities.</param>
/// <param name="Unknown">Id of what stands for unknown characters.</param>
/// <param name="Added">Tokens that are recognised as a whole.</param>
/// <param name="Normalizers">Applied one after another.</param>
/// <param name="SplitsWhitespace">Whether the text is cut at white space, which is dropped.</param>
/// <param name="Mark">When a word is marked.</param>
/// <param name="CutsAtMarks">Whether pieces never reach over a mark.</param>
/// <param name="End">Text of the token after every text.</param>
/// <param name="Pad">Text of the token that fills up.</param>
internal sealed record T5TokenizerFiles(
    string Source,
    IReadOnlyList<(string Piece, double Score)> Pieces,
    int Unknown,
    IReadOnlyList<AddedToken> Added,
    IReadOnlyList<Func<string, string>> Normalizers,
    bool SplitsWhitespace,
    WordMark Mark,
    bool CutsAtMarks,
    string End,
    string Pad
)
{
    private const int ExtraIds = 100;

    /// <summary>Reads tokenizer.json, or spiece.model where there is none, with tokenizer_config.json beside it.</summary>
    /// <exception cref="InputException">A file is missing, damaged, or describes another kind of tokenizer.</exception>
    public static T5TokenizerFiles Read(string folder)
    {
        var whole = Path.Combine(folder, "tokenizer.json");
        var model = Path.Combine(folder, "spiece.model");
        var config = Path.Combine(folder, "tokenizer_config.json");
        var named = File.Exists(config)
            ? JsonFile.Read(config, Config)
            : new NamedTokens("</s>", "<pad>", ExtraIds, []);
        return File.Exists(whole) ? JsonFile.Read(whole, root => FromJson(whole, root, named))
            : File.Exists(model) ? JsonFile.Parse(model, bytes => FromModel(model, bytes, named))
            : throw new InputException(
                $"{folder} holds no T5 tokenizer: neither tokenizer.json nor spiece.model is there."
            );
    }

    private static T5TokenizerFiles FromJson(string file, JsonElement root, NamedTokens named)
    {
        var model = root.GetProperty("model");
        if (model.TryGetProperty("type", out var type) && type.GetString() != "Unigram")
        {
            throw new FormatException($"its model is {type}, but T5 has a Unigram model");
        }

        if (model.TryGetProperty("byte_fallback", out var bytes) && bytes.ValueKind == JsonValueKind.True)
        {
            throw new FormatException("it falls back to bytes, which T5 does not");
        }

        var (splits, mark, cuts) = Words(root.GetProperty("pre_tokenizer"));
        return new T5TokenizerFiles(
            file,
            [
                .. model
                    .GetProperty("vocab")
                    .EnumerateArray()
                    .Select(pair =>
                        pair.GetArrayLength() == 2
                            ? (pair[0].Text(), pair[1].GetDouble())
                            : throw new FormatException("an entry of its vocabulary is no piece with a score")
                    ),
            ],
            model.GetProperty("unk_id").GetInt32(),
            [
                .. root.GetProperty("added_tokens")
                    .EnumerateArray()
                    .Select(token => AddedToken.Read(token, token.GetProperty("id").GetInt32())),
            ],
            [.. Steps(root.GetProperty("normalizer")).Select(Normalizer).Select(step => Naming(file, step))],
            splits,
            mark,
            cuts,
            named.End,
            named.Pad
        );
    }

    private static T5TokenizerFiles FromModel(string file, byte[] bytes, NamedTokens named)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new FormatException(error.Message, error);
        }

        if (model.TrainerSpec?.ModelType > 1)
        {
            throw new FormatException("it is not a Unigram model, which T5 has");
        }

        var pieces = model.Pieces.Select(piece => (piece.Piece_, (double)piece.Score)).ToList();
        // The extra ids follow the pieces backwards: the last of them is <extra_id_0>.
        pieces.AddRange(Enumerable.Range(0, named.ExtraIds).Reverse().Select(i => ($"<extra_id_{i}>", 0d)));
        var unknown = model.Pieces.ToList().FindIndex(piece => piece.Type == 2);
        if (unknown < 0)
        {
            throw new FormatException("it has no piece for unknown text");
        }
        // What tokenizer_config.json says of a token holds; the others are taken as they are.
        var added = named.Added.ToDictionary(token => token.Text, StringComparer.Ordinal);
        for (var id = 0; id < pieces.Count; id++)
        {
            if (id >= model.Pieces.Count || model.Pieces[id].Type is 2 or 3 or 4)
            {
                added.TryAdd(pieces[id].Item1, new AddedToken(pieces[id].Item1, id, Normalized: false));
            }
        }

        var rules = model.NormalizerSpec?.PrecompiledCharsmap ?? ByteString.Empty;
        return new T5TokenizerFiles(
            file,
            pieces,
            unknown,
            [.. added.Values],
            rules.IsEmpty ? [] : [Naming(file, new CharacterMap(rules.Span).Apply)],
            SplitsWhitespace: true,
            WordMark.Always,
            CutsAtMarks: true,
            named.End,
            named.Pad
        );
    }

    /// <summary>A step whose complaint about its own rules, which only some prompt shows, names the file.</summary>
    private static Func<string, string> Naming(string file, Func<string, string> step) =>
        text =>
        {
            try
            {
                return step(text);
            }
            catch (FormatException error)
            {
                throw new InputException($"{file} cannot be used: {error.Message}; do not trust it.", error);
            }
            catch (RegexMatchTimeoutException error)
            {
                throw new InputException(
                    $"{file} cannot be used: a pattern of its normalizer takes too long; do not trust it.",
                    error
                );
            }
        };

    private static Func<string, string> Normalizer(JsonElement step)
    {
        switch (step.GetProperty("type").GetString())
        {
            case "Precompiled":
                return new CharacterMap(step.GetProperty("precompiled_charsmap").GetBytesFromBase64()).Apply;
            case "Strip":
                var (left, right) = (Flag(step, "strip_left"), Flag(step, "strip_right"));
                return text =>
                {
                    text = left ? text.TrimStart() : text;
                    return right ? text.TrimEnd() : text;
                };
            case "Replace":
                var content = step.GetProperty("content").Text();
                var pattern = step.GetProperty("pattern");
                if (pattern.TryGetProperty("String", out var plain))
                {
                    var old = plain.Text();
                    return old.Length > 0
                        ? text => BoundedReplacement.Replace(text, old, content)
                        : throw new FormatException("its normalizer replaces an empty text");
                }

                var regex = new Regex(
                    pattern.GetProperty("Regex").Text(),
                    RegexOptions.CultureInvariant,
                    TimeSpan.FromSeconds(2)
                );
                return text => BoundedReplacement.Replace(text, regex, content);
            default:
                throw new FormatException($"its normalizer {step.GetProperty("type")} is not supported");
        }
    }

    private static (bool Splits, WordMark Mark, bool Cuts) Words(JsonElement preTokenizer)
    {
        var (splits, mark, cuts) = (false, WordMark.Always, true);
        foreach (var step in Steps(preTokenizer))
        {
            switch (step.GetProperty("type").GetString())
            {
                case "WhitespaceSplit":
                    splits = true;
                    break;
                case "Metaspace" when step.GetProperty("replacement").GetString() == T5Tokenizer.Mark:
                    mark =
                        step.TryGetProperty("prepend_scheme", out var scheme)
                            ? scheme.GetString() switch
                            {
                                "always" => WordMark.Always,
                                "first" => WordMark.First,
                                "never" => WordMark.Never,
                                var other => throw new FormatException($"its prepend_scheme {other} is not known"),
                            }
                        : Flag(step, "add_prefix_space") ? WordMark.Always
                        : WordMark.Never;
                    cuts = !step.TryGetProperty("split", out var split) || split.ValueKind != JsonValueKind.False;
                    break;
                default:
                    throw new FormatException($"its pre-tokenizer {step.GetProperty("type")} is not supported");
            }
        }

        return (splits, mark, cuts);
    }

    /// <summary>The steps of a Sequence, or the one step that it is; none for null.</summary>
    private static JsonElement[] Steps(JsonElement step) =>
        step.ValueKind == JsonValueKind.Null ? []
        : step.TryGetProperty("normalizers", out var normalizers) ? [.. normalizers.EnumerateArray()]
        : step.TryGetProperty("pretokenizers", out var preTokenizers) ? [.. preTokenizers.EnumerateArray()]
        : [step];

    private static NamedTokens Config(JsonElement root)
    {
        var extra =
            root.TryGetProperty("extra_ids", out var count) && count.ValueKind == JsonValueKind.Number
                ? count.GetInt32()
                : ExtraIds;
        return new NamedTokens(
            Text("eos_token", "</s>"),
            Text("pad_token", "<pad>"),
            Math.Clamp(extra, 0, 10_000),
            AddedToken.Decoder(root) ?? []
        );

        string Text(string role, string otherwise) =>
            !root.TryGetProperty(role, out var token) || token.ValueKind == JsonValueKind.Null ? otherwise
            : token.ValueKind == JsonValueKind.Object ? token.GetProperty("content").Text()
            : token.Text();
    }

    private static bool Flag(JsonElement token, string name) =>
        token.TryGetProperty(name, out var flag) && flag.ValueKind == JsonValueKind.True;

    /// <summary>What tokenizer_config.json adds to either file.</summary>
    private sealed record NamedTokens(string End, string Pad, int ExtraIds, IReadOnlyList<AddedToken> Added);
}
