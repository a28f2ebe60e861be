using System.Text.Json;
using Semblance.Agreement;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Agreeing;

/// <summary>Rules of exclusion as JSON, schema <c>semblance.exclusions/1</c> (docs/votes.md).</summary>
public static class ExclusionsJson
{
    internal const string Schema = "semblance.exclusions/1";

    /// <summary>Reads a file of rules; what it does not name is as usual.</summary>
    /// <exception cref="InputException">It is not such a file.</exception>
    public static ExclusionRules Read(string path) =>
        SourceFile.Guard(
            path,
            () =>
            {
                try
                {
                    var stored = JsonSerializer.Deserialize(
                        RegularFile.ReadAllBytes(path, RegularFile.MostOfText),
                        AgreementJsonContext.Default.StoredExclusions
                    );
                    return stored is { Schema: Schema }
                        ? Checked(path, stored.ToRules())
                        : throw new InputException($"{path} is not a file of exclusion rules (schema {Schema}).");
                }
                catch (JsonException error)
                {
                    throw new InputException(
                        $"{path} cannot be read as exclusion rules (schema {Schema}): {error.Message.Split('|')[0].TrimEnd(' ', '.')}.",
                        error
                    );
                }
            }
        );

    /// <summary>The rules as text, with a line end.</summary>
    public static string Of(ExclusionRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return JsonText.Of(
            new StoredExclusions
            {
                Schema = Schema,
                LeastChecksPassed = rules.LeastChecksPassed,
                FewestFailed = rules.FewestFailed,
                LeastMedianSeconds = rules.LeastMedianSeconds,
                LeastConsistency = rules.LeastConsistency,
                Raters = [.. rules.Raters],
            },
            AgreementJsonContext.Default.StoredExclusions
        );
    }

    private static ExclusionRules Checked(string path, ExclusionRules rules) =>
        rules.LeastChecksPassed is < 0 or > 1 || rules.LeastConsistency is < 0 or > 1
            ? throw new InputException($"{path}: least_checks_passed and least_consistency are shares from 0 to 1.")
            : rules;
}

/// <summary>What a file of exclusion rules holds; settable, since what is only initialised loses its usual value.</summary>
internal sealed record StoredExclusions
{
    private static readonly ExclusionRules Usual = new();

    public string? Schema { get; set; }

    public double? LeastChecksPassed { get; set; } = Usual.LeastChecksPassed;

    public int FewestFailed { get; set; } = Usual.FewestFailed;

    public double? LeastMedianSeconds { get; set; }

    public double? LeastConsistency { get; set; }

    public string[] Raters { get; set; } = [];

    public ExclusionRules ToRules() =>
        new()
        {
            LeastChecksPassed = LeastChecksPassed,
            FewestFailed = FewestFailed,
            LeastMedianSeconds = LeastMedianSeconds,
            LeastConsistency = LeastConsistency,
            Raters = Raters,
        };
}
