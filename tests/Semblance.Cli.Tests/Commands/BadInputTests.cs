using System.Runtime.Versioning;
using System.Text.Json;

namespace Semblance.Cli.Tests.Commands;

/// <summary>Bad input: one clear sentence, the documented code, nothing on standard output, nothing lost.</summary>
[Trait("speed", "slow")]
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static IEnumerable<TheoryDataRow<string>> BadSafetensors => Files("bad-safetensors", "error");

    public void Dispose() => folder.Dispose();

    [Fact]
    public Task A_missing_folder() => FailsAsync(3, "nowhere", "nowhere");

    [Fact]
    public Task An_empty_folder()
    {
        Directory.CreateDirectory(folder.At("empty"));
        return FailsAsync(3, "empty", "empty");
    }

    [Fact]
    public Task A_single_image()
    {
        TestImage.Write(1, folder.At("images", "foxes", "0.png"));
        return FailsAsync(3, "two", "images", "--encoder", "builtin");
    }

    [Fact]
    public Task A_table_without_paths()
    {
        folder.Write("model,prompt\nm,fox\n", "table.csv");
        return FailsAsync(3, "path", "table.csv", "--encoder", "builtin");
    }

    [Fact]
    public Task A_table_of_paths_that_are_not_there()
    {
        folder.Write("path,prompt\nnot-there.png,fox\n", "table.csv");
        return FailsAsync(3, "not-there.png", "table.csv", "--encoder", "builtin");
    }

    [Fact]
    public Task A_table_with_a_seed_twice()
    {
        TestImage.Write(1, folder.At("a.png"));
        TestImage.Write(2, folder.At("b.png"));
        folder.Write("path,model,prompt,seed\na.png,m,fox,7\nb.png,m,fox,7\n", "table.csv");
        return FailsAsync(3, "7", "table.csv", "--encoder", "builtin");
    }

    [Fact]
    public Task An_unknown_encoder()
    {
        Pair();
        return FailsAsync(2, "clip-vit-base-patch32", "images", "--encoder", "clip-vit-base-patch33");
    }

    [Fact]
    public Task An_encoder_that_is_named_twice()
    {
        Pair();
        return FailsAsync(
            2,
            "The encoder builtin is named twice; name it once.",
            "images",
            "--encoder",
            "builtin",
            "--encoder",
            "builtin"
        );
    }

    [Fact]
    public Task The_papers_encoder_that_is_not_on_this_machine()
    {
        Pair();
        return FailsAsync(4, "--encoder builtin", "images");
    }

    [Fact]
    public Task An_encoder_for_ready_embeddings()
    {
        WriteVectors("v.npy", [1, 0, 0, 1], 2);
        return FailsAsync(
            2,
            "v.npy holds ready embeddings, which are scored as they are; an encoder is for images. Leave out --encoder.",
            "v.npy",
            "--encoder",
            "builtin"
        );
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(0f)]
    public Task A_vector_that_is_no_direction(float value)
    {
        WriteVectors("v.npy", [1, 0, 0, 1, value, value], 2);
        return FailsAsync(3, "2", "v.npy");
    }

    [Fact]
    public Task A_run_folder_that_cannot_be_made()
    {
        Pair();
        folder.Write("a file, no folder", "taken");
        return FailsAsync(4, "taken", "images", "--encoder", "builtin", "--run", "taken/run");
    }

    [Fact]
    public Task Results_to_a_folder_that_is_not_there()
    {
        WriteVectors("v.npy", [1, 0, 0, 1], 2);
        return FailsAsync(4, "no/such/scores.json", "v.npy", "-o", "no/such/scores.json");
    }

    [Fact]
    public async Task A_full_disk_behind_the_results()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");
        WriteVectors("v.npy", [1, 0, 0, 1], 2);
        foreach (var format in (string[])["table", "json", "csv"])
        {
            var run = await ProgramRun.OfShellAsync(
                folder.Path,
                "\"$@\" > /dev/full",
                "score",
                "v.npy",
                "--format",
                format
            );
            Assert.Equal(4, run.Code);
            Assert.DoesNotMatch(ProgramRun.StackTrace, run.Error);
        }
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public Task A_run_folder_without_permission()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other permissions.");
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "The superuser may write everywhere.");

        Pair();
        Directory.CreateDirectory(folder.At("locked"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return FailsAsync(4, "locked", "images", "--encoder", "builtin", "--run", "locked/run");
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(BadSafetensors))]
    public Task Malformed_embeddings(string file) => FailsAsync(3, file, Fixtures.At("bad-safetensors", file));

    [Fact]
    public async Task A_set_of_one_is_left_out_with_a_warning()
    {
        Pair();
        TestImage.Write(3, folder.At("images", "alone", "0.png"));
        var run = await ProgramRun.OfAsync(
            folder.Path,
            ["score", "images", "--encoder", "builtin", "--format", "json"]
        );
        Assert.True(run.Code == 0, run.Error);
        Assert.Contains("alone", run.Error, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(run.Output);
        Assert.Equal(1, json.RootElement.GetProperty("sets").GetArrayLength());
        Assert.Equal(1, json.RootElement.GetProperty("skipped").GetArrayLength());
    }

    [Fact]
    public async Task Bad_images_are_all_listed_and_the_good_ones_kept()
    {
        string[] bad = [.. Files("preprocess/bad", "error").Select(row => row.Data)];
        Assert.SkipWhen(bad.Length == 0, "No fixtures of bad images.");
        Pair();
        foreach (var file in bad)
        {
            File.Copy(Fixtures.At("preprocess", "bad", file), folder.At("images", "foxes", file));
        }

        string[] arguments = ["score", "images", "--encoder", "builtin", "--format", "json"];
        var refused = await ProgramRun.OfAsync(folder.Path, arguments);
        Assert.Equal(3, refused.Code);
        Assert.Equal("", refused.Output);
        Assert.All(bad, file => Assert.Contains(file, refused.Error, StringComparison.Ordinal));
        Assert.DoesNotMatch(ProgramRun.StackTrace, refused.Error);

        var skipped = await ProgramRun.OfAsync(folder.Path, [.. arguments, "--skip-bad"]);
        Assert.True(skipped.Code == 0, skipped.Error);
        Assert.Contains("all embedded before", skipped.Error, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(skipped.Output);
        Assert.Equal(bad.Length, json.RootElement.GetProperty("skipped").GetArrayLength());
        Assert.Equal(2, json.RootElement.GetProperty("sets")[0].GetProperty("images").GetInt32());
    }

    [Fact]
    public async Task Bad_vectors_are_all_listed_or_skipped()
    {
        Directory.CreateDirectory(folder.At("mix"));
        WriteVectors("mix/a.npy", [1, 0, 3, 4], 2);
        WriteVectors("mix/b.npy", [1, 0, 3, 4, float.NaN, 1], 2);
        WriteVectors("mix/c.npy", [0, 0, 0, 0], 2);
        folder.Write("no array", "mix/d.npy");
        Directory.CreateDirectory(folder.At("mix", "empty"));
        var refused = await ProgramRun.OfAsync(folder.Path, ["score", "mix"]);
        Assert.Equal((3, ""), (refused.Code, refused.Output));
        Assert.All(
            (string[])["b.npy, row 2", "c.npy, all 2 rows", "d.npy: is not a .npy file", "--skip-bad"],
            said => Assert.Contains(said, refused.Error, StringComparison.Ordinal)
        );
        var run = await ProgramRun.OfAsync(folder.Path, ["score", "mix", "--skip-bad", "--format", "json"]);
        Assert.True(run.Code == 0, run.Error);
        using JsonDocument json = JsonDocument.Parse(run.Output);
        Assert.Equal(
            [60, 60],
            json.RootElement.GetProperty("sets")
                .EnumerateArray()
                .Select(set => Math.Round(set.GetProperty("scs").GetDouble(), 4))
        );
        Assert.Equal(3, json.RootElement.GetProperty("skipped").GetArrayLength());
        Assert.Equal(3, run.Error.Split("left out").Length - 1);
    }

    [Fact]
    public async Task Rows_of_a_table_whose_files_are_missing_are_bad_images_and_an_empty_folder_is_told()
    {
        Pair();
        Directory.CreateDirectory(folder.At("images", "cats"));
        folder.Write("path,prompt\nimages/foxes/1.png,fox\nimages/foxes/2.png,fox\nnone.png,fox\n", "table.csv");
        string[] arguments = ["score", "table.csv", "--encoder", "builtin", "--format", "json"];
        var refused = await ProgramRun.OfAsync(folder.Path, arguments);
        Assert.Equal((3, ""), (refused.Code, refused.Output));
        Assert.Contains("none.png: does not exist", refused.Error, StringComparison.Ordinal);
        var skipped = await ProgramRun.OfAsync(folder.Path, [.. arguments, "--skip-bad"]);
        Assert.True(skipped.Code == 0, skipped.Error);
        Assert.Contains("all embedded before", skipped.Error, StringComparison.Ordinal);
        Assert.Contains("left out none.png: does not exist", skipped.Error, StringComparison.Ordinal);

        var images = await ProgramRun.OfAsync(
            folder.Path,
            ["score", "images", "--encoder", "builtin", "--format", "json"]
        );
        Assert.True(images.Code == 0, images.Error);
        Assert.Contains("cats: holds no images", images.Error, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(images.Output);
        Assert.Equal("holds no images", json.RootElement.GetProperty("skipped")[0].GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Vectors_in_double_precision_are_scored_with_a_warning()
    {
        var header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }".PadRight(117) + "\n";
        using (BinaryWriter file = new(File.Create(folder.At("v.npy"))))
        {
            file.Write([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0]);
            file.Write((ushort)header.Length);
            file.Write(System.Text.Encoding.ASCII.GetBytes(header));
            foreach (var value in (double[])[.1e60, .9e60, .7e-60, .3e-60])
            {
                file.Write(value);
            }
        }

        var run = await ProgramRun.OfAsync(folder.Path, ["score", "v.npy", "--format", "json"]);
        Assert.True(run.Code == 0, run.Error);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("double precision", run.Error, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(run.Output);
        // 100 cos by hand: 100 (0.07 + 0.27) / sqrt(0.82 * 0.58).
        var expected = 100 * 0.34 / Math.Sqrt(0.82 * 0.58);
        Assert.Equal(expected, json.RootElement.GetProperty("sets")[0].GetProperty("scs").GetDouble(), 2e-5);
    }

    private static IEnumerable<TheoryDataRow<string>> Files(string area, string expected)
    {
        var description = Path.Combine(Fixtures.At(area.Split('/')), "case.json");
        if (!File.Exists(description))
        {
            yield break;
        }

        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(description));
        foreach (var file in json.RootElement.GetProperty("files").EnumerateArray())
        {
            if (file.GetProperty("expected").ToString().StartsWith(expected, StringComparison.Ordinal))
            {
                yield return new TheoryDataRow<string>(file.GetProperty("file").GetString()!);
            }
        }
    }

    private void Pair()
    {
        TestImage.Write(1, folder.At("images", "foxes", "1.png"));
        TestImage.Write(2, folder.At("images", "foxes", "2.png"));
    }

    private void WriteVectors(string name, float[] values, int dimension)
    {
        var header =
            $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({values.Length / dimension}, {dimension}), }}";
        header = header.PadRight(117) + "\n";
        using var file = new BinaryWriter(File.Create(folder.At(name)));
        file.Write([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0]);
        file.Write((ushort)header.Length);
        file.Write(System.Text.Encoding.ASCII.GetBytes(header));
        foreach (var value in values)
        {
            file.Write(value);
        }
    }

    private async Task FailsAsync(int code, string said, params string[] arguments)
    {
        var error = await RefusedRun.ErrorOfAsync(folder.Path, code, ["score", .. arguments]);
        Assert.Contains("semblance: error: ", error, StringComparison.Ordinal);
        Assert.Contains(said, error, StringComparison.Ordinal);
    }
}
