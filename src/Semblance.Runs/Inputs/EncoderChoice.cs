namespace Semblance.Runs.Inputs;

/// <summary>Scores of different encoders have different scales: chooses one encoder.</summary>
internal static class EncoderChoice
{
    /// <summary>The rows of the wanted encoder, or all where there is only one.</summary>
    /// <exception cref="InputException">Several encoders, and none or no single one named.</exception>
    /// <exception cref="UsageException">No row is of the named encoder.</exception>
    public static IReadOnlyList<ScoreRow> Of(IReadOnlyList<ScoreRow> rows, string? wanted, IReadOnlyList<string> paths)
    {
        var source = string.Join(", ", paths);
        ScoreRow[] chosen =
        [
            .. rows.Where(row =>
                wanted is null
                || string.Equals(row.Encoder, wanted, StringComparison.OrdinalIgnoreCase)
                || string.Equals(row.EncoderKey, wanted, StringComparison.OrdinalIgnoreCase)
            ),
        ];
        if (chosen.Length == 0 && wanted is not null)
        {
            chosen = [.. rows.Where(row => IsPathOf(wanted, row.Encoder))];
        }

        if (chosen.Length == 0)
        {
            throw new UsageException(
                rows.All(row => row.Encoder is null)
                    ? $"{source} does not say which encoder made its scores (no column \"encoder\"), so none can be chosen by name."
                    : $"{source} holds no scores of the encoder '{wanted}'; it holds {string.Join(", ", Names(rows))}."
            );
        }

        (string?, string?)[] kinds = [.. chosen.Select(row => (row.Encoder, row.EncoderKey)).Distinct()];
        if (
            kinds.Length == 1
            || (kinds.Select(kind => kind.Item2).Distinct().Take(2).Count() == 1 && kinds[0].Item2 is not null)
        )
        {
            return chosen;
        }

        throw new InputException(
            $"{source} holds scores of several encoders, which have different scales; choose one: {string.Join(", ", Names(chosen))}."
        )
        {
            Remedies = [new Remedy(RemedyKind.ChooseEncoder)],
        };
    }

    /// <summary>Whether a path is one that an encoder of this name was scored by: such a name is the end of its path.</summary>
    private static bool IsPathOf(string wanted, string? encoder)
    {
        if (encoder is null or "" || wanted.Contains('\0', StringComparison.Ordinal) || wanted.Length == 0)
        {
            return false;
        }

        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(wanted)).Replace('\\', '/');
        return path.EndsWith($"/{encoder}", StringComparison.Ordinal)
            || Path.ChangeExtension(path, null).EndsWith($"/{encoder}", StringComparison.Ordinal);
    }

    private static IEnumerable<string> Names(IEnumerable<ScoreRow> rows)
    {
        var kinds = rows.Select(row => (row.Encoder, row.EncoderKey)).Distinct().ToArray();
        // The same name with another precision or version is another encoder: then the key tells them apart.
        return kinds.Select(kind =>
            kind.Encoder is null ? "an unknown one"
            : kinds.Count(other => other.Encoder == kind.Encoder) > 1 && kind.EncoderKey is not null
                ? $"{kind.EncoderKey} ({kind.Encoder})"
            : kind.Encoder
        );
    }
}
