using System.IO.Compression;
using System.Text;
using Semblance.Consistency;
using Semblance.Runs.Embedding;
using Semblance.Runs.Inputs;

namespace Semblance.Runs.Tests.Inputs;

public sealed class ArchiveReaderTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("a.png b.png", " set", " set")]
    [InlineData("fox/1.png owl/1.png", "set fox", "set owl")]
    [InlineData("sd/fox/1.png xl/fox/1.png", "sd fox", "xl fox")]
    [InlineData("set/1.png set/2.png", " set", " set")]
    [InlineData("set/fox/1.png set/owl/1.png", "set fox", "set owl")]
    [InlineData("out/sd/fox/1.png out/xl/fox/1.png", "sd fox", "xl fox")]
    [InlineData("./fox/1.png ./owl//1.png", "set fox", "set owl")]
    [InlineData("sd\\fox\\1.png xl\\fox\\1.png", "sd fox", "xl fox")]
    public void The_layout_is_that_of_a_folder_with_the_name_of_the_archive(string names, string first, string second)
    {
        Zip("set.zip", names.Split(' '));
        Assert.Equal([first, second], Read("set.zip").Rows.Select(row => $"{row.Model} {row.Prompt}"));
    }

    [Fact]
    public async Task Images_are_read_in_place_and_known_again_from_the_run_alone()
    {
        Zip("set.zip", ["fox/1.png", "fox/2.png", "owl/1.png"]);
        using var encoder = new FakeEncoder();
        using var embedded = await Embed(encoder, Read("set.zip"));
        Assert.Equal(3, embedded.Embedded);
        Assert.Equal(_place.At("set.zip/fox/1.png"), embedded.Rows[0].Path);
        Assert.Equal(
            ["run", "set.zip"],
            Directory.EnumerateFileSystemEntries(_place.Root).Select(Path.GetFileName).Order()
        );

        using var again = new FakeEncoder();
        using var known = await Embed(again, (ImageInput)InputReader.Read([_place.At("run")]));
        Assert.Equal((0, 0), (known.Embedded, again.Prepared));
        // Another archive of that name.
        Zip("set.zip", ["fox/1.png", "fox/2.png", "owl/1.png"], text: "other");
        using var other = await Embed(again, (ImageInput)InputReader.Read([_place.At("run")]));
        Assert.Equal(3, other.Embedded);
    }

    [Fact]
    public void Names_that_lead_out_links_and_doubles_are_bad_and_the_rest_is_read()
    {
        using (var zip = ZipFile.Open(_place.At("odd.zip"), ZipArchiveMode.Create))
        {
            foreach (var name in (string[])["1.png", "2.png", "../3.png", "/4.png", "C:/5.png", "a/../6.png", "2.png"])
            {
                Add(zip, name, name);
            }

            Add(zip, "link.png", "/etc/passwd").ExternalAttributes = unchecked((int)0xA1FF0000);
        }

        var read = Read("odd.zip");
        Assert.Equal(["1", "2"], read.Rows.Select(row => row.Seed));
        Assert.Equal(
            ["../3.png", "/4.png", "C:/5.png", "a/../6.png", "2.png", "link.png"],
            read.Bad.Select(file => file.Path[(_place.At("odd.zip").Length + 1)..])
        );
        Assert.Equal(4, read.Bad.Count(file => file.Reason.Contains("leads out", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_is_not_an_image_is_named_or_counted_and_archives_within_are_not_opened()
    {
        Zip(
            "set.zip",
            ["1.png", "2.png", "1.txt", "2.txt", "more.zip", "a.psd", "README", "__MACOSX/._1.png", ".hidden.png"]
        );
        var read = Read("set.zip");
        Assert.Equal(2, read.Rows.Count);
        Assert.Equal(
            [("." + "txt", 2), (".zip", 1)],
            read.Ignored.OrderBy(kind => kind.Key).Select(kind => (kind.Key, kind.Value))
        );
        Assert.Equal(["a.psd", "README"], read.Empty.Select(file => Path.GetFileName(file.Path)));
    }

    [Fact]
    public void Archives_that_cannot_be_are_refused()
    {
        _place.File("text.zip", "this is not a zip archive, however long it is");
        Assert.Contains("not a zip archive", Refused("text.zip"), StringComparison.Ordinal);
        Zip("empty.zip", ["readme.txt"]);
        Assert.Contains("holds no images", Refused("empty.zip"), StringComparison.Ordinal);
        Zip("whole.zip", ["1.png", "2.png"]);
        File.WriteAllBytes(_place.At("cut.zip"), File.ReadAllBytes(_place.At("whole.zip"))[..60]);
        Assert.Contains("damaged", Refused("cut.zip"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_is_damaged_or_too_large_is_a_bad_file()
    {
        Zip("set.zip", ["1.png", "2.png", "3.png"], level: CompressionLevel.NoCompression);
        var bytes = File.ReadAllBytes(_place.At("set.zip"));
        bytes[bytes.AsSpan().IndexOf("content 2"u8)] ^= 1;
        File.WriteAllBytes(_place.At("set.zip"), bytes);
        using var encoder = new FakeEncoder();
        using var embedded = await Embed(encoder, Read("set.zip"), new EmbedOptions(SkipBad: true));
        var bad = Assert.Single(embedded.Skipped);
        Assert.Equal((_place.At("set.zip/2.png"), "is damaged: its checksum is wrong"), (bad.Path, bad.Reason));
        var error = await Assert.ThrowsAsync<InputException>(() =>
            Embed(new FakeEncoder(weights: "w2"), Read("set.zip"), new EmbedOptions { MaxFileBytes = 5 })
        );
        Assert.Contains(error.Remedies, remedy => remedy.Kind == RemedyKind.AllowMoreBytes);
    }

    [Fact]
    public async Task A_member_that_claims_more_than_packing_can_do_takes_no_memory()
    {
        Zip("bomb.zip", ["1.png", "2.png"], text: new string('x', 100_000));
        var bytes = File.ReadAllBytes(_place.At("bomb.zip"));
        // The length in the central directory, which is believed.
        var at = bytes.AsSpan().IndexOf([(byte)'P', (byte)'K', (byte)1, (byte)2]);
        BitConverter.GetBytes(500_000_000).CopyTo(bytes, at + 24);
        File.WriteAllBytes(_place.At("bomb.zip"), bytes);
        var read = Read("bomb.zip");
        Assert.Contains("more than is possible", Assert.Single(read.Bad).Reason, StringComparison.Ordinal);
        using var encoder = new FakeEncoder();
        using var embedded = await Embed(encoder, read, new EmbedOptions(SkipBad: true));
        Assert.Equal(1, embedded.Embedded);
    }

    [Fact]
    public async Task Tables_of_metadata_within_name_the_prompts()
    {
        Zip("data.zip", ["train/images/0.png", "train/images/1.png", "test/0.png", "test/9.png"]);
        using (var zip = ZipFile.Open(_place.At("data.zip"), ZipArchiveMode.Update))
        {
            Add(
                zip,
                "train/metadata.csv",
                "file_name,text,seed\nimages/0.png,a fox,7\nimages/1.png,a fox,8\nimages/2.png,a fox,9\n"
            );
            Add(zip, "test/metadata.jsonl", "{\"file_name\":\"0.png\",\"text\":\"a fox\",\"seed\":7}\n");
        }

        var read = Read("data.zip");
        Assert.True(read.PromptsAreRaw);
        Assert.Equal(
            [("test", "a fox", "7"), ("train", "a fox", "7"), ("train", "a fox", "8")],
            read.Rows.Select(row => (row.Model, row.Prompt, row.Seed!))
        );
        Assert.Equal(_place.At("data.zip/train/images/2.png"), Assert.Single(read.Bad).Path);
        Assert.Equal(_place.At("data.zip/test/9.png"), Assert.Single(read.Empty).Path);
        Assert.Empty(read.Ignored);
        using var encoder = new FakeEncoder();
        using var embedded = await Embed(encoder, read, new EmbedOptions(SkipBad: true));
        Assert.Equal(3, embedded.Embedded);
    }

    [Fact]
    public void A_broken_table_within_is_named_by_its_place_in_the_archive()
    {
        Zip("set.zip", ["0.png", "1.png"]);
        using (var zip = ZipFile.Open(_place.At("set.zip"), ZipArchiveMode.Update))
        {
            Add(zip, "metadata.jsonl", "{\"file_name\":\"0.png\",\"text\":\"a fox\"}\n{\n");
        }

        var message = Refused("set.zip");
        Assert.StartsWith(_place.At("set.zip/metadata.jsonl") + ", line 2", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_beside_everything_is_called_as_the_archive()
    {
        Zip("sd-1.5.zip", ["0.png", "1.png"]);
        using (var zip = ZipFile.Open(_place.At("sd-1.5.zip"), ZipArchiveMode.Update))
        {
            Add(zip, "metadata.csv", "file_name,prompt\n0.png,a fox\n1.png,a fox\n");
        }

        Assert.Equal(["sd-1.5", "sd-1.5"], Read("sd-1.5.zip").Rows.Select(row => row.Model));
    }

    private void Zip(
        string name,
        IEnumerable<string> members,
        string text = "content",
        CompressionLevel level = CompressionLevel.Fastest
    )
    {
        File.Delete(_place.At(name));
        using var zip = ZipFile.Open(_place.At(name), ZipArchiveMode.Create);
        foreach (var (i, member) in members.Index())
        {
            Add(zip, member, $"{text} {i + 1}", level);
        }
    }

    private static ZipArchiveEntry Add(
        ZipArchive zip,
        string name,
        string content,
        CompressionLevel level = CompressionLevel.Fastest
    )
    {
        var entry = zip.CreateEntry(name, level);
        using var stream = entry.Open();
        stream.Write(Encoding.UTF8.GetBytes(content));
        return entry;
    }

    private ImageInput Read(string name) => (ImageInput)InputReader.Read([_place.At(name)]);

    private string Refused(string name) =>
        Assert.Throws<InputException>(() => InputReader.Read([_place.At(name)])).Message;

    private Task<EmbedResult> Embed(FakeEncoder encoder, ImageInput images, EmbedOptions? options = null) =>
        EmbedStage.RunAsync(_place.Run(), encoder, images, options, TestContext.Current.CancellationToken);
}
