using Parquet;
using Parquet.Schema;
using Semblance.Consistency;
using Semblance.Runs.Embedding;
using Semblance.Runs.Inputs;

namespace Semblance.Runs.Tests.Inputs;

/// <summary>Data sets in the forms of Hugging Face: a table of metadata beside images, and images within Parquet.</summary>
public sealed class MetadataFolderTests : IDisposable
{
    private readonly Workplace _place = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData(
        "metadata.jsonl",
        "{\"file_name\":\"0.png\",\"text\":\"a fox\"}\n{\"file_name\":\"1.png\",\"text\":\"an owl\"}\n"
    )]
    [InlineData("metadata.csv", "file_name,text\n0.png,a fox\n1.png,an owl\n")]
    [InlineData("metadata.csv", "file_name,label,prompt,text\n0.png,3,a fox,x\n1.png,4,an owl,x\n")]
    public void A_table_beside_the_images_names_their_prompts(string name, string table)
    {
        _place.File("train/0.png", "0");
        _place.File("train/1.png", "1");
        _place.File($"train/{name}", table);
        foreach (var path in (string[])["train", $"train/{name}"])
        {
            var read = Read(path);
            Assert.True(read.PromptsAreRaw);
            Assert.Equal(
                [("train", "a fox", _place.At("train/0.png")), ("train", "an owl", _place.At("train/1.png"))],
                read.Rows.Select(row => (row.Model, row.Prompt, row.Path))
            );
        }
    }

    [Fact]
    public void Tables_of_several_folders_are_models_and_images_in_none_are_named()
    {
        _place.File("data/train/images/0.png", "0");
        _place.File("data/train/images/1.png", "1");
        _place.File("data/train/metadata.csv", "file_name,text,seed\nimages/0.png,a fox,7\nimages/1.png,a fox,8\n");
        _place.File("data/test/0.png", "2");
        _place.File("data/test/9.png", "3");
        _place.File(
            "data/test/metadata.jsonl",
            "{\"file_name\":\"0.png\",\"text\":\"a fox\",\"model\":\"xl\",\"seed\":7}\n"
        );
        var read = Read("data");
        Assert.Equal([("train", "7"), ("train", "8"), ("xl", "7")], read.Rows.Select(row => (row.Model, row.Seed)));
        var left = Assert.Single(read.Empty);
        Assert.Equal(_place.At("data/test/9.png"), left.Path);
        Assert.Contains("is not named in", left.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_no_system_has_is_a_bad_file()
    {
        _place.File("sd-1.5/0.png", "0");
        _place.File(
            "sd-1.5/metadata.jsonl",
            "{\"file_name\":\"0.png\",\"text\":\"a fox\"}\n{\"file_name\":\"a\\u0000.png\",\"text\":\"a fox\"}\n"
        );
        var read = Read("sd-1.5");
        Assert.Equal("sd-1.5", Assert.Single(read.Rows).Model);
        Assert.Contains("U+0000", Assert.Single(read.Bad).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_without_prompts_leaves_the_folders_as_they_are()
    {
        _place.File("data/fox/0.png", "0");
        _place.File("data/fox/1.png", "1");
        _place.File("data/metadata.csv", "file_name,label\nfox/0.png,1\nfox/1.png,2\n");
        var read = Read("data");
        Assert.Equal(["fox", "fox"], read.Rows.Select(row => row.Prompt));
        Assert.Equal(1, read.Ignored[".csv"]);
    }

    [Fact]
    public async Task Images_within_parquet_are_read_in_place_and_known_again()
    {
        var image = new StructField("image", new DataField<byte[]>("bytes"), new DataField<string>("path"));
        var text = new DataField<string>("text");
        for (var shard = 0; shard < 2; shard++)
        {
            await using var file = File.Create(_place.At($"train-0000{shard}-of-00002.parquet"));
            await using var writer = await ParquetWriter.CreateAsync(
                new ParquetSchema(image, text),
                file,
                cancellationToken: Token
            );
            for (var part = 0; part < 2; part++)
            {
                using var rows = writer.CreateRowGroup();
                var name = $"{shard}{part}";
                byte[]?[] bytes =
                [
                    [(byte)'a', (byte)name[0], (byte)name[1]],
                    [(byte)'b', (byte)name[0], (byte)name[1]],
                ];
                await rows.WriteAsync((DataField)image.Fields[0], bytes!);
                await rows.WriteAsync((DataField)image.Fields[1], new[] { $"{name}a.png", $"{name}b.png" }!);
                await rows.WriteAsync(text, new[] { "a fox", "an owl" }!);
            }
        }

        var read = (ImageInput)
            InputReader.Read([.. Enumerable.Range(0, 2).Select(i => _place.At($"train-0000{i}-of-00002.parquet"))]);
        Assert.Equal(["train"], read.Rows.Select(row => row.Model).Distinct());
        var folder = Path.GetDirectoryName(_place.At("train-00000-of-00002.parquet"))!;
        Assert.Equal(
            read.Rows.Select(row => (row.Model, row.Prompt, row.Path)),
            ((ImageInput)InputReader.Read([folder])).Rows.Select(row => (row.Model, row.Prompt, row.Path))
        );
        Assert.Equal(4, read.Rows.Count(row => row.Prompt == "a fox"));
        Assert.Equal(_place.At("train-00000-of-00002.parquet/00a.png"), read.Rows[0].Path);
        using var encoder = new FakeEncoder();
        using var embedded = await EmbedStage.RunAsync(_place.Run(), encoder, read, cancellationToken: Token);
        Assert.Equal(8, embedded.Embedded);
        using var again = new FakeEncoder();
        using var known = await EmbedStage.RunAsync(
            _place.Run(),
            again,
            (ImageInput)InputReader.Read([_place.At("run")]),
            cancellationToken: Token
        );
        Assert.Equal((8, 0, 0), (known.Rows.Count, known.Embedded, again.Prepared));
    }

    private ImageInput Read(string path) => (ImageInput)InputReader.Read([_place.At(path)]);
}
