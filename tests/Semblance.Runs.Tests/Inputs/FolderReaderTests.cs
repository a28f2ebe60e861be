using System.Diagnostics;
using Semblance.Consistency;
using Semblance.Runs.Embedding;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;

namespace Semblance.Runs.Tests.Inputs;

/// <summary>What is beside the images of a folder, and names and times that hide something.</summary>
public sealed class FolderReaderTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Pictures_that_are_not_read_are_named_and_other_files_counted()
    {
        foreach (
            var name in (string[])
                [
                    "0.png",
                    "1.PNG",
                    "2.psd",
                    "3.tga",
                    "4.ppm",
                    "7",
                    "8.j2k",
                    "12.ico",
                    "0.txt",
                    "1.txt",
                    "a.json",
                    ".DS_Store",
                ]
        )
        {
            _place.File($"s/{name}", name);
        }

        var read = (ImageInput)InputReader.Read([_place.At("s")]);
        Assert.Equal(["0", "1"], read.Rows.Select(row => row.Seed));
        Assert.Equal(
            ["12.ico", "2.psd", "3.tga", "4.ppm", "7", "8.j2k"],
            read.Empty.Select(file => Path.GetFileName(file.Path))
        );
        Assert.Contains("has no extension", read.Empty[4].Reason, StringComparison.Ordinal);
        Assert.Contains(".j2k; save it as PNG", read.Empty[5].Reason, StringComparison.Ordinal);
        Assert.Equal(
            [(".json", 1), (".txt", 2)],
            read.Ignored.OrderBy(kind => kind.Key).Select(kind => (kind.Key, kind.Value))
        );
    }

    [Fact]
    public void A_folder_of_pictures_that_are_not_read_says_so()
    {
        _place.File("s/1.psd", "x");
        var error = Assert.Throws<InputException>(() => InputReader.Read([_place.At("s")]));
        Assert.Contains("1.psd is not read, since its extension is .psd", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_are_not_utf8_are_called_so()
    {
        if (OperatingSystem.IsWindows() || OperatingSystem.IsMacOS())
        {
            Assert.Skip("Names are Unicode here.");
        }

        _place.File("s/good/0.png", "0");
        // Bytes that no .NET call can pass on.
        const string script =
            """cd "$1" && mkdir -p "$(printf 's/caf\351')" flat && cp s/good/0.png "$(printf 's/caf\351/0.png')" && cp s/good/0.png "$(printf 'flat/r\351sum\351.png')" && cp s/good/0.png "$(printf 'flat/r\350sum\350.png')" && cp s/good/0.png flat/1.png""";
        using (var shell = Process.Start("sh", ["-c", script, "sh", _place.Root]))
        {
            shell.WaitForExit();
            Assert.Equal(0, shell.ExitCode);
        }

        var folder = (ImageInput)InputReader.Read([_place.At("s")]);
        Assert.Contains("not UTF-8", Assert.Single(folder.Bad).Reason, StringComparison.Ordinal);
        var flat = (ImageInput)InputReader.Read([_place.At("flat")]);
        Assert.Equal(["1"], flat.Rows.Select(row => row.Seed));
        Assert.Equal(2, flat.Bad.Count);
        Assert.All(flat.Bad, file => Assert.Contains("convmv", file.Reason, StringComparison.Ordinal));
        var error = Assert.Throws<InputException>(() => InputReader.Read([_place.At("s", "caf\uFFFD")]));
        Assert.Contains("not UTF-8", error.Message, StringComparison.Ordinal);
        using (var shell = Process.Start("sh", ["-c", """rm -r "$1"/s "$1"/flat""", "sh", _place.Root]))
        {
            shell.WaitForExit();
        }
    }

    [Fact]
    public async Task A_file_that_was_replaced_by_one_of_the_same_length_and_time_is_read_again()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("Only Linux is asked when a file was changed.");
        }

        var path = _place.File("s/1.png", "first");
        _place.File("s/2.png", "other");
        var time = File.GetLastWriteTimeUtc(path);
        using var encoder = new FakeEncoder();
        using var before = await Embed(encoder);
        Assert.NotEqual(0, ChangeStamp.Of(path));

        await Task.Delay(20, TestContext.Current.CancellationToken);
        File.WriteAllText(path, "secnd");
        File.SetLastWriteTimeUtc(path, time);
        using var after = await Embed(encoder);
        Assert.NotEqual(before.Sha256(0), after.Sha256(0));

        var prepared = encoder.Prepared;
        using var again = await Embed(encoder);
        Assert.Equal((0, prepared), (again.Embedded, encoder.Prepared));
    }

    [Fact]
    public async Task A_run_folder_that_cannot_be_written_serves_where_it_holds_everything()
    {
        _place.File("s/1.png", "first");
        _place.File("s/2.png", "other");
        using var encoder = new FakeEncoder();
        using (await Embed(encoder)) { }

        // Another place: nothing is known of these files.
        Directory.Move(_place.At("s"), _place.At("t"));
        var locked = new RunFolder(_place.At("run"), _place.Warnings.Add)
        {
            OpenNew = path => throw new UnauthorizedAccessException($"Access to the path '{path}' is denied."),
        };
        var moved = (ImageInput)InputReader.Read([_place.At("t")]);
        using var embedded = await EmbedStage.RunAsync(
            locked,
            encoder,
            moved,
            cancellationToken: TestContext.Current.CancellationToken
        );
        Assert.Equal((0, false, 2), (embedded.Embedded, embedded.IsKept, embedded.Distinct));

        _place.File("t/3.png", "third");
        await Assert.ThrowsAsync<ResourceException>(() =>
            EmbedStage.RunAsync(
                locked,
                encoder,
                (ImageInput)InputReader.Read([_place.At("t")]),
                cancellationToken: TestContext.Current.CancellationToken
            )
        );
    }

    private Task<EmbedResult> Embed(FakeEncoder encoder) =>
        EmbedStage.RunAsync(
            _place.Run(),
            encoder,
            (ImageInput)InputReader.Read([_place.At("s")]),
            cancellationToken: TestContext.Current.CancellationToken
        );
}
