using System.Globalization;

namespace Semblance.Imaging;

/// <summary>What one image takes of a <see cref="MemoryBudget"/>, given back when it is disposed of. For one thread.</summary>
public sealed class MemoryShare : IDisposable
{
    private readonly MemoryBudget _budget;
    private long _bytes;

    internal MemoryShare(MemoryBudget budget) => _budget = budget;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_bytes > 0)
        {
            _budget.GiveBack(_bytes);
            _bytes = 0;
        }
    }

    /// <summary>Takes what decoding an image needs, and waits for it where other images have it.</summary>
    /// <param name="width">Columns of pixels.</param>
    /// <param name="height">Rows of pixels.</param>
    /// <param name="bytesPerPixel">Samples, what the decoder holds beside them, and what is made of them.</param>
    /// <exception cref="InputException">The whole budget is not enough.</exception>
    internal void Take(long width, long height, int bytesPerPixel)
    {
        var needed = (Int128)width * height * bytesPerPixel;
        if (needed > _budget.Bytes)
        {
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"is too large: decoding {width}x{height} pixels takes about {needed >> 20} MiB, and all images together may take {_budget.Bytes >> 20} MiB"
                )
            )
            {
                Remedies = [new Remedy(RemedyKind.AllowMoreMemory)],
            };
        }

        // Never more while something is held: two that wait for one another would wait for ever.
        if (needed > _bytes)
        {
            Dispose();
            _budget.Take((long)needed);
            _bytes = (long)needed;
        }
    }
}
