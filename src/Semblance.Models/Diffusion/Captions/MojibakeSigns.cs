using System.Text.RegularExpressions;

namespace Semblance.Models.Diffusion.Captions;

/// <summary>
/// Neighbours that characters rarely have unless UTF-8 was misread, such as a lower-case accented letter before a currency
/// sign. The classes and pairs are those of ftfy 6.3 (Robyn Speer, Apache License 2.0).
/// </summary>
internal static class MojibakeSigns
{
    private const string C1 = "\u0080-\u009F";
    private const string Common = "\u00A0\u00AD·´–—―…’";
    private const string Bad = "¦¤¨¬¯¸ƒˆˇ˘˛˜†‡‰⌐◊\uFFFDªº";
    private const string Law = "¶§";
    private const string Currency = "¢£¥₧€";
    private const string Start = "¡«¿©΄΅‘‚“„•‹\uF8FF";
    private const string End = "®»˝”›™";
    private const string Numeric = "²³¹±¼½¾×µ÷⁄∂∆∏∑√∞∩∫≈≠≡≤≥№";

    // Letters that faces are made of.
    private const string Face = "Ò-ÖÙ-Üò-öø-üŐŌŪŲ°";
    private const string UpperAccented = "À-ÑØÜÝĂĀĄĆČĎĐĘĚĒĖĞĢİĪĶĹĽŁĻŃŇŅŒŘŚŞŠŢŤŮŰŸŹŻŽҐ";
    private const string LowerAccented = "ßà-ñăąāćčďđęěēėğģįīķĺľłļœŕśşšťüźżžґﬁﬂ";
    private const string UpperCommon = "ÞΑ-ΩΆΈΉΊΌΎΏΪΫЁ-Я";
    private const string LowerCommon = "α-ωάέήίΰа-џ";
    private const string Box = "│┌┐┘├┤┬┼═-╬▀▄█▌▐░▒▓";

    private static readonly Regex Signs = PythonText.Pattern(
        string.Join(
            '|',
            $"[{C1}]",
            $"[{Bad}{LowerAccented}{UpperAccented}{Box}{Start}{End}{Currency}{Numeric}{Law}][{Bad}]",
            $"[a-zA-Z][{LowerCommon}{UpperCommon}][{Bad}]",
            $"[{Bad}][{LowerAccented}{UpperAccented}{Box}{Start}{End}{Currency}{Numeric}{Law}]",
            $"[{LowerAccented}{LowerCommon}{Box}{End}{Currency}{Numeric}][{UpperAccented}]",
            $"[{Box}{End}{Currency}{Numeric}][{LowerAccented}]",
            $"[{LowerAccented}{Box}{End}][{Currency}]",
            $"[{FoldedText.Space}][{UpperAccented}][{Currency}]",
            $"[{UpperAccented}{Box}][{Numeric}{Law}]",
            $"[{LowerAccented}{UpperAccented}{Box}{Currency}{End}][{Start}][{Numeric}]",
            $"[{LowerAccented}{UpperAccented}{Currency}{Numeric}{Box}{Law}][{End}][{Start}]",
            $"[{Currency}{Numeric}{Box}][{Start}]",
            $"[a-z][{UpperAccented}][{Start}{Currency}]",
            $"[{Box}][{Face}]",
            $"[{LowerAccented}{UpperAccented}{Currency}{Numeric}{Start}{End}{Law}][{Box}]",
            $"[{Box}][{End}]",
            $"[{LowerAccented}{UpperAccented}][{Start}{End}][{FoldedText.Word}]",
            // The ligature before anything but a plain letter.
            "[Œœ][^A-Za-z]",
            $"[{UpperAccented}]°",
            // Pairs that are not covered above: in Windows-1252,
            $"[ÂÃÎÐ][€œŠš¢£Ÿž\u00A0\u00AD®©°·»{Start}{End}–—´]",
            "×[²³]",
            // Arabic in it, only as two pairs,
            $"[ØÙ][{Common}{Currency}{Bad}{Numeric}{Start}ŸŠ®°µ»][ØÙ][{Common}{Currency}{Bad}{Numeric}{Start}ŸŠ®°µ»]",
            // South Asian alphabets in it,
            "à[²µ¹¼½¾]",
            // in Mac OS Roman,
            "√[±∂†≠®™´≤≥¥µø]",
            "≈[°¢]",
            "‚Ä[ìîïòôúùû†°¢π]",
            "‚[âó][àä°ê]",
            // in Windows-1251,
            "вЂ",
            $"[ВГРС][{C1}{Bad}{Start}{End}{Currency}°µ][ВГРС]",
            "ГўВЂВ.[A-Za-z ]",
            // an accented a and the no-break space,
            "Ã[\u00A0¡]",
            $"[a-z][{FoldedText.Space}]?[ÃÂ][ ]",
            "^[ÃÂ][ ]",
            $"[a-z.,?!{End}]Â[ {Start}{End}]",
            // in Windows-1253 and 1257.
            "β€[™\u00A0Ά\u00AD®°]",
            $"[ΒΓΞΟ][{C1}{Bad}{Start}{End}{Currency}°][ΒΓΞΟ]",
            "ā€"
        )
    );

    /// <summary>Whether the text has any of them.</summary>
    public static bool In(string text) => Signs.IsMatch(text);
}
