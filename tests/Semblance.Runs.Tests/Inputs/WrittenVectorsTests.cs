using System.IO.Compression;
using System.Text;
using Semblance.Comparison;
using Semblance.Consistency;
using Semblance.Runs.Comparing;
using Semblance.Runs.Formats;
using Semblance.Runs.Inputs;
using Semblance.Runs.Scoring;
using Semblance.Tensors;
using Semblance.Variance;

namespace Semblance.Runs.Tests.Inputs;

/// <summary>Embeddings and numbers in the types and formats that other programs write.</summary>
public sealed class WrittenVectorsTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("strvec.parquet")]
    [InlineData("emb.parquet", "embedding=emb")]
    public void Lists_and_lists_as_text_are_the_same_embeddings(string name, params string[] columns)
    {
        ScoreReport report = Score(name, ColumnMap.Parse(columns));
        Assert.Equal(
            [("a", 32.76), ("b", 33.57)],
            report.Models.Select(model => (model.Model, Math.Round(model.MeanScs, 2)))
        );
    }

    [Theory]
    [InlineData("i16.parquet")]
    [InlineData("u32.parquet")]
    public void Seeds_of_every_width_are_numbers(string name)
    {
        TableFile table = TableFile.Open(Tables.At(name), ColumnMap.None);
        var seeds = table.Read(["seed"]).Columns[0]!;
        Assert.Equal(["0", "1"], seeds.Distinct());
    }

    [Theory]
    [InlineData("scores_decimal.parquet", 80.5, 70.25, 82.0, 71.0)]
    [InlineData("dec.parquet", 70.25, 71.25, 72.25, 73.25)]
    [InlineData("enum.parquet", 70.5, 71.5, 72.5, 73.5)]
    public void Decimals_small_integers_and_dictionaries_are_read_in_tables_of_scores(
        string name,
        params double[] first
    )
    {
        using CompareInput input = CompareInput.Read([Tables.At(name)], null);
        Assert.Equal(first, input.Scores.Take(4).Select(score => score.Scs));
        Assert.Equal(["a", "b"], input.Scores.Select(score => score.Model).Distinct().Order());
    }

    [Fact]
    public void Values_within_groups_are_columns_by_their_path()
    {
        var map = ColumnMap.Parse(["prompt=meta.prompt", "model=meta.model", "embedding=meta.deep.v"]);
        EmbeddingInput grouped = Assert.IsType<EmbeddingInput>(InputReader.Read([Tables.At("struct.parquet")], map));
        EmbeddingInput plain = Assert.IsType<EmbeddingInput>(InputReader.Read([Tables.At("fixed.parquet")]));
        Assert.Equal(8, grouped.Sets.Count);
        Assert.Equal(
            plain.Sets.Select(set => (set.Model, set.Prompt)),
            grouped.Sets.Select(set => (set.Model, set.Prompt))
        );
        Assert.True(plain.Rounded && !grouped.Rounded);
    }

    [Fact]
    public void Rows_without_a_prompt_model_or_embedding_are_bad_by_their_number()
    {
        var map = ColumnMap.Parse(["prompt=meta.prompt", "model=meta.model"]);
        EmbeddingInput input = Assert.IsType<EmbeddingInput>(InputReader.Read([Tables.At("structnull.parquet")], map));
        Assert.Equal(
            [
                ("row 6", "the prompt of the embedding is empty"),
                ("row 8", "the embedding holds no numbers"),
                ("row 9", "the embedding holds no numbers"),
            ],
            input.Bad.Select(bad => (bad.Path.Split(", ")[1], bad.Reason))
        );
        Assert.Equal(37, input.Sets.Sum(set => set.Count));
        input = Assert.IsType<EmbeddingInput>(InputReader.Read([Tables.At("nullvec.parquet")]));
        Assert.Equal(["row 4", "row 8", "row 12", "row 16"], input.Bad.Select(bad => bad.Path.Split(", ")[1]));
        input = Assert.IsType<EmbeddingInput>(InputReader.Read([Tables.At("null-prompt.parquet")]));
        Assert.Equal(8, input.Bad.Count(bad => bad.Reason == "the prompt of the embedding is empty"));
    }

    [Fact]
    public void Numbers_in_half_precision_are_numbers()
    {
        var table = TableFile.Open(Tables.At("half.parquet"), ColumnMap.None);
        Assert.Equal(["70.5", "71.5", "72.5", null, "74.5", "75.5", "76.5", "77.5"], table.Read(["scs"]).Columns[0]!);
        EmbeddingInput input = Assert.IsType<EmbeddingInput>(InputReader.Read([Tables.At("half.parquet")]));
        Assert.Equal("row 6", Assert.Single(input.Bad).Path.Split(", ")[1]);
        Assert.Equal([1f, 0, -0.5f, 1, 0.5f, -0.5f], input.Sets[0].Vectors.ToArray()[..6]);
    }

    [Fact]
    public void A_folder_of_tables_is_refused_with_what_to_do()
    {
        _place.File("out.csv/july.csv", "prompt,scs\nfox,80\n");
        _place.File("out.csv/_SUCCESS", "");
        var error = Assert.Throws<InputException>(() => InputReader.Read([_place.At("out.csv")]));
        Assert.Contains("it holds tables (july.csv); name the files", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Seeds_beside_embeddings_are_used_in_comparisons()
    {
        EmbeddingInput input = Assert.IsType<EmbeddingInput>(InputReader.Read([Tables.At("pilot.parquet")]));
        using CompareInput compared = CompareInput.Of(ScoreStage.Run(input, new ScoreSettings()), input);
        var variance = CompareStage
            .Run(compared, new MatchOptions(), new ComparisonOptions(), TestContext.Current.CancellationToken)
            .Report.Pairs[0]
            .Variance!;
        Assert.Equal(33.25, variance.Total, 2);
        Assert.Equal(9.32, variance.Seeds, 2);
        Assert.Equal(23.93, variance.Prompts, 2);
        Assert.Equal(new CommonSeeds(40, 0, 0, 0), variance.CommonSeeds);
        var plan = PlanStage.Run(compared, new MatchOptions(), new PlanSubject(null, "m0", "m1"));
        Assert.Equal(16.50, plan.Seeds.Zeta1, 2);
        Assert.Equal(62.90, plan.Seeds.Zeta2, 2);
    }

    [Fact]
    public void Seeds_that_are_not_told_are_unknown_and_not_different()
    {
        EmbeddingInput input = Assert.IsType<EmbeddingInput>(InputReader.Read([Tables.At("pilot.parquet")]));
        input = input with { Sets = [.. input.Sets.Select(set => set with { Seeds = null })] };
        using CompareInput compared = CompareInput.Of(ScoreStage.Run(input, new ScoreSettings()), input);
        var variance = CompareStage
            .Run(compared, new MatchOptions(), new ComparisonOptions(), TestContext.Current.CancellationToken)
            .Report.Pairs[0]
            .Variance!;
        Assert.Equal(new CommonSeeds(0, 0, 0, 0) { Unknown = 40 }, variance.CommonSeeds);
    }

    [Fact]
    public void A_seed_twice_in_a_set_of_embeddings_is_refused()
    {
        _place.File("e.csv", "prompt,seed,embedding\nfox,0,\"[1, 0]\"\nfox,0.0,\"[0, 1]\"\n");
        var error = Assert.Throws<InputException>(() => InputReader.Read([_place.At("e.csv")]));
        Assert.Contains("prompt \"fox\", seed 0", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("e.csv", "prompt,seed,embedding\nfox,0,\"[1.0, 2.0]\"\nfox,1,\"[3, 4]\"\n")]
    [InlineData("e.csv", "prompt;seed;embedding\nfox;0;[1.0 2.0]\nfox;1;[3. 4.]\n")]
    [InlineData("e.tsv", "prompt\tseed\tembedding\nfox\t0.0\t{1,2}\nfox\t1.0\t(3,4)\n")]
    [InlineData(
        "e.jsonl",
        "{\"prompt\":\"fox\",\"seed\":0,\"embedding\":[1,2]}\n{\"prompt\":\"fox\",\"seed\":1,\"embedding\":\"3 4\"}\n"
    )]
    [InlineData(
        "e.json",
        "[{\"prompt\":\"fox\",\"seed\":0,\"embedding\":[1,2]},{\"prompt\":\"fox\",\"seed\":1,\"embedding\":[3,4.0]}]"
    )]
    public void Vectors_are_read_from_text(string name, string text)
    {
        _place.File(name, text);
        EmbeddingInput input = Assert.IsType<EmbeddingInput>(InputReader.Read([_place.At(name)]));
        EmbeddingSet set = Assert.Single(input.Sets);
        Assert.Equal(["0", "1"], set.Seeds);
        // Scaled by powers of two, which no score is sensitive to.
        Assert.Equal([0.5f, 1f, 1.5f, 2f], set.Vectors.ToArray().Chunk(2).SelectMany(pair => Scaled(pair, set)));
    }

    [Theory]
    [InlineData("[0.1 0.2 ... 0.3]", "cut short with \"...\"")]
    [InlineData("", "holds no numbers")]
    [InlineData("tensor([0.1])", "which is not a number")]
    public void Vectors_that_are_not_numbers_are_bad_by_their_line(string vector, string reason)
    {
        _place.File("e.tsv", $"prompt\tembedding\nfox\t[1, 2]\nfox\t{vector}\n");
        SkippedFile bad = Assert.Single(InputReader.Read([_place.At("e.tsv")]).Bad);
        Assert.EndsWith("e.tsv, line 3", bad.Path, StringComparison.Ordinal);
        Assert.Contains(reason, bad.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Embeddings_of_two_lengths_in_a_set_are_refused_by_their_line()
    {
        _place.File("e.tsv", "prompt\tembedding\nfox\t[1, 2]\nfox\t[1, 2, 3]\n");
        var error = Assert.Throws<InputException>(() => InputReader.Read([_place.At("e.tsv")]));
        Assert.Contains(
            "line 3: an embedding of 3 numbers in a set of others of 2",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_empty_model_means_the_same_in_every_format()
    {
        _place.File("1.png", "x");
        _place.File("2.png", "x");
        _place.File("t.csv", "path,model,prompt\n1.png,m,A dog\n2.png,,A dog\n");
        _place.File(
            "t.jsonl",
            "{\"path\":\"1.png\",\"model\":\"m\",\"prompt\":\"A dog\"}\n{\"path\":\"2.png\",\"model\":null,\"prompt\":\"A dog\"}\n"
        );
        foreach (var name in (string[])["t.csv", "t.jsonl"])
        {
            SkippedFile bad = Assert.Single(InputReader.Read([_place.At(name)]).Bad);
            Assert.Equal("the model of 2.png is empty", bad.Reason);
        }

        _place.File("u.csv", "path,model,prompt\n1.png,,A dog\n2.png,,A dog\n");
        _place.File(
            "u.jsonl",
            "{\"path\":\"1.png\",\"model\":null,\"prompt\":\"A dog\"}\n{\"path\":\"2.png\",\"prompt\":\"A dog\"}\n"
        );
        foreach (var name in (string[])["u.csv", "u.jsonl"])
        {
            ImageInput input = Assert.IsType<ImageInput>(InputReader.Read([_place.At(name)]));
            Assert.Equal(["u", "u"], input.Rows.Select(row => row.Model));
        }
    }

    [Fact]
    public void Big_endian_arrays_are_turned_round()
    {
        EmbeddingInput input = Assert.IsType<EmbeddingInput>(InputReader.Read([Tables.At("be4.npy")]));
        EmbeddingSet set = Assert.Single(input.Sets);
        Assert.Equal((6, 32), (set.Count, set.Dimension));
        byte[] raw = File.ReadAllBytes(Tables.At("be4.npy"))[128..];
        Assert.Equal(System.Buffers.Binary.BinaryPrimitives.ReadSingleBigEndian(raw), set.Vectors.Span[0]);
        Assert.Equal(41.66, ScoreStage.Run(input, new ScoreSettings()).Sets[0].Scs, 2);
    }

    [Fact]
    public void Numbers_of_eight_bits_are_refused_by_their_true_name()
    {
        SkippedFile bad = Assert.Single(InputReader.Read([Tables.At("f8.safetensors")]).Bad);
        Assert.Contains(
            "tensor \"m/p\" holds F8_E4M3, which is not read; save it as F64, F32, F16 or BF16",
            bad.Reason,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void An_npz_is_read_as_a_folder_of_arrays_is(CompressionLevel level)
    {
        Npz(
            "v.npz",
            level,
            ("a/fox.npy", Npy("<f4", "(2, 2)", [1, 2, 3, 4])),
            ("b/fox.npy", Npy("<f4", "(2, 2)", [5, 6, 7, 8]))
        );
        EmbeddingInput input = Assert.IsType<EmbeddingInput>(InputReader.Read([_place.At("v.npz")]));
        Assert.Equal([("a", "fox"), ("b", "fox")], input.Sets.Select(set => (set.Model, set.Prompt)));
        Assert.Equal([1f, 2, 3, 4], input.Sets[0].Vectors.ToArray());
        Npz("sdxl.npz", level, ("fox.npy", Npy("<f4", "(2, 2)", [1, 2, 3, 4])), ("notes.txt", [1]));
        input = Assert.IsType<EmbeddingInput>(InputReader.Read([_place.At("sdxl.npz")]));
        Assert.Equal(("sdxl", "fox"), (input.Sets[0].Model, input.Sets[0].Prompt));
    }

    [Fact]
    public void An_npz_that_cannot_be_used_is_bad()
    {
        _place.File("x.npz", "no zip");
        Assert.Contains("is damaged or is not a .npz file", Bad("x.npz"), StringComparison.Ordinal);
        Npz("x.npz", CompressionLevel.Optimal, ("a.npy", new byte[80 << 20]));
        Assert.Contains("would grow from", Bad("x.npz"), StringComparison.Ordinal);
        Npz("x.npz", CompressionLevel.Optimal, ("a.npy", Npy("|O", "(2, 2)", [1, 2])));
        Assert.Contains("the array \"a\" holds numbers of type |O", Bad("x.npz"), StringComparison.Ordinal);
        Npz("x.npz", CompressionLevel.Optimal, ("a.npy", Npy("<f4", "(200, 200)", [1, 2])));
        Assert.Contains("8 bytes of numbers where 200 x 200", Bad("x.npz"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("t.xlsx", "save the table as \"CSV UTF-8\"")]
    [InlineData("t.parquet.gz", "decompress it first")]
    [InlineData("t.feather", "write the table as Parquet")]
    [InlineData("t.pkl", "numpy.save")]
    public void Other_kinds_of_files_are_refused_with_what_to_do(string name, string advice)
    {
        _place.File(name, "x");
        Assert.Contains(
            advice,
            Assert.Throws<InputException>(() => InputReader.Read([_place.At(name)])).Message,
            StringComparison.Ordinal
        );
    }

    private static IEnumerable<float> Scaled(float[] pair, EmbeddingSet set) =>
        pair.Select(value => value * (pair[0] / pair[1] < 0.6f ? 1f / pair[1] : 2f / pair[1]) * (set.Dimension / 2f));

    private string Bad(string name) => Assert.Single(InputReader.Read([_place.At(name)]).Bad).Reason;

    private ScoreReport Score(string name, ColumnMap map) =>
        ScoreStage.Run(Assert.IsType<EmbeddingInput>(InputReader.Read([Tables.At(name)], map)), new ScoreSettings());

    private void Npz(string name, CompressionLevel level, params (string Name, byte[] Bytes)[] arrays)
    {
        using var archive = new ZipArchive(File.Create(_place.At(name)), ZipArchiveMode.Create);
        foreach ((var entry, byte[] bytes) in arrays)
        {
            using Stream stream = archive.CreateEntry(entry, level).Open();
            stream.Write(bytes);
        }
    }

    private static byte[] Npy(string type, string shape, float[] values)
    {
        var header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}\n";
        return
        [
            0x93,
            .. "NUMPY"u8,
            1,
            0,
            (byte)header.Length,
            0,
            .. Encoding.ASCII.GetBytes(header),
            .. values.SelectMany(BitConverter.GetBytes),
        ];
    }
}
