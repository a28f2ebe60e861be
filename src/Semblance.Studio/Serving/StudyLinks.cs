using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Semblance.Studio.Serving;

/// <summary>
/// Who may do what is said by the link alone: a number and 128 bits of HMAC-SHA256 over it, with a secret of the study. A
/// link cannot be guessed, and no link leads to another rater's.
/// </summary>
/// <param name="secret">32 random bytes, kept with the votes.</param>
internal sealed class StudyLinks(byte[] secret)
{
    private const int SignatureBytes = 16;

    /// <summary>The part of a rater's link that is theirs.</summary>
    public string OfRater(int rater) => $"{rater + 1}-{Sign($"rater {rater + 1}")}";

    /// <summary>The part of the owner's link.</summary>
    public string Owner => Sign("owner");

    /// <summary>The part of the open link.</summary>
    public string Join => Sign("join");

    /// <summary>What a rater who has finished enters elsewhere.</summary>
    public string CompletionCode(int rater) =>
        Sign($"done {rater + 1}")[..8].ToUpperInvariant().Replace('-', 'X').Replace('_', 'Y');

    /// <summary>The pseudonym that a name from outside is known by here.</summary>
    public string Outside(string name) => Sign($"outside {name}");

    /// <summary>The rater of a link; null where the signature is not ours.</summary>
    public int? RaterOf(string? token)
    {
        var dash = token?.IndexOf('-', StringComparison.Ordinal) ?? -1;
        return
            dash > 0
            && int.TryParse(token.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number > 0
            && Same(token, OfRater(number - 1))
            ? number - 1
            : null;
    }

    /// <summary>Compares in a time that does not tell how much is right.</summary>
    public static bool Same(string? given, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given ?? ""), Encoding.UTF8.GetBytes(expected));

    private string Sign(string what) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(what)).AsSpan(0, SignatureBytes));
}
