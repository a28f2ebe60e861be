using Semblance.Wording;

namespace Semblance.Runs.Formats;

/// <summary>Which columns of somebody's table stand for ours, where they have other names.</summary>
public sealed class ColumnMap
{
    /// <summary>No column has another name.</summary>
    public static readonly ColumnMap None = new([]);

    /// <summary>Our names; those of one row mean the same, and the first one is used.</summary>
    private static readonly string[][] Ours =
    [
        ["path"],
        ["model"],
        ["prompt"],
        ["seed"],
        ["embedding"],
        ["scs", "score"],
        ["seed_count", "images"],
        ["standard_error"],
        ["encoder"],
        ["encoder_key"],
    ];

    /// <summary>What such columns are often called elsewhere.</summary>
    private static readonly Dictionary<string, string[]> Elsewhere = new(StringComparer.Ordinal)
    {
        ["path"] = ["file_name", "filename", "file", "file_path", "filepath", "image", "image_path", "img", "img_path"],
        ["model"] = ["model_name", "generator", "method", "system"],
        ["prompt"] = ["text", "caption", "prompt_text", "captions", "prompts"],
        ["seed"] = ["random_seed", "seed_id"],
        ["embedding"] = ["emb", "embeddings", "vector", "vectors", "features", "feature", "image_embedding"],
        ["scs"] = ["consistency", "semantic_consistency", "value", "similarity"],
    };

    private readonly Dictionary<string, string> _theirs;

    private ColumnMap(Dictionary<string, string> theirs) => _theirs = theirs;

    /// <summary>Whether no column has another name.</summary>
    public bool IsNone => _theirs.Count == 0;

    /// <summary>Whether a path is that of a table, by its extension.</summary>
    public static bool AppliesTo(string path) => TableFile.IsTable(path);

    /// <summary>All our names, the ones that mean the same too.</summary>
    internal static IEnumerable<string> Names => Ours.SelectMany(names => names);

    /// <summary>
    /// Reads texts such as <c>prompt=caption</c>: our name, and the column that stands for it. The other way round is
    /// understood where only the second is a name of ours.
    /// </summary>
    /// <exception cref="UsageException">No name of ours, or a name or column twice.</exception>
    public static ColumnMap Parse(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var theirs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            (var ours, var column) = Split(text);
            if (!theirs.TryAdd(ours, column))
            {
                throw new UsageException(
                    $"\"{ours}\" is given two columns, \"{theirs[ours]}\" and \"{column}\"; name one."
                );
            }

            if (theirs.Count(one => Same(one.Value, column)) > 1)
            {
                throw new UsageException(
                    $"The column \"{column}\" is to be both \"{theirs.First(one => Same(one.Value, column)).Key}\" and \"{ours}\"; choose one."
                );
            }
        }

        return new ColumnMap(theirs);
    }

    /// <summary>The columns of a table by our names where they stand for ours; columns that another one replaces get parentheses.</summary>
    /// <exception cref="InputException">A column is not there, or there twice.</exception>
    internal IReadOnlyList<string> Apply(string path, IReadOnlyList<string> names)
    {
        if (IsNone)
        {
            return names;
        }

        string[] applied =
        [
            .. names.Select(name => _theirs.Keys.Any(ours => Same(ours, First(name))) ? $"({name.Trim()})" : name),
        ];
        foreach ((var ours, var column) in _theirs)
        {
            int[] places = [.. Enumerable.Range(0, names.Count).Where(at => names[at].Trim() == column)];
            places = places.Length > 0 ? places : [.. ColumnNames.Places(names, column)];
            applied[
                places switch
                {
                    [var only] => only,
                    [] => throw new InputException(
                        $"{path} has no column \"{column}\" to be the {ours}.{SimilarNames.Hint(column, names)} Its columns are {string.Join(", ", names.Take(20).Select(QuotedPrompt.Of))}."
                    ),
                    _ => throw new InputException($"{path} has the column \"{column}\" twice; keep one of them."),
                }
            ] = ours;
        }

        return applied;
    }

    /// <summary>The same, and a column for one of our names that has none.</summary>
    internal ColumnMap With(string ours, string column)
    {
        var theirs = new Dictionary<string, string>(_theirs, StringComparer.Ordinal);
        theirs.TryAdd(ours, column);
        return new ColumnMap(theirs);
    }

    /// <summary>Of these names only the one of ours.</summary>
    internal ColumnMap Only(string ours) => new(_theirs.Where(one => one.Key == ours).ToDictionary());

    /// <summary>Refuses names of ours other than one: nothing reads their columns.</summary>
    /// <exception cref="UsageException">There is another.</exception>
    public void RequireOnly(string ours)
    {
        if (_theirs.Keys.FirstOrDefault(name => name != ours) is { } other)
        {
            throw new UsageException($"The column \"{other}\" is not read here; only \"{ours}\" is.");
        }
    }

    /// <summary>What the column of one of our names is called in the tables.</summary>
    internal string Theirs(string ours) => _theirs.GetValueOrDefault(ours, ours);

    /// <summary>How many of these columns are known, by our names or by those that stand for them.</summary>
    internal int Known(IEnumerable<string> names) =>
        names.Count(name =>
            Names.Any(ours => Same(ours, name.Trim())) || _theirs.Values.Any(column => Same(column, name.Trim()))
        );

    /// <summary>The column that may be the one of our name.</summary>
    internal static string? Likely(string ours, IReadOnlyList<string> header) =>
        Elsewhere
            .GetValueOrDefault(ours, [])
            .SelectMany(name => ColumnNames.Places(header, name))
            .Select(at => header[at])
            .FirstOrDefault()
        ?? header.FirstOrDefault(name => name.EndsWith("." + ours, StringComparison.OrdinalIgnoreCase))
        ?? header.FirstOrDefault(name =>
            !Names.Any(known => Same(known, name.Trim()))
            && SimilarNames.Hint(name.Trim().ToLowerInvariant(), [ours]).Length > 0
        );

    private static (string Ours, string Column) Split(string text)
    {
        (var first, var last) = (text.IndexOf('=', StringComparison.Ordinal), text.LastIndexOf('='));
        if (first < 1 || last == text.Length - 1)
        {
            throw new UsageException(
                $"\"{text}\" does not say which column; write our name and the table's, such as prompt=caption."
            );
        }

        if (NameOf(text[..first]) is { } before)
        {
            return (before, text[(first + 1)..].Trim());
        }

        return NameOf(text[(last + 1)..]) is { } after
            ? (after, text[..last].Trim())
            : throw new UsageException(
                $"\"{text[..first].Trim()}\" is not a column that is read.{SimilarNames.Hint(text[..first].Trim().ToLowerInvariant(), Names)} Those are {string.Join(", ", Names)}."
            );
    }

    private static string? NameOf(string text) =>
        Ours.FirstOrDefault(names => names.Any(name => Same(name, text.Trim())))?[0];

    private static string First(string name) => NameOf(name) ?? name;

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
