using Semblance.Imaging.Formats;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;

namespace Semblance.Studies.Scoring;

/// <summary>What a <see cref="ScoreRequest"/> names to be scored.</summary>
internal static class RequestedInput
{
    /// <summary>Reads which images or embeddings there are.</summary>
    /// <exception cref="UsageException">Settings that do not go together.</exception>
    /// <exception cref="InputException">Nothing to score, or it cannot be read.</exception>
    public static async Task<ScoreInput> ReadAsync(
        ScoreRequest request,
        StudyHost host,
        CancellationToken cancellationToken
    )
    {
        if (request.PromptsFromImages && request.Prompts is not null)
        {
            throw new UsageException("The prompts are either in the images or in a file; choose one.");
        }

        if (
            request.Encoders.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(own => own.Count() > 1) is
            { } twice
        )
        {
            throw new UsageException($"The encoder {twice.Key} is named twice; name it once.");
        }

        if (
            host.Mirror is not null
            && request.Paths.Any(path => Path.GetFullPath(path) == Path.GetFullPath(request.Run))
        )
        {
            // Its images may all be elsewhere.
            RunFolder.Mark(request.Run);
        }

        if (request.PromptsFromImages && host.Inputs.Count > 0)
        {
            throw new UsageException(
                "The texts in images are read before any image is scored, and these images are in a bucket; bring them here first."
            )
            {
                Remedies = [new Remedy(RemedyKind.NoPromptsFromImages)],
            };
        }

        var elsewhere = host.Mirror is null ? host.Inputs : [.. host.Inputs, host.Mirror];
        TableColumns.Require(
            request.Columns,
            request.Prompts is null ? request.Paths : [.. request.Paths, request.Prompts]
        );
        return InputReader.Read(request.Paths, request.Columns, request.PromptsFromImages, elsewhere) switch
        {
            ImageInput images when request.PromptsFromImages => images.WithTexts(ImageTexts.Read),
            ImageInput images when request.Prompts is { } file => images.WithPrompts(
                await PromptFile.ReadAsync(file, request.Columns, cancellationToken)
            ),
            var input => input,
        };
    }
}
