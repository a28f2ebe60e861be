using System.Text;

namespace Semblance.Cli.Terminal;

/// <summary>Says with which option a fault is avoided; libraries do not know the options.</summary>
internal static class RemedyText
{
    /// <summary>One sentence that goes on after the message of the fault; empty where nothing helps.</summary>
    public static string Of(IReadOnlyList<Remedy> remedies)
    {
        if (remedies.Count == 0)
        {
            return "";
        }

        var sentence = string.Join(
                ", or ",
                remedies
                    .GroupBy(remedy => remedy.Kind)
                    .Select(group => Of(group.Key, [.. group.Select(remedy => remedy.Value)]))
            )
            .Replace(", or or ", ", or ", StringComparison.Ordinal);
        return $" {char.ToUpperInvariant(sentence[0])}{sentence[1..]}.";
    }

    private static string Of(RemedyKind kind, IReadOnlyList<string?> values) =>
        kind switch
        {
            RemedyKind.OtherRunFolder => "name another folder with --run",
            RemedyKind.ThisRunFolder => $"name this run folder with {Options("--run", values, "DIR")}",
            RemedyKind.OtherModelName => "give the model another name with --name",
            RemedyKind.PromptsFile => "give a file with one prompt per line with --prompts FILE",
            RemedyKind.NameColumn => $"say which column it is with {Options("--column", values, "prompt=COLUMN")}",
            RemedyKind.ChooseEncoder => "choose the encoder with --encoder NAME",
            RemedyKind.StateVariance => "state the components with --prompt-variance, --zeta1 and --zeta2",
            RemedyKind.PlanSubject => "name one model with --model, or two with --baseline and --candidate",
            RemedyKind.SkipBad => "or go on without the bad ones with --skip-bad",
            RemedyKind.AllowMorePixels => "allow more pixels with --max-pixels N",
            RemedyKind.AllowMoreBytes => "allow larger files with --max-bytes N",
            RemedyKind.AllowMoreMemory => "allow more memory with --max-memory SIZE",
            RemedyKind.AllowUnmatched => "leave out prompts that not every model has with --allow-unmatched",
            RemedyKind.StripSuffix =>
                $"strip suffixes that differ with {Options("--strip-suffix", values, "MODEL=TEXT")}",
            RemedyKind.ChooseModel => $"name the models to compare with {Options("--model", values, "NAME")}",
            RemedyKind.CompareWithOne => "compare all others with one with --against NAME",
            RemedyKind.OtherScheduler => "choose another scheduler with --scheduler",
            RemedyKind.AllowUnmatchedLora => "leave these tensors out with --lora-allow-unmatched",
            RemedyKind.NoResolutionBinning => "turn it off with --resolution-binning false",
            RemedyKind.FetchFromHub => $"fetch it with `semblance models pull {values[0]}`",
            RemedyKind.BuiltinEncoder => $"use --encoder {values[0]}, which needs no download but is not the paper's",
            RemedyKind.NoEncoder => "leave out --encoder",
            RemedyKind.NoPreprocessing => "leave out --preprocessing",
            RemedyKind.NoPromptsFile => "leave out --prompts",
            RemedyKind.NoPromptsFromImages => "leave out --prompt-from",
            RemedyKind.OwnPreprocessing => $"leave out --preprocessing {values[0]}",
            RemedyKind.OtherVariant => Form("--variant", values[0]),
            RemedyKind.AllowDownload => "leave out --offline",
            RemedyKind.GiveConfiguration => "name a folder or model that has them with --config",
            RemedyKind.GiveAutoencoder => "name one with --vae",
            RemedyKind.DecodeInTiles => "decode in tiles with --tiled",
            RemedyKind.NameVotes => "name the table of votes with --votes FILE",
            RemedyKind.NameVoteColumn =>
                $"say which column it is with --column {values[0]}=COLUMN, or where the votes come from with --votes-from",
            RemedyKind.Force => "try anyway with --force",
            RemedyKind.AllowInsecure => "serve without it, in a network that you trust, with --insecure",
            RemedyKind.OtherVotes => "keep the votes of another study elsewhere with --db",
            RemedyKind.OtherPort => "choose another port with --port",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "has no words"),
        };

    /// <summary>The option as it is typed into a shell, once for each value.</summary>
    private static string Options(string option, IReadOnlyList<string?> values, string form) =>
        string.Join(' ', values.Select(value => $"{option} {(value is null ? form : Typed(value))}"));

    private static string Typed(string word) =>
        word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '=') ? word : Quoted(word);

    /// <summary>In double quotes, for POSIX shells.</summary>
    private static string Quoted(string word)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in word)
        {
            quoted.Append(c is '"' or '\\' or '$' or '`' ? $"\\{c}" : c.ToString());
        }

        return quoted.Append('"').ToString();
    }

    private static string Form(string option, string? form) =>
        form is null ? $"leave {option} out" : $"ask for them with {option} {form}";
}
