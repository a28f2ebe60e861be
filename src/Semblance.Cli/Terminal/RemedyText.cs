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

        var sentence = string.Join(", or ", remedies.Select(Of));
        return $" {char.ToUpperInvariant(sentence[0])}{sentence[1..]}.";
    }

    private static string Of(Remedy remedy) =>
        remedy.Kind switch
        {
            RemedyKind.OtherRunFolder => "name another folder with --run",
            RemedyKind.SkipBad => "leave the bad ones out with --skip-bad",
            _ => throw new ArgumentOutOfRangeException(nameof(remedy), remedy.Kind, "has no words"),
        };
}
