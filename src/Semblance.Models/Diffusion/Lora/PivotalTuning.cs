using System.Security.Cryptography;
using System.Text.Json;
using Semblance.Models.Checkpoints;
using Semblance.Models.Configuration;
using Semblance.Models.Tokenizers;
using Semblance.Tensors;

namespace Semblance.Models.Diffusion.Lora;

/// <summary>
/// What a hosted SDXL fine-tune has learnt beside its LoRA: new tokens, with an embedding for each text encoder. The tar
/// (or the folder it was extracted to) holds lora.safetensors, embeddings.pti (a safetensors file) and
/// special_params.json, which says which word of a prompt stands for which tokens.
/// </summary>
/// <param name="Source">Where they are, for messages.</param>
/// <param name="Words">By the word in the prompt (<c>TOK</c>), its replacement (<c>&lt;s0&gt;&lt;s1&gt;</c>).</param>
/// <param name="Embeddings">For each text encoder the rows of all new tokens, row major.</param>
/// <param name="Count">How many tokens are new.</param>
internal sealed record PivotalTuning(
    string Source,
    IReadOnlyDictionary<string, string> Words,
    IReadOnlyList<float[]> Embeddings,
    int Count
)
{
    /// <summary>The LoRA of a hosted fine-tune.</summary>
    public const string Lora = "lora.safetensors";

    private const string Rows = "embeddings.pti";
    private const string Parameters = "special_params.json";

    // In the order in which they are hashed.
    private static readonly string[] Members = [Lora, Rows, Parameters];

    private const int MaximumParameterBytes = 1 << 20;
    private const int MaximumTokens = 1000;

    /// <summary>The new tokens as the tokenizers know them: <c>&lt;s0&gt;</c>, <c>&lt;s1&gt;</c> ...</summary>
    public IReadOnlyList<string> Tokens => [.. Enumerable.Range(0, Count).Select(i => $"<s{i}>")];

    /// <summary>A prompt with its words replaced.</summary>
    /// <exception cref="InputException">It would grow without measure.</exception>
    public string Replace(string prompt)
    {
        try
        {
            return Words.Aggregate(prompt, (text, word) => BoundedReplacement.Replace(text, word.Key, word.Value));
        }
        catch (FormatException error)
        {
            throw new InputException(
                $"{Source}: {Parameters} cannot be used: {error.Message}; do not trust it.",
                error
            );
        }
    }

    /// <summary>Opens the tar of a hosted fine-tune.</summary>
    /// <exception cref="InputException">A part is missing or damaged.</exception>
    public static LoraFile Open(string path)
    {
        SafeTensorsHeader? lora = null;
        var tensors = new Dictionary<string, TensorEntry>();
        Dictionary<string, TensorEntry>? rows = null;
        Dictionary<string, string>? words = null;
        TarMembers.Visit(
            path,
            Members,
            (name, stream, offset) =>
            {
                switch (name)
                {
                    case Lora:
                        lora = SafeTensorsHeader.Parse(stream, $"{path}: {name}");
                        tensors = Tensors(path, lora, offset);
                        break;
                    case Rows:
                        rows = Tensors(path, SafeTensorsHeader.Parse(stream, $"{path}: {name}"), offset);
                        break;
                    default:
                        words = ReadWords(path, stream);
                        break;
                }
            }
        );
        if (lora is null)
        {
            throw new InputException($"{path} holds no {Lora}; it is not a hosted fine-tune with a LoRA.");
        }

        var hash = WeightsHash.OfMembers(RealPath.Of(path), () => Hashes(path), WeightsHash.DefaultFolder());
        return new LoraFile(path, tensors, hash, PeftMetadata.FromHeader(path, lora.Metadata), Of(path, rows, words));
    }

    /// <summary>Of the members that count, as of the files that a tar is extracted to.</summary>
    private static string[] Hashes(string path)
    {
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        TarMembers.Visit(
            path,
            Members,
            (name, stream, _) => hashes[name] = Convert.ToHexStringLower(SHA256.HashData(stream))
        );
        return [.. Members.Where(hashes.ContainsKey).Select(name => hashes[name])];
    }

    /// <summary>What lies beside a LoRA that was extracted from such a tar: the new tokens and their files; null for none.</summary>
    /// <exception cref="InputException">A part is missing or damaged.</exception>
    public static (PivotalTuning Tuning, IReadOnlyList<string> Files)? Beside(string lora)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(lora))!;
        string[] files = [Path.Combine(folder, Rows), Path.Combine(folder, Parameters)];
        // Among several LoRAs the tokens are those of the one that has the tar's name.
        if (
            !files.Any(File.Exists)
            || (Path.GetFileName(lora) != Lora && Directory.GetFiles(folder, "*.safetensors").Length != 1)
        )
        {
            return null;
        }

        var rows = ReadIfThere(
            files[0],
            stream => Tensors(files[0], SafeTensorsHeader.Parse(stream, $"{files[0]}: {Rows}"), offset: 0)
        );
        var words = ReadIfThere(files[1], stream => ReadWords(folder, stream));
        return Of(folder, rows, words) is { } tuning ? (tuning, [.. files.Select(RealPath.Of)]) : null;
    }

    private static T? ReadIfThere<T>(string file, Func<Stream, T> read)
        where T : class
    {
        try
        {
            using var stream = File.Exists(file) ? RegularFile.OpenRead(file) : null;
            return stream is null ? null : read(stream);
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw new InputException($"{file} cannot be read: {error.Message}", error);
        }
    }

    private static PivotalTuning? Of(
        string path,
        Dictionary<string, TensorEntry>? rows,
        Dictionary<string, string>? words
    ) =>
        (rows, words) switch
        {
            (null, null) => null,
            ({ } table, { } texts) => Join(path, table, texts),
            _ => throw new InputException(
                $"{path} holds no {(rows is null ? Rows : Parameters)}, which its {(rows is null ? Parameters : Rows)} needs."
            ),
        };

    private static PivotalTuning Join(
        string path,
        Dictionary<string, TensorEntry> rows,
        Dictionary<string, string> words
    )
    {
        var tables = new List<float[]>();
        var count = 0L;
        while (rows.TryGetValue($"text_encoders_{tables.Count}", out var table))
        {
            if (table.Shape is not [> 0 and <= MaximumTokens, > 0] || (tables.Count > 0 && table.Shape[0] != count))
            {
                throw new InputException(
                    $"{path}: {Rows} must hold as many rows for each text encoder, 1 to {MaximumTokens}; text_encoders_{tables.Count} has shape [{string.Join(", ", table.Shape)}]."
                );
            }

            count = table.Shape[0];
            tables.Add(table.ReadFloat32());
        }

        return tables.Count > 0
            ? new PivotalTuning(path, words, tables, (int)count)
            : throw new InputException($"{path}: {Rows} holds no text_encoders_0.");
    }

    private static Dictionary<string, string> ReadWords(string path, Stream stream)
    {
        if (stream.Length > MaximumParameterBytes)
        {
            throw new InputException($"{path}: {Parameters} has {stream.Length} bytes, which is too much for it.");
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in ConfigJson.Parse($"{path}: {Parameters}", bytes).Json.EnumerateObject())
        {
            if (pair.Name.Length == 0 || pair.Value.ValueKind != JsonValueKind.String)
            {
                throw new InputException($"{path}: {Parameters} must give a text for each word, not {pair}.");
            }

            words[pair.Name] = pair.Value.GetString()!;
        }

        return words;
    }

    /// <summary>The tensors of a safetensors file inside the tar, referred to by their place in the tar.</summary>
    private static Dictionary<string, TensorEntry> Tensors(string path, SafeTensorsHeader header, long offset)
    {
        var real = RealPath.Of(path);
        return header.Tensors.ToDictionary(
            pair => pair.Key,
            pair => TensorEntry.At(pair.Key, pair.Value, real, offset),
            StringComparer.Ordinal
        );
    }
}
