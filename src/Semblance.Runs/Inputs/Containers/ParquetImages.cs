using Semblance.Runs.Formats;

namespace Semblance.Runs.Inputs.Containers;

/// <summary>Images in a column of a Parquet file. The last few row groups that were read are kept.</summary>
/// <param name="path">The file.</param>
/// <param name="column">Place of the column of bytes.</param>
/// <param name="groups">How many rows each row group has.</param>
internal sealed class ParquetImages(string path, int column, IReadOnlyList<int> groups) : ImageContainer(path)
{
    /// <summary>Those that workers may be in at the same time.</summary>
    private const int Kept = 2;

    private readonly Lock _one = new();
    private readonly List<(int Group, byte[]?[] Images)> _recent = [];

    public override byte[] Read(int place, long most)
    {
        var (group, row) = (0, place);
        while (row >= groups[group])
        {
            row -= groups[group++];
        }

        var image = ImagesOf(group)[row] ?? throw new InputException("is empty");
        return image.Length <= most ? image : throw TooLarge(image.Length, most);
    }

    private byte[]?[] ImagesOf(int group)
    {
        lock (_one)
        {
            var known = _recent.Find(one => one.Group == group).Images;
            if (known is null)
            {
                // On the pool: what the reader awaits would come back to the few threads of the workers, which wait here.
                known = Task.Run(() => ParquetTable.Read(Path, table => table.Bytes(column, group)))
                    .GetAwaiter()
                    .GetResult();
                _recent.Insert(0, (group, known));
                if (_recent.Count > Kept)
                {
                    _recent.RemoveAt(Kept);
                }
            }

            return known;
        }
    }
}
