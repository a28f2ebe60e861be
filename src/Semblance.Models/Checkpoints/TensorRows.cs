using Semblance.Tensors;

namespace Semblance.Models.Checkpoints;

/// <summary>Single rows of a large table, read from disk without the rest of it.</summary>
internal static class TensorRows
{
    /// <summary>Reads rows of a matrix of F64, F32, F16 or BF16 as single precision.</summary>
    /// <param name="checkpoint">Where the matrix is.</param>
    /// <param name="name">Of the matrix.</param>
    /// <param name="height">Its number of rows.</param>
    /// <param name="width">Its number of columns.</param>
    /// <param name="rows">Which rows, below <paramref name="height"/>.</param>
    /// <returns>The rows one after another.</returns>
    /// <exception cref="InputException">It is missing, has another shape or type, or cannot be read.</exception>
    public static float[] Read(Checkpoint checkpoint, string name, int height, int width, ReadOnlySpan<int> rows)
    {
        var entry = checkpoint.Require(name, height, width);
        var values = new float[rows.Length * width];
        if (entry.Strides is not null || !entry.Type.IsFloat())
        {
            var all = checkpoint.ReadFloat32(name);
            for (var i = 0; i < rows.Length; i++)
            {
                all.AsSpan(rows[i] * width, width).CopyTo(values.AsSpan(i * width));
            }
            return values;
        }
        var row = new byte[width * entry.Type.Bits() / 8];
        try
        {
            using var file = File.OpenHandle(entry.File);
            for (var i = 0; i < rows.Length; i++)
            {
                var offset = entry.Offset + ((long)rows[i] * row.Length);
                for (var done = 0; done < row.Length; )
                {
                    var read = RandomAccess.Read(file, row.AsSpan(done), offset + done);
                    done +=
                        read > 0
                            ? read
                            : throw new InputException(
                                $"{entry.File}: truncated while tensor \"{name}\" was being read."
                            );
                }
                TensorTypes.ToFloat32(entry.Type, row, values.AsSpan(i * width, width));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{entry.File} cannot be read: {error.Message}", error);
        }
        return values;
    }
}
