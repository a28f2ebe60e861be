using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using Parquet;
using Parquet.Schema;
using Semblance.Consistency;
using Semblance.Runs.Comparing;
using Semblance.Runs.Folder;
using Semblance.Runs.Generating;
using Semblance.Runs.Inputs;
using Semblance.Tensors;

namespace Semblance.Runs.Tests.Inputs;

public sealed class InputReaderTests : IDisposable
{
    private readonly Workplace _place = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Two_levels_are_models_and_prompts()
    {
        Place("set/sdxl/a cat/10.png", "set/sdxl/a cat/9.jpg", "set/pixart/a cat/1.webp");
        Assert.Equal(
            [
                Row("pixart", "a cat", "1", "set/pixart/a cat/1.webp"),
                Row("sdxl", "a cat", "9", "set/sdxl/a cat/9.jpg"),
                Row("sdxl", "a cat", "10", "set/sdxl/a cat/10.png"),
            ],
            Images("set")
        );
    }

    [Fact]
    public void One_level_is_a_model_named_by_the_folder()
    {
        Place("sdxl/a cat/1.png", "sdxl/a dog/1.png");
        Assert.Equal(
            [Row("sdxl", "a cat", "1", "sdxl/a cat/1.png"), Row("sdxl", "a dog", "1", "sdxl/a dog/1.png")],
            Images("sdxl")
        );
    }

    [Fact]
    public void A_flat_folder_is_one_set_without_a_model()
    {
        Place("cats/b.png", "cats/a.png");
        Assert.Equal([Row("", "cats", "a", "cats/a.png"), Row("", "cats", "b", "cats/b.png")], Images("cats"));
    }

    [Fact]
    public void Folders_of_prompts_together_are_models()
    {
        Place("x/sdxl/a cat/1.png", "y/pixart/a cat/1.png");
        Assert.Equal(["pixart", "sdxl"], Images("x/sdxl", "y/pixart").Select(row => row.Model));
    }

    [Fact]
    public void Flat_folders_together_are_sets_of_one_model()
    {
        Place("cats/1.png", "dogs/1.png");
        Assert.Equal([("", "cats"), ("", "dogs")], Images("dogs", "cats").Select(row => (row.Model, row.Prompt)));
    }

    [Fact]
    public void Flat_folders_of_one_name_belong_to_the_models_above_them()
    {
        Place("sdxl/cats/1.png", "pixart/cats/1.png");
        Assert.Equal(
            [("pixart", "cats"), ("sdxl", "cats")],
            Images("sdxl/cats", "pixart/cats").Select(row => (row.Model, row.Prompt))
        );
    }

    [Fact]
    public void Image_files_are_one_set_named_by_their_folder()
    {
        Place("cats/1.png", "cats/2.png", "cats/3.png");
        Assert.Equal(
            [("", "cats"), ("", "cats")],
            Images("cats/2.png", "cats/1.png").Select(row => (row.Model, row.Prompt))
        );
    }

    [Fact]
    public void Hidden_and_other_files_are_passed_over()
    {
        Place(
            "s/p/1.png",
            "s/p/.2.png",
            "s/p/notes.txt",
            "s/p/meta.json",
            "s/p/.DS_Store",
            "s/p/Thumbs.db",
            "s/.git/3.png",
            "s/__MACOSX/4.png"
        );
        Assert.Equal("1", Assert.Single(Images("s")).Seed);
    }

    [Fact]
    public void A_run_folder_among_the_images_is_output()
    {
        Place("s/p/1.png", "s/semblance-run/images/m/p/1.png", "s/p/run.json");
        _place.File("s/semblance-run/run.json", "{\n  \"schema\": \"semblance.run/1\"\n}");
        Assert.Single(Images("s"));
    }

    [Fact]
    public void A_run_folder_without_its_run_json_is_known_for_what_it_is()
    {
        Place("s/p/1.png", "s/images.parquet");
        Assert.Single(Images("s"));
        Directory.CreateDirectory(_place.At("s", "embeddings"));
        var error = Assert.Throws<InputException>(() => Images("s"));
        Assert.Contains("has lost its run.json; restore that file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_only_differ_in_extension_are_different_seeds()
    {
        Place("s/p/1.png", "s/p/1.jpg", "s/p/2.png");
        Assert.Equal(["1.jpg", "1.png", "2"], Images("s").Select(row => row.Seed));
    }

    [Fact]
    public void Any_name_that_the_file_system_takes_is_a_prompt()
    {
        string[] prompts = ["it's \"quoted\" 🐈", "  spaces  ", new string('x', 200), "a:b?c*", "naïve, <b>", "100%"];
        foreach (var prompt in prompts)
        {
            Place($"s/{prompt}/1.png");
        }

        Assert.Equal(prompts.Order(StringComparer.Ordinal), Images("s").Select(row => row.Prompt));
    }

    [Fact]
    public void A_missing_path_is_named() => Fails($"There is no file or folder {_place.At("nowhere")}.", "nowhere");

    [Fact]
    public void An_empty_folder_says_what_was_expected()
    {
        Directory.CreateDirectory(_place.At("empty", "deeper"));
        Fails("holds no images; expected <model>/<prompt>/<seed>.png", "empty");
    }

    [Fact]
    public void Images_at_several_depths_are_refused_with_one_of_each()
    {
        Place("s/p/1.png", "s/stray.png");
        var message = Fails("images at depths that do not form a layout", "s");
        Assert.Contains("stray.png", message, StringComparison.Ordinal);
        Assert.Contains("1.png", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_too_deep_are_refused()
    {
        Place("s/a/b/c/1.png");
        Fails("3 levels down", "s");
    }

    [Fact]
    public void The_same_folder_twice_is_refused()
    {
        Place("s/p/1.png", "s/p/2.png");
        Fails("given twice", "s", "s");
    }

    [Fact]
    public void An_unknown_kind_of_file_is_refused()
    {
        Place("x.docx");
        Fails("\".docx\" are not supported", "x.docx");
    }

    [Fact]
    public void A_csv_gives_model_prompt_seed_and_paths_relative_to_itself()
    {
        Place("t/img/1.png", "t/img/2, \"b\".png", "t/img/3.png");
        _place.File(
            "t/table.csv",
            "\uFEFFSeed,PROMPT,path,model,extra\r\n7,\"a \"\"red\"\" cat, sitting\nin two lines\",img/1.png,sdxl,x\r\n8,plain,\"img/2, \"\"b\"\".png\",sdxl,\r\n\r\n9,plain,img/3.png,sdxl,z"
        );
        var input = Assert.IsType<ImageInput>(InputReader.Read([_place.At("t/table.csv")]));
        Assert.True(input.PromptsAreRaw);
        Assert.Equal(
            [
                Row("sdxl", "a \"red\" cat, sitting\nin two lines", "7", "t/img/1.png"),
                Row("sdxl", "plain", "8", "t/img/2, \"b\".png"),
                Row("sdxl", "plain", "9", "t/img/3.png"),
            ],
            input.Rows
        );
    }

    [Fact]
    public void Tsv_and_jsonl_say_the_same_as_csv()
    {
        Place("t/1.png", "t/2.png");
        _place.File("t/a.csv", "path,model,prompt,seed\n1.png,m,\"a, b\",1\n2.png,m,\"a, b\",2\n");
        _place.File("t/a.tsv", "path\tmodel\tprompt\tseed\n1.png\tm\ta, b\t1\n2.png\tm\ta, b\t2\n");
        _place.File(
            "t/a.jsonl",
            "{\"path\":\"1.png\",\"model\":\"m\",\"prompt\":\"a, b\",\"seed\":1}\n\n{\"seed\":\"2\",\"prompt\":\"a, b\",\"other\":[1],\"model\":\"m\",\"path\":\"2.png\"}\n"
        );
        Assert.Equal(Images("t/a.csv"), Images("t/a.tsv"));
        Assert.Equal(Images("t/a.csv"), Images("t/a.jsonl"));
    }

    [Theory]
    [InlineData(';')]
    [InlineData('|')]
    [InlineData('\t')]
    public void Any_separator_is_seen_from_the_header(char separator)
    {
        Place("t/1.png", "t/2.png");
        const string Text = "path#model#prompt#seed\n1.png#m#a, b#1\n###\n2.png#m#a, b#2\n";
        _place.File("t/a.csv", "path,model,prompt,seed\n1.png,m,\"a, b\",1\n2.png,m,\"a, b\",2\n");
        _place.File("t/b.csv", Text.Replace('#', separator));
        _place.File("t/c.csv", $"sep={separator}\r\n{Text.Replace('#', separator)}");
        Assert.Equal(Images("t/a.csv"), Images("t/b.csv"));
        Assert.Equal(Images("t/a.csv"), Images("t/c.csv"));
    }

    [Fact]
    public void A_table_that_is_no_Unicode_is_refused()
    {
        Place("1.png", "2.png");
        File.WriteAllBytes(
            _place.At("t.csv"),
            Encoding.Latin1.GetBytes("path,prompt\n1.png,caf\u00e9\n2.png,caf\u00e9\n")
        );
        Fails("save it as \"CSV UTF-8\"", "t.csv");
    }

    [Fact]
    public async Task Parquet_says_the_same_as_csv()
    {
        Place("t/1.png", "t/2.png");
        _place.File("t/a.csv", "path,model,prompt,seed\n1.png,m,a,1\n2.png,m,b,2\n");
        await Parquet(
            "t/a.parquet",
            [
                new DataField("path", typeof(string)),
                new DataField("model", typeof(string)),
                new DataField("prompt", typeof(string)),
                new DataField("seed", typeof(long)),
            ],
            async (group, fields) =>
            {
                await group.WriteAsync(fields[0], ["1.png", "2.png"]);
                await group.WriteAsync(fields[1], ["m", "m"]);
                await group.WriteAsync(fields[2], ["a", "b"]);
                await group.WriteAsync<long>(fields[3], new long[] { 1, 2 }.AsMemory());
            }
        );
        Assert.Equal(Images("t/a.csv"), Images("t/a.parquet"));
    }

    [Fact]
    public void Tables_without_prompts_are_sets_named_by_the_table_and_only_prompts_make_the_table_a_model()
    {
        Place("1.png", "2.png", "3.png");
        _place.File("sdxl.csv", "path\n1.png\n2.png\n");
        _place.File("pixart.csv", "path\n3.png\n");
        IEnumerable<(string, string)> Of(params string[] paths) =>
            Images(paths).Select(row => (row.Model, row.Prompt)).Distinct();
        Assert.Equal([("", "pixart"), ("", "sdxl")], Of("sdxl.csv", "pixart.csv"));
        _place.File("fox.csv", "path,model\n1.png,b\n2.png,a\n");
        Assert.Equal([("a", "fox"), ("b", "fox")], Of("fox.csv"));
        _place.File("sdxl.csv", "path,prompt\n1.png,a\n2.png,b\n");
        Assert.Equal([("sdxl", "a"), ("sdxl", "b")], Of("sdxl.csv"));
    }

    [Fact]
    public void A_table_of_paths_alone_is_one_set()
    {
        Place("t/1.png", "t/2.png");
        _place.File("t/mine.csv", "path\n2.png\n1.png\n");
        ImageInput input = (ImageInput)InputReader.Read([_place.At("t/mine.csv")]);
        Assert.False(input.PromptsAreRaw);
        Assert.Equal([Row("", "mine", null, "t/1.png"), Row("", "mine", null, "t/2.png")], input.Rows);
    }

    [Theory]
    [InlineData("t.csv", "", "is empty")]
    [InlineData("t.csv", "path,prompt\n", "has no rows")]
    [InlineData("t.csv", "file,prompt\n1.png,a\n", "has no column \"path\"; its columns are \"file\", \"prompt\"")]
    [InlineData("t.csv", "path,prompt\n1.png,a,b\n", "line 2: 3 cells where the header has 2")]
    [InlineData("t.csv", "path,prompt\n1.png,\"a\n", "line 2: a quote is opened and never closed")]
    [InlineData("t.csv", "path,prompt\n1.png,\"a\"b\n", "line 2: text after a closing quote")]
    [InlineData("t.csv", "path,prompt\n2.png,\n", "row 1: the prompt of 2.png is empty")]
    [InlineData("t.csv", "path,prompt\n,a\n", "row 1: the path is empty")]
    [InlineData("t.csv", "path,prompt,seed\n1.png,a,5\n2.png,a,5\n", "model \"t\", prompt \"a\", seed 5")]
    [InlineData("t.csv", "path,prompt\n1.png,a\n./1.png,a\n", "given twice")]
    [InlineData("t.jsonl", "{\"path\":\"1.png\"}\n{\"prompt\":\"a\"}\n", "line 2: no \"path\"")]
    [InlineData("t.jsonl", "{\"path\":\"1.png\"\n", "line 1: it is not valid JSON at byte 16; rows are one")]
    [InlineData("t.jsonl", "{\"path\":\"1.png\"}\n{oops}\n", "line 2: it is not valid JSON at byte 2;")]
    [InlineData(
        "t.jsonl",
        "{\"path\":\"1.png\",\"prompt\":\"a\",\"Prompt\":\"b\"}",
        "line 1: \"Prompt\" is given twice"
    )]
    [InlineData("t.csv", "path,prompt,PROMPT\n1.png,a,b\n", "has the column \"prompt\" twice")]
    [InlineData("t.jsonl", "[1]\n", "row 1: expected an object")]
    [InlineData("t.jsonl", "{\"path\":[1]}\n", "line 1: \"path\" must be text")]
    [InlineData("t.jsonl", "", "is empty or not a regular file")]
    [InlineData("t.jsonl", "\n", "has no rows")]
    [InlineData("t.parquet", "PAR1 not really", "cannot be read as parquet: it does not end as")]
    [InlineData("t.parquet", "PAR1junkPAR1", "cannot be read as parquet: it is damaged; fetch it or write it again.")]
    [InlineData("t.parquet", "<!DOCTYPE html><html></html>", "is a web page")]
    [InlineData("t.parquet", "version https://git-lfs.github.com/spec/v1", "is a pointer of Git LFS")]
    [InlineData("t.parquet", "ARROW1 and the rest", "it is a file of Arrow")]
    [InlineData("t.parquet", "PAR1 and the restPARE", "it is encrypted")]
    [InlineData("t.parquet", "hello", "it does not begin as")]
    [InlineData("t.csv", "path;prompt\n1.png;a\n2.png\n", "line 3: 1 cell where the header has 2")]
    public void A_bad_file_is_refused_with_a_reason(string name, string content, string reason)
    {
        Place("1.png", "2.png");
        _place.File(name, content);
        Fails(reason, name);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_pipe_is_refused_and_not_waited_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such pipes.");
        foreach (var name in (string[])["t.csv", "t.jsonl", "t.parquet"])
        {
            using Process made = Process.Start("mkfifo", [_place.At(name)]);
            made.WaitForExit();
            Fails($"{name} is empty or not a regular file.", name);
        }
    }

    [Fact]
    public void Where_no_row_can_be_used_all_are_listed()
    {
        Directory.CreateDirectory(_place.At("folder"));
        _place.File("t.csv", "path,prompt\nx.png,a\ny.png,a\nfolder,a\nz.png,\n");
        var message = Fails("No row of", "t.csv");
        Assert.Contains("paths are relative to the table's folder", message, StringComparison.Ordinal);
        Assert.Contains("x.png: does not exist", message, StringComparison.Ordinal);
        Assert.Contains("y.png: does not exist", message, StringComparison.Ordinal);
        Assert.Contains("folder: is a folder", message, StringComparison.Ordinal);
        Assert.Contains("row 4: the prompt of z.png is empty", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_files_that_are_missing_are_kept_and_rows_without_a_prompt_are_bad()
    {
        Place("1.png", "2.png");
        _place.File("t.csv", "path,prompt\n1.png,a\nx.png,a\n2.png,\n");
        ImageInput input = (ImageInput)InputReader.Read([_place.At("t.csv")]);
        Assert.Equal(["1.png", "x.png"], input.Rows.Select(row => Path.GetFileName(row.Path)));
        Assert.Equal([new SkippedFile($"{_place.At("t.csv")}, row 3", "the prompt of 2.png is empty")], input.Bad);
    }

    [Theory]
    [InlineData("t.npy", "no array", "is not a .npy file; write it with numpy.save")]
    [InlineData("t.npy", "", "is empty or not a regular file")]
    [InlineData("t.safetensors", "{}", "truncated")]
    public void Bad_files_of_embeddings_are_listed_and_the_others_read(string name, string content, string reason)
    {
        Npy("emb/good.npy", "<f4", false, "(2, 3)", [1, 2, 3, 4, 5, 6]);
        var path = _place.File($"emb/{name}", content);
        foreach (
            var input in (EmbeddingInput[])
                [Embeddings("emb"), Embeddings("emb/good.npy", $"emb/{name}"), Embeddings($"emb/{name}")]
        )
        {
            var bad = Assert.Single(input.Bad);
            Assert.Equal(path, bad.Path);
            Assert.Contains(reason, bad.Reason, StringComparison.Ordinal);
            Assert.DoesNotContain(path, bad.Reason, StringComparison.Ordinal);
            Assert.InRange(input.Sets.Count, 0, 1);
        }
    }

    [Fact]
    public void Rows_without_a_direction_are_bad_and_the_others_keep_their_numbers()
    {
        Npy("mix/a.npy", "<f4", false, "(2, 2)", [1, 2, 3, 4]);
        Npy("mix/b.npy", "<f4", false, "(4, 2)", [1, 2, float.NaN, 1, 3, 4, 0, float.PositiveInfinity]);
        Npy("mix/c.npy", "<f8", false, "(2, 2)", [0, 0, 0, 0]);
        var input = Embeddings("mix");
        Assert.Equal([("a", 2), ("b", 2)], input.Sets.Select(set => (set.Prompt, set.Count)));
        Assert.Equal([1, 2, 3, 4], input.Sets[1].Vectors.ToArray());
        Assert.Equal(["0", "2"], Enumerable.Range(0, 2).Select(input.Sets[1].NameOf));
        Assert.Equal(
            [
                new SkippedFile($"{_place.At("mix", "b.npy")}, row 1 of the set \"b\" of mix", "holds NaN or infinity"),
                new SkippedFile($"{_place.At("mix", "b.npy")}, row 3 of the set \"b\" of mix", "holds NaN or infinity"),
                new SkippedFile($"{_place.At("mix", "c.npy")}, all 2 rows of the set \"c\" of mix", "is all zero"),
            ],
            input.Bad
        );
    }

    [Fact]
    public void Folders_without_images_beside_those_with_are_listed()
    {
        Place("set/sdxl/a cat/1.png", "set/pixart/a cat/1.png", "set/pixart/notes/readme.txt", "set/flux/a/b/x.txt");
        Directory.CreateDirectory(_place.At("set", "sdxl", "a dog"));
        Directory.CreateDirectory(_place.At("set", "sdxl", "a cat", "thumbnails"));
        Directory.CreateDirectory(_place.At("set", ".hidden"));
        ImageInput input = (ImageInput)InputReader.Read([_place.At("set")]);
        Assert.Equal(2, input.Rows.Count);
        Assert.Empty(input.Bad);
        Assert.Equal(
            [
                new SkippedFile(_place.At("set", "flux"), "holds no images"),
                new SkippedFile(_place.At("set", "pixart", "notes"), "holds no images"),
                new SkippedFile(_place.At("set", "sdxl", "a dog"), "holds no images"),
            ],
            input.Empty.OrderBy(folder => folder.Path, StringComparer.Ordinal)
        );

        ImageInput model = (ImageInput)InputReader.Read([_place.At("set", "sdxl")]);
        Assert.Equal(_place.At("set", "sdxl", "a dog"), Assert.Single(model.Empty).Path);
        Npy("emb/sdxl/cat.npy", "<f4", false, "(2, 3)", [1, 2, 3, 4, 5, 6]);
        Directory.CreateDirectory(_place.At("emb", "pixart"));
        Assert.Equal([new SkippedFile(_place.At("emb", "pixart"), "holds no embeddings")], Embeddings("emb").Empty);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_folder_that_may_not_be_read_is_bad_and_the_others_are_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other permissions.");
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "The superuser may read everything.");
        Place("set/a cat/1.png");
        var locked = Directory.CreateDirectory(_place.At("set", "locked"), UnixFileMode.None).FullName;
        try
        {
            ImageInput input = (ImageInput)InputReader.Read([_place.At("set")]);
            Assert.Single(input.Rows);
            Assert.Empty(input.Empty);
            Assert.Equal([new SkippedFile(locked, "cannot be read: permission is denied")], input.Bad);
            Fails("cannot be read: permission is denied", "set/locked");
        }
        finally
        {
            File.SetUnixFileMode(locked, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void Images_and_embeddings_together_are_refused()
    {
        Place("s/p/1.png");
        Npy("e.npy", "<f4", false, "(2, 3)", [1, 2, 3, 4, 5, 6]);
        Fails("cannot be scored together", "s", "e.npy");
    }

    [Theory]
    [InlineData("<f2", 1)]
    [InlineData("<f4", 1)]
    [InlineData("<f8", 2)]
    [InlineData("<f4", 3)]
    public void Npy_arrays_of_any_width_are_one_set(string type, int version)
    {
        Npy("mine.npy", type, false, "(2, 3)", [1, 2, 3, 4, 5, -6], version);
        var set = Assert.Single(Embeddings("mine.npy").Sets);
        Assert.Equal(("", "mine", 2, 3), (set.Model, set.Prompt, set.Count, set.Dimension));
        // Rows of doubles are halved until their largest number is under 2.
        float[] sizes = type == "<f8" ? [2, 2, 2, 4, 4, 4] : [1, 1, 1, 1, 1, 1];
        float[] vectors = [1, 2, 3, 4, 5, -6];
        Assert.Equal(vectors.Zip(sizes, (value, size) => value / size), set.Vectors.ToArray());
        Assert.Equal("1", set.NameOf(1));
    }

    [Fact]
    public void Fortran_order_is_turned_round()
    {
        Npy("mine.npy", "<f8", true, "(2, 3)", [1, 4, 2, 5, 3, 6]);
        Assert.Equal([.5f, 1, 1.5f, 1, 1.25f, 1.5f], Embeddings("mine.npy").Sets[0].Vectors.ToArray());
        Npy("single.npy", "<f4", true, "(2, 3)", [1, 4, 2, 5, 3, 6]);
        Assert.Equal([1, 2, 3, 4, 5, 6], Embeddings("single.npy").Sets[0].Vectors.ToArray());
    }

    [Theory]
    [InlineData("<i4", "(2, 3)", "type <i4")]
    [InlineData(">c8", "(2, 3)", "type >c8")]
    [InlineData("<f4", "(6,)", "one array [images, dimension]")]
    [InlineData("<f4", "(1, 2, 3)", "one array [images, dimension]")]
    [InlineData("<f4", "(0, 3)", "holds no numbers: its shape is (0, 3)")]
    [InlineData("<f4", "(3, 3)", "24 bytes of numbers where 3 x 3")]
    [InlineData("<f4", "(99999999999, 99999999999)", "has the shape")]
    public void Npy_arrays_of_other_kinds_are_bad(string type, string shape, string reason)
    {
        Npy("x.npy", type, false, shape, [1, 2, 3, 4, 5, 6]);
        Assert.Contains(reason, Assert.Single(Embeddings("x.npy").Bad).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1e60, false)]
    [InlineData(1e-60, true)]
    [InlineData(1e-310, false)]
    [InlineData(1e308, true)]
    public void Doubles_of_any_size_keep_their_direction(double size, bool fortran)
    {
        double[] plain = fortran ? [.3, 1, -1, 0, .5, .1] : [.3, -1, .5, 1, 0, .1];
        Npy("x.npy", "<f8", fortran, "(2, 3)", [.. plain.Select(value => value * size)]);
        var input = Embeddings("x.npy");
        Assert.Empty(input.Bad);
        Assert.True(input.Rounded);
        var vectors = input.Sets[0].Vectors.ToArray();
        float[] expected = [.3f, -1, .5f, 1, 0, .1f];
        // Each row is a multiple of what it was; subnormal doubles have fewer digits.
        Assert.All(
            Enumerable.Range(0, 6),
            k => Assert.Equal(expected[k], (double)vectors[k] / vectors[k < 3 ? 1 : 3] * (k < 3 ? -1 : 1), 2e-7)
        );
    }

    [Fact]
    public void Only_doubles_are_rounded()
    {
        Npy("a.npy", "<f4", false, "(2, 3)", [1, 2, 3, 4, 5, 6]);
        Npy("b.npy", "<f8", false, "(2, 3)", [1, 2, 3, 4, 5, 6]);
        Assert.False(Embeddings("a.npy").Rounded);
        Assert.True(Embeddings("a.npy", "b.npy").Rounded);
    }

    [Fact]
    public void Tensors_in_double_precision_keep_their_direction_too()
    {
        var header = Encoding.ASCII.GetBytes("{\"m/p\":{\"dtype\":\"F64\",\"shape\":[2,2],\"data_offsets\":[0,32]}}");
        using (BinaryWriter file = new(File.Create(_place.At("x.safetensors"))))
        {
            file.Write((long)header.Length);
            file.Write(header);
            foreach (var value in (double[])[3e-60, 4e-60, -5e60, 12e60])
            {
                file.Write(value);
            }
        }

        var input = Embeddings("x.safetensors");
        Assert.True(input.Rounded);
        Assert.Empty(input.Bad);
        var vectors = input.Sets[0].Vectors.ToArray();
        Assert.Equal(.75, vectors[0] / vectors[1], 1e-7);
        Assert.Equal(-5.0 / 12, vectors[2] / vectors[3], 1e-7);
        Assert.All(vectors, value => Assert.InRange(Math.Abs(value), 0.1, 2));
    }

    [Fact]
    public void Tensors_are_sets_named_prompt_or_model_and_prompt()
    {
        Tensors("mine.safetensors", new("a cat", [2, 2], Ones(4)), new("sdxl/a/dog", [3, 2], Ones(6)));
        var input = Embeddings("mine.safetensors");
        Assert.Equal(
            [("mine", "a cat", 2), ("sdxl", "a/dog", 3)],
            input.Sets.Select(set => (set.Model, set.Prompt, set.Count))
        );
    }

    [Fact]
    public void Folders_of_arrays_are_models_and_prompts()
    {
        foreach (var path in (string[])["emb/b/cat.npy", "emb/b/dog.npy", "emb/a/cat.npy", "emb/a/.hidden.npy"])
        {
            Npy(path, "<f4", false, "(2, 3)", [1, 2, 3, 4, 5, 6]);
        }

        (string, string)[] sets = [("a", "cat"), ("b", "cat"), ("b", "dog")];
        Assert.Equal(sets, Sets("emb"));
        Assert.Equal(sets, Sets("emb/a", "emb/b"));
        // What a shell makes of emb/a/*.npy emb/b/*.npy.
        Assert.Equal(sets, Sets("emb/a/cat.npy", "emb/b/cat.npy", "emb/b/dog.npy"));
        Assert.Equal([("", "cat"), ("", "dog")], Sets("emb/b/cat.npy", "emb/b/dog.npy"));
        Assert.False(CompareInput.IsScored(_place.At("emb")));
    }

    [Fact]
    public void Arrays_that_are_no_layout_or_share_a_name_are_refused_with_the_layout()
    {
        Npy("x/emb/cat.npy", "<f4", false, "(2, 3)", [1, 2, 3, 4, 5, 6]);
        Npy("y/emb/cat.npy", "<f4", false, "(2, 3)", [1, 2, 3, 4, 5, 6]);
        Fails("is given twice; give each model a folder of its own, <model>/cat.npy", "x/emb", "y/emb");
        Npy("y/cat.npy", "<f4", false, "(2, 3)", [1, 2, 3, 4, 5, 6]);
        Fails("expected all of them as <model>/<prompt>.npy", "y");
        Npy("z/a/b/cat.npy", "<f4", false, "(2, 3)", [1, 2, 3, 4, 5, 6]);
        Fails("expected all of them as <model>/<prompt>.npy", "z");
    }

    [Fact]
    public void Tensors_in_a_folder_say_themselves_whose_they_are()
    {
        Tensors("emb/a.safetensors", new NamedTensor("cat", [2, 2], Ones(4)));
        Tensors(
            "emb/b.safetensors",
            new NamedTensor("cat", [2, 2], Ones(4)),
            new NamedTensor("c/dog", [2, 2], Ones(4))
        );
        Assert.Equal([("a", "cat"), ("b", "cat"), ("c", "dog")], Sets("emb"));
    }

    [Fact]
    public void Mixed_dimensions_are_refused()
    {
        Tensors("mine.safetensors", new("a", [2, 2], Ones(4)), new("b", [2, 3], Ones(6)));
        var bad = Assert.Single(Embeddings("mine.safetensors").Bad);
        Assert.Contains(
            "the set \"a\" of mine has 2 dimensions and \"b\" of mine has 3",
            bad.Reason,
            StringComparison.Ordinal
        );
        Npy("x.npy", "<f4", false, "(2, 3)", [1, 2, 3, 4, 5, 6]);
        Npy("y.npy", "<f4", false, "(3, 2)", [1, 2, 3, 4, 5, 6]);
        Fails("\"x\" has 3 dimensions and \"y\" has 2", "x.npy", "y.npy");
    }

    [Fact]
    public void Tensors_of_other_shapes_are_bad()
    {
        Tensors("mine.safetensors", new NamedTensor("a", [4], Ones(4)));
        var bad = Assert.Single(Embeddings("mine.safetensors").Bad);
        Assert.Contains("tensor \"a\" has the shape [4]", bad.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_set_given_twice_is_refused()
    {
        Tensors("x/mine.safetensors", new NamedTensor("a", [2, 2], Ones(4)));
        Tensors("y/mine.safetensors", new NamedTensor("a", [2, 2], Ones(4)));
        Fails("is given twice", "x/mine.safetensors", "y/mine.safetensors");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Parquet_lists_are_embeddings(bool wide)
    {
        var list = new ListField("embedding", new DataField("element", wide ? typeof(double) : typeof(float)));
        await Parquet(
            "e.parquet",
            [new DataField("prompt", typeof(string)), new DataField("path", typeof(string)), list],
            async (group, fields) =>
            {
                await group.WriteAsync(fields[0], ["a", "b", "a"]);
                await group.WriteAsync(fields[1], ["1.png", "2.png", "3.png"]);
                int[] starts = [0, 1, 0, 1, 0, 1];
                int[] present = [.. Enumerable.Repeat(fields[2].MaxDefinitionLevel, 6)];
                if (wide)
                {
                    await group.WriteAllPartsAsync<double>(
                        fields[2],
                        new double[] { 1, 2, 3, 4, 5, 6 },
                        present,
                        starts,
                        Token
                    );
                }
                else
                {
                    await group.WriteAllPartsAsync<float>(
                        fields[2],
                        new float[] { 1, 2, 3, 4, 5, 6 },
                        present,
                        starts,
                        Token
                    );
                }
            }
        );
        var input = Embeddings("e.parquet");
        Assert.True(input.PromptsAreRaw);
        Assert.Equal([("e", "a"), ("e", "b")], input.Sets.Select(set => (set.Model, set.Prompt)));
        Assert.Equal(wide ? [.5f, 1, 1.25f, 1.5f] : [1, 2, 5, 6], input.Sets[0].Vectors.ToArray());
        Assert.Equal(wide, input.Rounded);
        Assert.Equal("3.png", input.Sets[0].NameOf(1));
    }

    [Fact]
    public void Prompts_of_a_file_replace_the_names_of_folders()
    {
        var cut = $"a very long prompt {new string('x', 150)}, end.";
        Place("s/A person_s eye/1.png", $"s/{SafeName.Of(cut)}/1.png", "s/plain/1.png");
        var file = _place.File("prompts.txt", $"A person's eye\n\n{cut}\nplain\nunused\n");
        var input = ((ImageInput)InputReader.Read([_place.At("s")])).WithPrompts(PromptFile.Read(file));
        Assert.True(input.PromptsAreRaw);
        Assert.Equal(new HashSet<string> { "A person's eye", cut, "plain" }, [.. input.Rows.Select(row => row.Prompt)]);
    }

    [Fact]
    public void A_folder_without_a_prompt_or_with_two_is_named()
    {
        Place("s/a cat/1.png", "s/a dog/1.png");
        ImageInput input = (ImageInput)InputReader.Read([_place.At("s")]);
        var error = Assert.Throws<InputException>(() => input.WithPrompts(["A cat!", "A cat?"]));
        Assert.Contains(
            "Several prompts of the prompts file belong to the set \"a cat\": \"A cat!\", \"A cat?\"",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "No prompt of the prompts file belongs to the set \"a dog\"",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_prompts_file_that_is_missing_or_empty_is_refused()
    {
        Assert.Throws<InputException>(() => PromptFile.Read(_place.At("none.txt")));
        Assert.Throws<InputException>(() => PromptFile.Read(_place.File("empty.txt", " \n")));
    }

    [Fact]
    public void A_prompts_file_in_another_encoding_is_refused_by_line_and_not_read_as_other_prompts()
    {
        var path = _place.At("latin1.txt");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes("a cat\r\n\r\nune for\u00eat l'\u00e9t\u00e9\r\na dog"));
        var error = Assert.Throws<InputException>(() => PromptFile.Read(path));
        Assert.Contains($"{path}, line 3:", error.Message, StringComparison.Ordinal);
        Assert.Contains("UTF-8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prompts_file_may_have_a_mark_and_any_line_ends_and_keeps_its_order_and_repeats()
    {
        const string text = "ein f\u00fcchslein\r\na dog\n\n  \u5b50\u72d0  \ra dog\n";
        var path = _place.At("prompts.txt");
        foreach (
            var encoding in (Encoding[])
                [new UTF8Encoding(false), Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode]
        )
        {
            File.WriteAllText(path, text, encoding);
            Assert.Equal(["ein f\u00fcchslein", "a dog", "\u5b50\u72d0", "a dog"], PromptFile.Read(path));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_prompts_file_in_UTF16_without_a_mark_is_refused(bool bigEndian)
    {
        var path = _place.At("utf16.txt");
        File.WriteAllText(path, "a cat\na dog\n", new UnicodeEncoding(bigEndian, byteOrderMark: false));
        var error = Assert.Throws<InputException>(() => PromptFile.Read(path));
        Assert.Contains($"{path}, line 1: there is a NUL character", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prompts_folder_is_refused_by_name()
    {
        var path = _place.At("");
        var error = Assert.Throws<InputException>(() => PromptFile.Read(path));
        Assert.Equal($"The prompts file {path} is a folder, not a file.", error.Message);
    }

    [Fact]
    public async Task Prompts_may_come_through_a_pipe()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var pipe = _place.At("pipe");
        using Process made = Process.Start("mkfifo", [pipe]);
        await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        Task write = Task.Run(() => File.WriteAllText(pipe, "a cat\na dog\n"), TestContext.Current.CancellationToken);

        Assert.Equal(["a cat", "a dog"], PromptFile.Read(pipe));
        await write;
    }

    private void Place(params string[] paths)
    {
        foreach (var path in paths)
        {
            _place.File(path, path);
        }
    }

    private ImageRow Row(string model, string prompt, string? seed, string path) =>
        new(model, prompt, seed, _place.At(path));

    private IReadOnlyList<ImageRow> Images(params string[] paths) =>
        Assert.IsType<ImageInput>(InputReader.Read([.. paths.Select(path => _place.At(path))])).Rows;

    private EmbeddingInput Embeddings(params string[] paths) =>
        Assert.IsType<EmbeddingInput>(InputReader.Read([.. paths.Select(path => _place.At(path))]));

    private IEnumerable<(string, string)> Sets(params string[] paths) =>
        Embeddings(paths).Sets.Select(set => (set.Model, set.Prompt));

    private string Fails(string reason, params string[] paths)
    {
        var error = Assert.Throws<InputException>(() => InputReader.Read([.. paths.Select(path => _place.At(path))]));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        return error.Message;
    }

    private static float[] Ones(int count) => [.. Enumerable.Repeat(1f, count)];

    private void Tensors(string name, params NamedTensor[] tensors)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_place.At(name))!);
        SafeTensorsFile.Write(_place.At(name), tensors);
    }

    private void Npy(string name, string type, bool fortran, string shape, double[] values, int version = 1)
    {
        var header = $"{{'descr': '{type}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': {shape}, }}\n";
        using var bytes = new MemoryStream();
        bytes.Write([0x93, .. "NUMPY"u8, (byte)version, 0]);
        var length = new byte[version == 1 ? 2 : 4];
        length[0] = (byte)header.Length;
        bytes.Write(length);
        bytes.Write(Encoding.ASCII.GetBytes(header));
        var number = new byte[8];
        foreach (var value in values)
        {
            switch (type)
            {
                case "<f2":
                    BinaryPrimitives.WriteHalfLittleEndian(number, (Half)value);
                    bytes.Write(number, 0, 2);
                    break;
                case "<f8":
                    BinaryPrimitives.WriteDoubleLittleEndian(number, value);
                    bytes.Write(number, 0, 8);
                    break;
                default:
                    BinaryPrimitives.WriteSingleLittleEndian(number, (float)value);
                    bytes.Write(number, 0, 4);
                    break;
            }
        }

        Directory.CreateDirectory(Path.GetDirectoryName(_place.At(name))!);
        File.WriteAllBytes(_place.At(name), bytes.ToArray());
    }

    private async Task Parquet(string name, Field[] fields, Func<ParquetRowGroupWriter, DataField[], Task> write)
    {
        var schema = new ParquetSchema(fields);
        await using var stream = File.Create(_place.At(name));
        await using var writer = await ParquetWriter.CreateAsync(schema, stream, cancellationToken: Token);
        using var group = writer.CreateRowGroup();
        await write(group, schema.GetDataFields());
    }
}
