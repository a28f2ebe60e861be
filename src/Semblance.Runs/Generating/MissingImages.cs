using Semblance.Runs.Folder;

namespace Semblance.Runs.Generating;

/// <summary>
/// The missing images of a model while several processes may be making them: each is taken by one process, which leaves
/// out what the others have made by then.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="plan">Which images.</param>
/// <param name="generator">Who makes them.</param>
/// <param name="found">Called for each image that was made by another process, with its file.</param>
internal sealed class MissingImages(
    RunFolder run,
    GeneratePlan plan,
    IImageGenerator generator,
    Action<IImageGenerator, ImageRequest, string> found
) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly ImageClaim _claim = new(run);
    private readonly List<ImageRequest> _elsewhere = [];

    /// <summary>Asked right before an image is made: whether it is this process that makes it.</summary>
    public bool Take(ImageRequest request)
    {
        if (!_claim.Take(ImageFiles.NameOf(generator.Model, request, plan.Extension)))
        {
            _elsewhere.Add(request);
            return false;
        }

        // Looked for under the claim, so that it cannot appear in between.
        if (plan.FindNow(run, generator, request) is { } file)
        {
            _claim.Dispose();
            found(generator, request, file);
            return false;
        }

        return true;
    }

    /// <summary>The image that was taken is there, or will not come.</summary>
    public void Release() => _claim.Dispose();

    /// <summary>Waits for the images that other processes were making when their turn came.</summary>
    /// <returns>Those that did not come, since the process ended or failed at them.</returns>
    public async Task<List<ImageRequest>> AwaitOthersAsync(CancellationToken cancellationToken)
    {
        Release();
        List<ImageRequest> open = [.. _elsewhere];
        List<ImageRequest> left = [];
        while (open.Count > 0)
        {
            _elsewhere.Clear();
            left.AddRange(open.Where(Take));
            Release();
            open = [.. _elsewhere];
            if (open.Count > 0)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }

        return left;
    }

    /// <inheritdoc/>
    public void Dispose() => _claim.Dispose();
}
