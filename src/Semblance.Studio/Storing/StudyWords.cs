using Semblance.Agreement;

namespace Semblance.Studio.Storing;

/// <summary>How answers, checks and raters are called in files.</summary>
internal static class StudyWords
{
    public static string Of(Answer answer) =>
        answer switch
        {
            Answer.Left => "left",
            Answer.Same => "same",
            Answer.Right => "right",
            _ => "cannot_judge",
        };

    public static string Of(CheckKind check) =>
        check switch
        {
            CheckKind.None => "",
            CheckKind.Training => "training",
            CheckKind.SameSet => "same_set",
            CheckKind.RepeatedImage => "repeated_image",
            CheckKind.SameModel => "same_model",
            _ => "repeat",
        };

    /// <summary>The pseudonym of a rater.</summary>
    public static string Rater(int rater) => FormattableString.Invariant($"r{rater + 1}");
}
