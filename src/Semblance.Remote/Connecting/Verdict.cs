namespace Semblance.Remote.Connecting;

/// <summary>What an answer means for the call.</summary>
internal enum Verdict
{
    /// <summary>It is to be read.</summary>
    Good,

    /// <summary>It may succeed at another time.</summary>
    Again,

    /// <summary>The request is refused, and would be again.</summary>
    Refused,

    /// <summary>The server will take no further call: no key, no credit, no quota.</summary>
    Closed,

    /// <summary>A proxy gave up waiting; the server may go on, and may charge for it.</summary>
    Unclear,
}

/// <summary>From statuses to what they mean, as far as servers agree on it.</summary>
internal static class Verdicts
{
    /// <summary>Codes and words of 429 and 400 that mean that there is no money left, not that the caller is too fast.</summary>
    private static readonly string[] Quota =
    [
        "insufficient_quota",
        "billing_hard_limit_reached",
        "project_spend_limit_exceeded",
        "insufficient_credits",
        "payment_required",
        "exhausted balance",
        "subscription inactive",
        "inactivesubscription",
    ];

    public static Verdict Of(HttpCall call, HttpAnswer answer) =>
        answer.Status switch
        {
            >= 200 and < 300 => Verdict.Good,
            400 or 403 or 429 when SaysQuota(answer) => Verdict.Closed,
            401 or 402 or 403 => Verdict.Closed,
            504 when IsOwnDeadline(answer) => Verdict.Refused,
            502 or 504 or 522 or 524 when call.IsPaid => Verdict.Unclear,
            408 or 409 or 425 or 429 or 500 or 502 or 503 or 504 or (>= 520 and <= 529) => Verdict.Again,
            _ => Verdict.Refused,
        };

    private static bool SaysQuota(HttpAnswer answer)
    {
        var text = answer.Text();
        return Array.Exists(Quota, word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsOwnDeadline(HttpAnswer answer) =>
        answer.Header("X-Fal-Request-Timeout-Type")?.Equals("user", StringComparison.OrdinalIgnoreCase) == true;
}
