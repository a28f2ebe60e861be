using Semblance.Models.Catalog;
using Semblance.Models.Encoders;
using Semblance.Studies.Files;
using Semblance.Wording;

namespace Semblance.Studies.Running;

/// <summary>What CLIP's text encoder reads of prompts, where the cache has its tokenizer; nothing is fetched.</summary>
internal static class PromptLength
{
    private const int Named = 3;

    /// <summary>The paper's encoder, for its tokenizer; null where the cache does not have it.</summary>
    public static IImageEncoder? Open(StudyHost host)
    {
        var options = new EncoderOptions { HubCache = host.Hub?.CacheFolder };
        try
        {
            return EncoderCatalog.Lacks(EncoderCatalog.Default, options) is null
                ? EncoderCatalog.Open(EncoderCatalog.Default, options)
                : null;
        }
        catch (SemblanceException)
        {
            return null;
        }
    }

    /// <summary>Names prompts that CLIP cuts, or refuses them, as the study says.</summary>
    /// <exception cref="InputException">Some are cut, and the study allows none.</exception>
    public static void Check(StudyFile study, StudyHost host)
    {
        if (study.Checks.LongPrompt == LongPrompt.Ignore)
        {
            return;
        }

        using var encoder = Open(host);
        if (encoder is null)
        {
            return;
        }

        string[] cut =
        [
            .. study
                .Models.SelectMany(model => model.Cells.Select(cell => cell.Prompt))
                .Distinct()
                .Where(prompt => encoder.ReadText(prompt) is { CutOff.Length: > 0 }),
        ];
        if (cut.Length == 0)
        {
            return;
        }

        var sentence =
            $"{Plural.Of(cut.Length, "prompt")} {(cut.Length == 1 ? "is" : "are")} longer than the 77 tokens that CLIP reads ({Listing.Joined([.. cut.Take(Named).Select(QuotedPrompt.Of)], Named)}): some servers cut the rest, others read it in pieces";
        if (study.Checks.LongPrompt == LongPrompt.Error)
        {
            throw new InputException($"{sentence}. Shorten them, or set checks: {{ long_prompt: warn }}.");
        }

        host.Warning(sentence);
    }
}
