using System.Text;
using Semblance.Comparison;
using Semblance.Runs.Comparing;
using Semblance.Runs.Inputs;

namespace Semblance.Runs.Tests.Inputs;

/// <summary>Tables that people edit by hand, pad, comment and download in the place of others.</summary>
public sealed class OddTableTests : IDisposable
{
    private const string Rows = "a,\"red, fox\",80.5\nb,\"red, fox\",82\n";
    private const string Json = "{\"model\":\"a\",\"prompt\":\"red, fox\",\"scs\":80.5}";
    private const string Other = "{\"model\":\"b\",\"prompt\":\"red, fox\",\"scs\":82}";

    private readonly Workplace _place = new();

    public static TheoryData<string, string> Read { get; } =
        new()
        {
            { "t.csv", "\"model\" , \"prompt\" , \"scs\"\n\"a\" , \"red, fox\" , 80.5\n\"b\" , \"red, fox\" , 82\n" },
            { "t.csv", "\"model\", \"prompt\", \"scs\"\n\"a\", \"red, fox\", 80.5\n\"b\", \"red, fox\", 82\n" },
            { "t.csv", "model, prompt, scs\n a , \"red, fox\", 80.5\nb, \"red, fox\" , 82\n" },
            { "t.csv", "model ,prompt ,scs\na ,\"red, fox\" ,80.5\nb ,\"red, fox\" ,82\n" },
            { "t.csv", "model,prompt,scs\na, \"red, fox\", 80.5\nb, \"red, fox\", 82\n" },
            { "t.csv", "model;prompt;scs\na; \"red, fox\"; 80,5\nb; \"red, fox\"; 82\n" },
            { "t.csv", "model,prompt,scs\n" + Rows + "\u001a" },
            { "t.csv", "model,prompt,scs\n" + Rows.TrimEnd() + "\u001a" },
            { "t.csv", "model,scs,prompt\na,80.5,\"red, fox\"\nb,82,\"red, fox\"\u001a" },
            { "t.csv", "model,prompt,scs\r\n" + Rows + "\u001a\r\n" },
            { "t.csv", "model,prompt,scs\n" + Rows + new string('\0', 4096) },
            { "t.csv", "# made by me, \"in haste\non a Tuesday\nmodel,prompt,scs\n".Replace("\non", "\n# on") + Rows },
            { "t.csv", "# one\n\n# two\nmodel,prompt,scs\n" + Rows + "# the end, of it\n" },
            { "t.csv", "\ufeff# one\r\nmodel,prompt,scs\r\n" + Rows.Replace("\n", "\r\n") },
            { "t.tsv", "# one\n#model\tprompt\tscs\na\tred, fox\t80.5\nb\tred, fox\t82\n" },
            { "t.json", $"[{Json},{Other},]" },
            { "t.json", $"\n[\n{Json},\n{Other}\n]\n\u001a" },
            { "t.json", $"// two\n[{Json}, /* and */ {Other}]" },
            { "t.json", $"{Json}{Other}" },
            { "t.json", $"{Json}\n\n{Other}".Replace(",", ",\n  ").Replace("red,\n  ", "red,") },
            { "t.jsonl", $"{Json},\n{Other},\n" },
            { "t.jsonl", $"{Json}\n{Other}\n\0\0\0\0" },
        };

    public static TheoryData<string, string, string> Refused { get; } =
        new()
        {
            {
                "t.csv",
                " model | prompt | scs \n-------+--------+-----\n a | fox | 80\n(1 row)\n",
                "show it to people"
            },
            { "t.txt", "| model | prompt | scs |\n|-------|:-------|----:|\n| a | fox | 80 |\n", "show it to people" },
            { "t.csv", "+---+---+\n| model | scs |\n+---+---+\n", "show it to people" },
            {
                "t.csv",
                "\u250c\u2500\u2500\u252c\u2500\u2500\u2510\n\u2502 model \u2502 scs \u2502\n",
                "show it to people"
            },
            { "t.csv", " prompt  \n---------\n a fox\n", "show it to people" },
            { "t.txt", "model prompt scs\r\n----- ------ ---\r\na     fox    80\r\n", "show it to people" },
            { "t.csv", "model_name,prompt,scs\na,fox,80\nb,fox,81\n", "has no column \"model\"" },
            { "t.csv", "<!DOCTYPE html>\n<html>", "is a web page" },
            { "t.json", "\n <!-- login -->\n<HTML lang=en>", "is a web page" },
            { "t.parquet", "<html><body>", "is a web page" },
            { "t.jsonl", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n", "git lfs pull" },
            { "t.parquet", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n", "git lfs pull" },
            { "t.csv", "/annex/objects/SHA256E-s12--4d7a.csv\n", "git annex get" },
            {
                "t.csv",
                "<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code></Error>",
                "error message of a server"
            },
            { "t.csv", "Entry not found", "answer of a server (\"Entry not found\")" },
            { "t.json", "{\"0\":{\"model\":\"a\"},\"1\":{\"model\":\"b\"}}", "by the names of its rows" },
            { "t.json", "{\n\"model\":{\"0\":\"a\"},\n\"scs\":{\"0\":80}}", "column by column" },
            { "t.json", "{\n\"columns\":[\"model\"],\n\"data\":[[\"a\"]]}", "apart from its rows" },
            { "t.json", "{\"rows\":[{\"model\":\"a\"}]}", "holds its rows within \"rows\"" },
            { "t.json", "[{\"model\":\"a\"},\n{\"model\" \"b\"}]", "line 2: it is not valid JSON at byte 10" },
            { "t.csv", "model,prompt,scs\na,\"fox\" x,80\n", "line 2: text after a closing quote" },
        };

    public void Dispose() => _place.Dispose();

    [Theory]
    [MemberData(nameof(Read))]
    public void What_surrounds_a_table_does_not_count(string name, string text)
    {
        _place.File(name, text);
        using var input = CompareInput.Read([_place.At(name)], null);
        Assert.Equal([new("a", "red, fox", 80.5), new PromptScore("b", "red, fox", 82)], input.Scores);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Other_things_in_the_place_of_a_table_are_called_what_they_are(string name, string text, string said)
    {
        _place.File(name, text);
        var message = Assert.Throws<InputException>(() => CompareInput.Read([_place.At(name)], null)).Message;
        Assert.StartsWith(_place.At(name), message, StringComparison.Ordinal);
        Assert.Contains(said, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Spaces_that_are_part_of_a_cell_stay()
    {
        _place.File("t.csv", "model,prompt,scs\na, red fox ,80\n");
        using var input = CompareInput.Read([_place.At("t.csv")], null);
        Assert.Equal(" red fox ", Assert.Single(input.Scores).Prompt);
    }

    [Fact]
    public void A_row_that_begins_like_a_comment_is_a_row_where_no_comments_are()
    {
        _place.File("t.csv", "model,prompt,scs\n#1,fox,80\n");
        using var input = CompareInput.Read([_place.At("t.csv")], null);
        Assert.Equal("#1", Assert.Single(input.Scores).Model);
    }

    [Theory]
    [InlineData("p.json", "[\"a fox\", \"a cup\"]")]
    [InlineData("p.jsonl", "\"a fox\"\n\"a cup\"\n")]
    [InlineData("p.json", "[{\"prompt\": \"a fox\"}, {\"prompt\": \"a cup\"}]")]
    [InlineData("p.csv", "# two\nprompt\na fox\na cup\n")]
    [InlineData("p.txt", "a fox\na cup\n\u001a")]
    public void Prompts_are_a_list_of_texts_or_a_table(string name, string text)
    {
        _place.File(name, text);
        Assert.Equal(["a fox", "a cup"], PromptFile.Read(_place.At(name)));
    }

    [Fact]
    public void A_pointer_of_Git_LFS_is_not_three_prompts()
    {
        _place.File("p.txt", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n");
        var message = Assert.Throws<InputException>(() => PromptFile.Read(_place.At("p.txt"))).Message;
        Assert.Contains("git lfs pull", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v.npy")]
    [InlineData("v.npz")]
    [InlineData("v.safetensors")]
    public void Pointers_in_the_place_of_embeddings_are_called_so(string name)
    {
        _place.File(name, "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n");
        var bad = Assert.Single(InputReader.Read([_place.At(name)]).Bad);
        Assert.StartsWith("is a pointer of Git LFS", bad.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_without_an_end_is_refused_before_it_fills_memory()
    {
        using (var file = new StreamWriter(_place.At("t.jsonl"), append: false, Encoding.ASCII))
        {
            file.Write("{\"x\":\"");
            for (var block = 0; block < 70; block++)
            {
                file.Write(new string('x', 1 << 20));
            }
        }

        var message = Assert.Throws<InputException>(() => CompareInput.Read([_place.At("t.jsonl")], null)).Message;
        Assert.Contains("line 1: a line of more than 67108864 characters", message, StringComparison.Ordinal);
        Assert.True(message.Length < 300);
    }

    [Fact]
    public void Line_ends_of_names_do_not_break_the_lines_of_a_message()
    {
        _place.File("t.csv", "model,prompt,scs\n\"a\nb\",fox,x\n");
        var message = Assert.Throws<InputException>(() => CompareInput.Read([_place.At("t.csv")], null)).Message;
        Assert.DoesNotContain('\n', message);
        _place.File("d.csv", "model,prompt,scs\n\"a\nb\",\"fox\ncup\",1\n\"a\nb\",\"fox\ncup\",1\n");
        var twice = Assert.Throws<InputException>(() => CompareInput.Read([_place.At("d.csv")], null)).Message;
        Assert.Equal(2, twice.Split('\n').Length);
        Assert.Contains("'a\\nb'", twice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_in_an_archive_may_lie_beside_the_folder_of_its_images()
    {
        using (
            var zip = System.IO.Compression.ZipFile.Open(
                _place.At("d.zip"),
                System.IO.Compression.ZipArchiveMode.Create
            )
        )
        {
            foreach (
                var (name, text) in ((string, string)[])
                    [
                        ("img/a.png", "a"),
                        ("img/b.png", "b"),
                        (
                            "meta/metadata.csv",
                            "file_name,text\n../img/a.png,fox\n..\\img\\.\\b.png,fox\n../../c.png,fox\n"
                        ),
                    ]
            )
            {
                using var writer = new StreamWriter(zip.CreateEntry(name).Open());
                writer.Write(text);
            }
        }

        var read = (ImageInput)InputReader.Read([_place.At("d.zip")]);
        Assert.Equal([_place.At("d.zip/img/a.png"), _place.At("d.zip/img/b.png")], read.Rows.Select(row => row.Path));
        Assert.Equal("is not in the archive", Assert.Single(read.Bad).Reason);
    }

    [Fact]
    public void Paths_that_Windows_wrote_are_found()
    {
        _place.File(Path.Combine("img", "1.png"), "x");
        _place.File("t.csv", "path,prompt\nimg\\1.png,fox\n");
        Assert.Equal(
            _place.At("img/1.png"),
            Assert.Single(((ImageInput)InputReader.Read([_place.At("t.csv")])).Rows).Path
        );
    }
}
