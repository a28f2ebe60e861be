using System.IO.Compression;
using System.Text;
using Semblance.Runs.Comparing;
using Semblance.Runs.Formats;
using Semblance.Runs.Inputs;

namespace Semblance.Runs.Tests.Inputs;

/// <summary>Tables in several files, compressed ones, and embeddings in numbered columns.</summary>
public sealed class PartsAndCompressedTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_folder_of_parts_is_one_table_and_marks_of_the_writer_are_passed_over()
    {
        Write("scores/part-00000-x.csv", "model,prompt,scs\na,fox,80\n");
        Write("scores/part-00001-x.csv", "");
        Write("scores/part-00002-x.csv", "model,prompt,scs\nb,fox,90\n");
        Write("scores/_SUCCESS", "");
        Write("scores/.part-00000-x.csv.crc", "x");
        Assert.Equal([("a", 80.0), ("b", 90.0)], Scores("scores"));
    }

    [Fact]
    public void Parts_of_JSON_lines_and_compressed_ones_are_read_in_the_order_of_their_numbers()
    {
        Write("t/part-2.json", """{"model": "a", "prompt": "fox", "scs": 1}""");
        Compress("t/part-10.json.gz", """{"scs": 2, "prompt": "fox", "model": "b"}""");
        Assert.Equal([("a", 1.0), ("b", 2.0)], Scores("t"));
    }

    [Fact]
    public void A_fault_in_a_part_names_the_part_and_its_line()
    {
        Write("t/part-0.csv", "model,prompt,scs\na,fox,80\n");
        Write("t/part-1.csv", "model,prompt,scs\nb,fox,many\n");
        Assert.Contains("part-1.csv, line 2", Assert.Throws<InputException>(() => Scores("t")).Message);
    }

    [Fact]
    public void Tables_beside_other_files_are_no_parts()
    {
        Write("t/part-0.csv", "model,prompt,scs\na,fox,80\n");
        Write("t/notes.txt", "x");
        Assert.Contains(
            "holds tables",
            Assert.Throws<InputException>(() => InputReader.Read([_place.At("t")])).Message
        );
    }

    [Fact]
    public void A_compressed_table_is_named_without_either_extension()
    {
        Compress("sdxl.csv.gz", "prompt,scs\nfox,80\n");
        Assert.Equal([("sdxl", 80.0)], Scores("sdxl.csv.gz"));
    }

    [Fact]
    public void A_compressed_table_that_is_cut_short_is_refused()
    {
        Compress(
            "t.csv.gz",
            "prompt,scs\n" + string.Concat(Enumerable.Range(0, 2000).Select(i => $"fox {i * i},{i % 90}\n"))
        );
        var path = _place.At("t.csv.gz");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^300]);
        Assert.Contains("is cut short", Assert.Throws<InputException>(() => Scores("t.csv.gz")).Message);
    }

    [Fact]
    [Trait("speed", "slow")]
    public void A_compressed_table_that_would_fill_memory_is_refused()
    {
        Compress("t.csv.gz", "prompt,scs\n" + new string('\n', 40 << 20));
        Assert.Contains("grows", Assert.Throws<InputException>(() => Scores("t.csv.gz")).Message);
    }

    [Theory]
    [InlineData("emb_0,emb_1,emb_2")]
    [InlineData("embedding_1,embedding_2,embedding_3")]
    [InlineData("dim0,dim1,dim2")]
    [InlineData("clip_feature.0,clip_feature.1,clip_feature.2")]
    public void Numbered_columns_are_an_embedding_and_the_reader_is_told(string columns)
    {
        Write("t.csv", $"prompt,seed,{columns}\nfox,0,1,2,3\nfox,1,4,-5,0.5\n");
        var input = Assert.IsType<EmbeddingInput>(InputReader.Read([_place.At("t.csv")]));
        var set = Assert.Single(input.Sets);
        Assert.Equal(3, set.Dimension);
        Assert.Equal(-1.25f * set.Vectors.Span[3], set.Vectors.Span[4]);
        Assert.Contains("embeddings of 3 numbers", Assert.Single(input.Notes));
        Assert.False(CompareInput.IsScored(_place.At("t.csv")));
    }

    [Fact]
    public void Columns_of_numbers_alone_are_an_embedding_in_the_order_of_their_numbers()
    {
        var order = Enumerable.Range(0, 12).Reverse().ToArray();
        Write("t.jsonl", "{\"prompt\": \"fox\", " + string.Join(", ", order.Select(i => $"\"{i}\": {i + 1}")) + "}");
        var set = Assert.Single(Assert.IsType<EmbeddingInput>(InputReader.Read([_place.At("t.jsonl")])).Sets);
        Assert.Equal(12, set.Vectors.Span[11] / set.Vectors.Span[0], 1e-6);
    }

    [Fact]
    public void A_few_numbered_models_stay_scores()
    {
        Write("t.csv", "prompt,model_1,model_2\nfox,70,80\n");
        Assert.Equal([("model_1", 70.0), ("model_2", 80.0)], Scores("t.csv"));
    }

    [Fact]
    public void A_number_that_is_missing_makes_its_row_bad()
    {
        Write("t.csv", "prompt,emb_0,emb_1\nfox,1,2\nfox,,2\n");
        Assert.Contains("no number 1 of 2", Assert.Single(InputReader.Read([_place.At("t.csv")]).Bad).Reason);
    }

    [Fact]
    public void A_path_with_a_NUL_character_is_bad()
    {
        Write("1.png", "x");
        Write("t.jsonl", "{\"path\": \"1.png\"}\n{\"path\": \"1\\u0000.png\"}\n");
        Assert.Contains("U+0000", Assert.Single(InputReader.Read([_place.At("t.jsonl")]).Bad).Reason);
    }

    [Theory]
    [InlineData("5041523152" + "f919" + "020000005041523100")]
    [InlineData("50415231" + "f919" + "0200000050415231")]
    [InlineData("50415231" + "1504190000" + "ffffff7f50415231")]
    [InlineData("50415231" + "15041935" + "0400000050415231")]
    public void Parquet_with_a_damaged_end_is_refused_and_not_followed(string bytes)
    {
        File.WriteAllBytes(_place.At("t.parquet"), Convert.FromHexString(bytes));
        Assert.Contains(
            "cannot be read as parquet",
            Assert.Throws<InputException>(() => InputReader.Read([_place.At("t.parquet")])).Message
        );
    }

    [Fact]
    public void Parquet_that_claims_more_rows_than_bytes_is_refused_with_the_reason()
    {
        using (var file = File.Create(_place.At("t.parquet")))
        {
            new ParquetColumns().Number("scs", new long?[(1 << 20) + 1]).Write(file);
        }

        Assert.Contains(
            "t.parquet cannot be read as parquet: it claims 1048577 rows in ",
            Assert.Throws<InputException>(() => InputReader.Read([_place.At("t.parquet")])).Message
        );
    }

    [Fact]
    public void Parquet_that_is_nested_without_end_is_refused()
    {
        byte[] nested = [.. Enumerable.Repeat((byte)0x19, 60_000)];
        File.WriteAllBytes(
            _place.At("t.parquet"),
            [.. "PAR1"u8, .. nested, .. BitConverter.GetBytes(nested.Length), .. "PAR1"u8]
        );
        Assert.Contains(
            "damaged",
            Assert.Throws<InputException>(() => InputReader.Read([_place.At("t.parquet")])).Message
        );
    }

    private (string, double)[] Scores(string name) =>
        [.. CompareInput.Read([_place.At(name)], null).Scores.Select(score => (score.Model, score.Scs))];

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_place.At(name))!);
        File.WriteAllText(_place.At(name), text);
    }

    private void Compress(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_place.At(name))!);
        using var stream = new GZipStream(File.Create(_place.At(name)), CompressionLevel.Optimal);
        stream.Write(Encoding.UTF8.GetBytes(text));
    }
}
