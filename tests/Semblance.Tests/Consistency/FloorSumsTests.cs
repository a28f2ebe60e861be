using Semblance.Consistency;

namespace Semblance.Tests.Consistency;

public sealed class FloorSumsTests
{
    private const int Dimension = 16;

    private static readonly (string Model, int Images)[] Sizes =
    [
        ("a", 3),
        ("b", 4),
        ("a", 2),
        ("b", 5),
        ("a", 6),
        ("alone", 2),
    ];

    [Theory]
    [InlineData(0.3)]
    [InlineData(1.2)]
    [InlineData(1000)]
    public void The_order_in_which_sets_are_added_does_not_matter_to_the_bit(double spread)
    {
        var sets = Vectors(spread);
        var usual = ConsistencyFloor.OfModels(Sizes, Dimension, (set, vectors) => sets[set].CopyTo(vectors))!;
        for (var seed = 0; seed < 20; seed++)
        {
            var order = Enumerable.Range(0, Sizes.Length).ToArray();
            new Random(seed).Shuffle(order);
            var floor = Floor(sets, order, out _)!;
            Assert.Equal(usual, floor);
            Assert.Equal(usual.OfEach.OrderBy(own => own.Key), floor.OfEach.OrderBy(own => own.Key));
        }
    }

    [Fact]
    public void Sets_without_negative_components_are_not_read_again()
    {
        var sets = Array.ConvertAll(Vectors(1.2), set => Array.ConvertAll(set, Math.Abs));
        Assert.NotNull(Floor(sets, [0, 1, 2, 3, 4, 5], out var reads));
        Assert.Empty(reads);
    }

    [Fact]
    public void Sets_in_one_cone_are_read_once_more()
    {
        var sets = Array.ConvertAll(Vectors(1), set => Array.ConvertAll(set, x => 1 + (0.1f * x)));
        sets[0][1] = sets[1][1] = -0.001f;
        Assert.NotNull(Floor(sets, [0, 1, 2, 3, 4, 5], out var reads));
        Assert.Equal([0, 1, 2, 3, 4], reads.Order());
    }

    [Fact]
    public void Only_sets_whose_pairs_may_be_negative_are_read_twice_more()
    {
        // A little north of east three times, north, and a little south of east: 92 degrees from north.
        var south = (float)Math.Tan(2 * Math.PI / 180);
        float[][] sets =
        [
            [1, 0.1f],
            [1, 0.1f],
            [1, 0.1f],
            [0, 1],
            [1, -south],
        ];
        List<int> reads = [];
        var sums = new FloorSums([.. sets.Select(_ => ("m", 1))], 2);
        for (var set = 0; set < sets.Length; set++)
        {
            sums.Add(set, sets[set]);
        }

        sums.Floor(Read, 1);
        Assert.Equal([0, 1, 2, 3, 4, 3, 4], reads);

        void Read(int set, Span<float> vectors)
        {
            reads.Add(set);
            sets[set].CopyTo(vectors);
        }
    }

    [Fact]
    public void Sets_of_another_size_and_sets_that_were_left_out_are_refused()
    {
        var sums = new FloorSums([("m", 1), ("m", 2)], 2);
        Assert.Throws<ArgumentException>(() => sums.Add(0, [1, 0, 1, 0]));
        sums.Add(0, [1, 0]);
        Assert.Throws<InvalidOperationException>(() => sums.Floor((_, _) => { }));
    }

    private static float[][] Vectors(double spread) =>
        [.. Sizes.Select((size, i) => Sets.Round(size.Images, Dimension, spread, i).Values)];

    private static ConsistencyFloor? Floor(float[][] sets, int[] order, out List<int> reads)
    {
        List<int> read = [];
        var sums = new FloorSums(Sizes, Dimension);
        foreach (var set in order)
        {
            sums.Add(set, sets[set]);
        }

        reads = read;
        return sums.Floor(
            (set, vectors) =>
            {
                read.Add(set);
                sets[set].CopyTo(vectors);
            },
            1
        );
    }
}
