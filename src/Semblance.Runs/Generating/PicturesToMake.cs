using Semblance.Runs.Folder;

namespace Semblance.Runs.Generating;

/// <summary>
/// The missing pictures of a model while several processes may be making them: each is taken by one process, and what
/// the others have made by its turn is passed over.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="nameOf">What a picture is claimed by.</param>
/// <param name="fileOf">The file of a picture that is there, relative to the run folder; else null.</param>
/// <param name="found">Told of each picture that was made by another process, and its file.</param>
internal sealed class PicturesToMake(
    RunFolder run,
    Func<ImageRequest, string> nameOf,
    Func<ImageRequest, string?> fileOf,
    Action<ImageRequest, string> found
) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly PictureClaim _claim = new(run);
    private readonly List<ImageRequest> _elsewhere = [];

    /// <summary>Asked right before a picture is made: whether it is this process that makes it.</summary>
    public bool Take(ImageRequest request)
    {
        if (!_claim.Take(nameOf(request)))
        {
            _elsewhere.Add(request);
            return false;
        }

        // Looked at under the claim, so that it cannot appear in between.
        if (fileOf(request) is { } file)
        {
            _claim.Dispose();
            found(request, file);
            return false;
        }

        return true;
    }

    /// <summary>The picture that was taken is there, or will not come.</summary>
    public void Release() => _claim.Dispose();

    /// <summary>Waits for the pictures that other processes were making when their turn came.</summary>
    /// <returns>Those that did not come, since the process ended or failed at them.</returns>
    public async Task<IReadOnlyList<ImageRequest>> AwaitOthersAsync(CancellationToken cancellationToken)
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
