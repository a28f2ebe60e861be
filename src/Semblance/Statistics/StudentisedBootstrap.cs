using System.Numerics;
using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>
/// How far from a mean the limits of its studentised bootstrap lie, as multiples of Student's distance (P. Hall, "The
/// Bootstrap and Edgeworth Expansion", 1992, section 3.5): the quantiles of t* = (mean* - mean) / error* over resamples
/// take the place of Student's, the upper quantile below the mean and the lower one above it.
/// </summary>
/// <remarks>
/// Quantiles of few prompts stray far, mostly where a resample hardly varies, so they are held between
/// <see cref="Least"/> and <see cref="Most"/> times Student's. These two were chosen by simulation (docs/statistics.md): with
/// them intervals of 10 to 100 prompts cover 94% and more for normal, heavy-tailed, skewed and rounded differences, at a mean
/// width of 1.09 of Student's; held more closely they cover less, held less they are wider.
/// </remarks>
/// <param name="Below">The lower limit's distance over Student's.</param>
/// <param name="Above">The upper limit's.</param>
internal readonly record struct StudentisedBootstrap(double Below, double Above)
{
    /// <summary>No limit is nearer than this many of Student's distances.</summary>
    public const double Least = 0.95;

    /// <summary>No limit is further than this.</summary>
    public const double Most = 2.5;

    /// <summary>Student's own limits, at one of his distances either way.</summary>
    public static readonly StudentisedBootstrap Student = new(1, 1);

    /// <summary>What subtraction may leave of a difference of 0: equal to ten decimals is equal.</summary>
    private const double Rounding = 5e-11;

    // So many columns are resampled together: one draw reads their values from one place.
    private const int Block = 64;

    /// <summary>Resamples whole units, prompts or clusters of them, with one set of draws for all columns.</summary>
    /// <param name="columns">Values of each sample, all of the same n.</param>
    /// <param name="clusters">Of each value, from 0; null where each is its own unit.</param>
    /// <param name="degrees">Of Student's t for each column.</param>
    /// <param name="level">Of the two limits together.</param>
    /// <param name="resamples">How many.</param>
    /// <param name="seed">The same seed gives the same numbers, to the bit.</param>
    /// <param name="threads">The numbers do not depend on it.</param>
    public static StudentisedBootstrap[] Of(
        IReadOnlyList<double[]> columns,
        int[]? clusters,
        IReadOnlyList<double> degrees,
        double level,
        int resamples,
        ulong seed,
        Threads threads
    )
    {
        var found = new StudentisedBootstrap[columns.Count];
        for (var from = 0; from < columns.Count; from += Block)
        {
            var width = Math.Min(Block, columns.Count - from);
            var t = Draw([.. columns.Skip(from).Take(width)], clusters, resamples, seed, threads);
            for (var c = 0; c < width; c++)
            {
                Array.Sort(t[c]);
                var student = StudentT.Quantile((1 + level) / 2, degrees[from + c]);
                found[from + c] = new StudentisedBootstrap(
                    Math.Clamp(Descriptive.QuantileOfSorted(t[c], (1 + level) / 2) / student, Least, Most),
                    Math.Clamp(-Descriptive.QuantileOfSorted(t[c], (1 - level) / 2) / student, Least, Most)
                );
            }
        }

        return found;
    }

    /// <summary>t* of each resample, [columns][resamples].</summary>
    private static double[][] Draw(double[][] columns, int[]? clusters, int resamples, ulong seed, Threads threads)
    {
        var width = columns.Length;
        var units = clusters is null ? columns[0].Length : clusters.Max() + 1;
        var sizes = new double[units];
        for (var i = 0; i < columns[0].Length; i++)
        {
            sizes[clusters is null ? i : clusters[i]]++;
        }

        // A unit's row holds the sums of its residuals, column by column.
        var rows = new double[units * width];
        for (var c = 0; c < width; c++)
        {
            var mean = Descriptive.Mean(columns[c]);
            for (var i = 0; i < columns[c].Length; i++)
            {
                rows[((clusters is null ? i : clusters[i]) * width) + c] += columns[c][i] - mean;
            }
        }

        var largest = columns.Select(column => Rounding + (1e-12 * column.Max(Math.Abs))).ToArray();
        var t = columns.Select(_ => new double[resamples]).ToArray();
        Parallel.For(
            0,
            resamples,
            threads.Options,
            () => new double[3 * width],
            (resample, _, sums) =>
            {
                Array.Clear(sums);
                var first = sums.AsSpan(0, width);
                var square = sums.AsSpan(width, width);
                var weighted = sums.AsSpan(2 * width);
                var random = new RandomStream(seed, (ulong)resample);
                var (count, countSquares) = (0.0, 0.0);
                for (var draw = 0; draw < units; draw++)
                {
                    var unit = random.Below(units);
                    var row = rows.AsSpan(unit * width, width);
                    var size = sizes[unit];
                    count += size;
                    countSquares += size * size;
                    AddRow(row, first, square);
                    if (clusters is not null)
                    {
                        AddTimes(row, size, weighted);
                    }
                }

                if (clusters is null)
                {
                    // All sizes are 1.
                    first.CopyTo(weighted);
                }

                for (var c = 0; c < width; c++)
                {
                    // Residuals of the resample: E - n shift, over its units.
                    var shift = first[c] / count;
                    var squares = square[c] - (2 * shift * weighted[c]) + (shift * shift * countSquares);
                    var error = Math.Sqrt(Math.Max(0, squares) * units / (units - 1.0)) / count;
                    t[c][resample] =
                        Math.Abs(shift) <= largest[c] ? 0
                        : error <= largest[c] ? Math.Sign(shift) * double.MaxValue
                        : shift / error;
                }

                return sums;
            },
            _ => { }
        );
        return t;
    }

    /// <summary>Column by column, several at once; the sums are those of a plain loop, to the bit.</summary>
    private static void AddRow(ReadOnlySpan<double> row, Span<double> sums, Span<double> squares)
    {
        var c = 0;
        for (; c <= row.Length - Vector<double>.Count; c += Vector<double>.Count)
        {
            var value = new Vector<double>(row[c..]);
            (new Vector<double>(sums[c..]) + value).CopyTo(sums[c..]);
            (new Vector<double>(squares[c..]) + (value * value)).CopyTo(squares[c..]);
        }

        for (; c < row.Length; c++)
        {
            sums[c] += row[c];
            squares[c] += row[c] * row[c];
        }
    }

    private static void AddTimes(ReadOnlySpan<double> row, double factor, Span<double> sums)
    {
        for (var c = 0; c < row.Length; c++)
        {
            sums[c] += row[c] * factor;
        }
    }
}
