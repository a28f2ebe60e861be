using Semblance.Runs.Sharding;

namespace Semblance.Runs.Tests.Sharding;

public sealed class ShardTests
{
    [Theory]
    [InlineData("0/1", 0, 1)]
    [InlineData("7/8", 7, 8)]
    public void A_shard_is_its_number_and_how_many_there_are(string text, int index, int count) =>
        Assert.Equal(new Shard(index, count), Shard.Parse(text));

    [Theory]
    [InlineData("8/8", "There is no shard 8/8: the shards of 8 are 0/8 to 7/8.")]
    [InlineData("0/0", "There is no shard 0/0: at least one shard is needed.")]
    [InlineData("1", "A shard is I/N, such as 0/8 for the first of 8, not '1'.")]
    [InlineData("-1/8", "A shard is I/N, such as 0/8 for the first of 8, not '-1/8'.")]
    [InlineData("1/8/2", "A shard is I/N, such as 0/8 for the first of 8, not '1/8/2'.")]
    public void What_is_no_shard_is_refused(string text, string message) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => Shard.Parse(text)).Message);

    [Theory]
    [InlineData("SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_COUNT=8 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=7", "3/8")]
    [InlineData("SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_COUNT=8 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=8", "2/8")]
    [InlineData("SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_COUNT=8", "3/8")]
    [InlineData("JOB_COMPLETION_INDEX=3 SEMBLANCE_SHARDS=8", "3/8")]
    [InlineData(
        "SLURM_ARRAY_TASK_ID=5 SLURM_ARRAY_TASK_COUNT=2 SLURM_ARRAY_TASK_MIN=2 SLURM_ARRAY_TASK_MAX=5",
        "The tasks 2 to 5 of the array are 2, so their numbers do not say which shard of how many this is; name it, such as $SLURM_ARRAY_TASK_ID/8."
    )]
    [InlineData(
        "JOB_COMPLETION_INDEX=3",
        "The job does not say which shard this is: SEMBLANCE_SHARDS is not set to a whole number."
    )]
    [InlineData("JOB_COMPLETION_INDEX=8 SEMBLANCE_SHARDS=8", "There is no shard 8/8: the shards of 8 are 0/8 to 7/8.")]
    [InlineData(
        "HOME=/root",
        "This process is part of no job: neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set; name the shard, such as 0/8."
    )]
    public void An_engine_says_which_shard_a_process_is(string variables, string expected)
    {
        var given = variables.Split(' ').Select(one => one.Split('=')).ToDictionary(one => one[0], one => one[1]);
        string actual;
        try
        {
            actual = Shard.OfJob(given.GetValueOrDefault).ToString();
        }
        catch (UsageException error)
        {
            actual = error.Message;
        }

        Assert.Equal(expected, actual);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Every_image_is_of_one_shard_and_shards_are_about_as_large(int count)
    {
        var sizes = new int[count];
        for (var seed = 0; seed < 4000; seed++)
        {
            var owners = Enumerable
                .Range(0, count)
                .Where(index => new Shard(index, count).Owns("sdxl", $"prompt {seed % 80}", $"{seed / 80}"));
            sizes[Assert.Single(owners)]++;
        }

        // Five standard deviations of a binomial.
        var mean = 4000.0 / count;
        Assert.All(sizes, size => Assert.InRange(size, mean - (5 * Math.Sqrt(mean)), mean + (5 * Math.Sqrt(mean))));
    }

    [Fact]
    public void Which_shard_an_image_is_of_never_changes() =>
        // Shards of several versions may work on one run.
        Assert.Equal(
            "5 7 1 3",
            string.Join(
                ' ',
                new[]
                {
                    ("sdxl", "a fox", "1"),
                    ("sdxl", "a fox", "2"),
                    ("pixart", "a fox", "1"),
                    ("", "né", "a.png"),
                }.Select(image =>
                    Enumerable
                        .Range(0, 8)
                        .Single(index => new Shard(index, 8).Owns(image.Item1, image.Item2, image.Item3))
                )
            )
        );
}
