using System.Text;
using Semblance.Comparison;
using Semblance.Runs.Comparing;
using Semblance.Runs.Formats;
using Semblance.Runs.Inputs;

namespace Semblance.Runs.Tests.Inputs;

/// <summary>Tables as programs write them that people use: the bytes are those that each of them writes.</summary>
public sealed class WrittenTableTests : IDisposable
{
    private const string Quoted =
        "\"model\",\"prompt\",\"scs\"\n\"a\",\"a \"\"red\"\" fox\",80.5\n\"b\",\"a \"\"red\"\" fox\",82\n";

    private readonly Workplace _place = new();

    /// <summary>Who writes so; name of the file; its text; its encoding, with a byte order mark where it says so.</summary>
    public static TheoryData<string, string, string, string> Writers { get; } =
        new()
        {
            { "R, write.csv without row names", "t.csv", Quoted, "utf-8" },
            {
                "R, write.csv",
                "t.csv",
                "\"\",\"model\",\"prompt\",\"scs\"\n\"1\",\"a\",\"a \"\"red\"\" fox\",80.5\n\"2\",\"b\",\"a \"\"red\"\" fox\",82\n",
                "utf-8"
            },
            {
                "R, write.csv2",
                "t.csv",
                "\"\";\"model\";\"prompt\";\"scs\"\n\"1\";\"a\";\"a \"\"red\"\" fox\";80,5\n\"2\";\"b\";\"a \"\"red\"\" fox\";82\n",
                "utf-8"
            },
            {
                "R, write.table",
                "t.txt",
                "\"model\" \"prompt\" \"scs\"\n\"1\" \"a\" \"a \\\"red\\\" fox\" 80.5\n\"2\" \"b\" \"a \\\"red\\\" fox\" 82\n",
                "utf-8"
            },
            {
                "R, write.table with tabs and without quotes",
                "t.tsv",
                "model\tprompt\tscs\na\ta \"red\" fox\t80.5\nb\ta \"red\" fox\t82\n",
                "utf-8"
            },
            {
                "R, write.table with commas",
                "t.csv",
                "\"model\",\"prompt\",\"scs\"\n\"1\",\"a\",\"a \\\"red\\\" fox\",80.5\n\"2\",\"b\",\"a \\\"red\\\" fox\",82\n",
                "utf-8"
            },
            { "R on an old Macintosh", "t.csv", Quoted.Replace('\n', '\r'), "utf-8" },
            { "R, fileEncoding UTF-16LE", "t.csv", Quoted, "utf-16-unmarked" },
            {
                "PowerShell 5, Export-Csv",
                "t.csv",
                "#TYPE Selected.System.Management.Automation.PSCustomObject\r\n"
                    + Quoted.Replace("80.5", "\"80.5\"").Replace("82", "\"82\"").Replace("\n", "\r\n"),
                "utf-8"
            },
            {
                "PowerShell 5, Export-Csv -Encoding Unicode -UseCulture",
                "t.csv",
                "\"model\";\"prompt\";\"scs\"\r\n\"a\";\"a \"\"red\"\" fox\";\"80,5\"\r\n\"b\";\"a \"\"red\"\" fox\";\"82\"\r\n",
                "utf-16"
            },
            {
                "Excel, Unicode text",
                "t.txt",
                "model\tprompt\tscs\r\na\t\"a \"\"red\"\" fox\"\t80,5\r\nb\t\"a \"\"red\"\" fox\"\t82\r\n",
                "utf-16"
            },
            {
                "Excel, CSV UTF-8, German",
                "t.csv",
                "\ufeffmodel;prompt;scs\r\na;\"a \"\"red\"\" fox\";80,5\r\nb;\"a \"\"red\"\" fox\";82\r\n;;\r\n",
                "utf-8"
            },
            {
                "Excel, CSV UTF-8, English, with an empty column",
                "t.csv",
                "\ufeffmodel,prompt,scs,\r\na,\"a \"\"red\"\" fox\",80.5,\r\nb,\"a \"\"red\"\" fox\",82,\r\n",
                "utf-8"
            },
            {
                "LibreOffice, all text quoted",
                "t.csv",
                "\"model\",\"prompt\",\"scs\"\n\"a\",\"a \"\"red\"\" fox\",80.5\n\"b\",\"a \"\"red\"\" fox\",82",
                "utf-8"
            },
            {
                "pandas, to_csv",
                "t.csv",
                ",model,prompt,scs\n0,a,\"a \"\"red\"\" fox\",80.5\n1,b,\"a \"\"red\"\" fox\",82.0\n",
                "utf-8"
            },
            {
                "pandas, to_csv of what read_csv read, all quoted",
                "t.csv",
                "\"Unnamed: 0\",\"model\",\"prompt\",\"scs\"\n\"0\",\"a\",\"a \"\"red\"\" fox\",\"80.5\"\n\"1\",\"b\",\"a \"\"red\"\" fox\",\"82.0\"\n",
                "utf-8"
            },
            {
                "pandas, to_csv with sep and decimal",
                "t.csv",
                ";model;prompt;scs\n0;a;\"a \"\"red\"\" fox\";80,5\n1;b;\"a \"\"red\"\" fox\";82,0\n",
                "utf-8"
            },
            {
                "pandas, to_csv with an escape character",
                "t.csv",
                "model,prompt,scs\na,\"a \\\"red\\\" fox\",80.5\nb,\"a \\\"red\\\" fox\",82.0\n",
                "utf-8"
            },
            {
                "pandas on Windows through a file opened as text",
                "t.csv",
                "model,prompt,scs\r\r\na,\"a \"\"red\"\" fox\",80.5\r\r\nb,\"a \"\"red\"\" fox\",82.0\r\r\n",
                "utf-8"
            },
            {
                "pandas, to_json lines",
                "t.jsonl",
                "{\"model\":\"a\",\"prompt\":\"a \\\"red\\\" fox\",\"scs\":80.5}\n{\"model\":\"b\",\"prompt\":\"a \\\"red\\\" fox\",\"scs\":82.0}\n",
                "utf-8"
            },
            {
                "pandas, to_json records",
                "t.json",
                "[{\"model\":\"a\",\"prompt\":\"a \\\"red\\\" fox\",\"scs\":80.5},{\"model\":\"b\",\"prompt\":\"a \\\"red\\\" fox\",\"scs\":82.0}]",
                "utf-8"
            },
            {
                "DuckDB, COPY to JSON",
                "t.json",
                "{\"model\":\"a\",\"prompt\":\"a \\\"red\\\" fox\",\"scs\":80.5}\n{\"model\":\"b\",\"prompt\":\"a \\\"red\\\" fox\",\"scs\":82}\n",
                "utf-8"
            },
            {
                "DuckDB, COPY to JSON as an array",
                "t.json",
                "[\n\t{\"model\":\"a\",\"prompt\":\"a \\\"red\\\" fox\",\"scs\":80.5},\n\t{\"model\":\"b\",\"prompt\":\"a \\\"red\\\" fox\",\"scs\":82}\n]\n",
                "utf-8"
            },
            {
                "jq, an array by lines in a .jsonl file",
                "t.jsonl",
                "[\n  {\n    \"model\": \"a\",\n    \"prompt\": \"a \\\"red\\\" fox\",\n    \"scs\": 80.5\n  },\n  {\n    \"model\": \"b\",\n    \"prompt\": \"a \\\"red\\\" fox\",\n    \"scs\": 82\n  }\n]\n",
                "utf-8"
            },
            {
                "Spark, which leaves out null fields",
                "t.json",
                "{\"model\":\"a\",\"prompt\":\"a \\\"red\\\" fox\",\"scs\":80.5}\n{\"model\":\"b\",\"prompt\":\"a \\\"red\\\" fox\",\"scs\":82,\"standard_error\":0.5}\n",
                "utf-8"
            },
            {
                "Spark, CSV",
                "t.csv",
                "model,prompt,scs\na,\"a \\\"red\\\" fox\",80.5\nb,\"a \\\"red\\\" fox\",82.0\n",
                "utf-8"
            },
            {
                "polars, write_csv with all quoted",
                "t.csv",
                "\"model\",\"prompt\",\"scs\"\n\"a\",\"a \"\"red\"\" fox\",\"80.5\"\n\"b\",\"a \"\"red\"\" fox\",\"82.0\"\n",
                "utf-8"
            },
            {
                "SQLite, headers on and a bar",
                "t.txt",
                "model|prompt|scs\na|a \"red\" fox|80.5\nb|a \"red\" fox|82.0\n",
                "utf-8"
            },
            {
                "a program that ends each line with its separator",
                "t.csv",
                "model;prompt;scs\na;a \"red\" fox;80.5;\nb;a \"red\" fox;82.0;\n",
                "utf-8"
            },
            {
                "a spreadsheet that names another separator",
                "t.csv",
                "sep=^\r\nmodel^prompt^scs\r\na^a \"red\" fox^80.5\r\nb^a \"red\" fox^82\r\n",
                "utf-8"
            },
        };

    public void Dispose() => _place.Dispose();

    [Theory]
    [MemberData(nameof(Writers))]
    public void A_table_is_read_as_its_writer_meant_it(string writer, string name, string text, string encoding)
    {
        Assert.NotEmpty(writer);
        File.WriteAllBytes(
            _place.At(name),
            encoding == "utf-16-unmarked" ? new UnicodeEncoding(false, false).GetBytes(text)
                : encoding == "utf-16" ? [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(text)]
                : Encoding.UTF8.GetBytes(text)
        );
        Assert.True(CompareInput.IsScored(_place.At(name)));
        using CompareInput input = CompareInput.Read([_place.At(name)], null);
        Assert.Equal(
            [("a", "a \"red\" fox", 80.5), ("b", "a \"red\" fox", 82.0)],
            input.Scores.Select(score => (score.Model, score.Prompt, score.Scs))
        );
    }

    [Theory]
    [InlineData("model;prompt;scs;seed_count;standard_error\nm;p;80,5;NA;NaN\n")]
    [InlineData("model,prompt,scs,seed_count,standard_error\nm,p,80.5,null,None\n")]
    [InlineData("model,prompt,scs,seed_count,standard_error\nm,p,80.5,\\N,#N/A\n")]
    [InlineData("model,prompt,scs,seed_count,standard_error\nm,p,80.5,,\n")]
    public void Words_for_no_number_are_no_numbers(string text)
    {
        _place.File("t.csv", text);
        using CompareInput input = CompareInput.Read([_place.At("t.csv")], null);
        Assert.Equal([new PromptScore("m", "p", 80.5)], input.Scores);
    }

    [Theory]
    [InlineData("t.csv", "model,prompt,scs\n\"x \\\",y\",80\n", "line 2: a backslash before a quote")]
    [InlineData("t.csv", "model,prompt,scs\na,p,80,5\nb,p,81,5\n", "numbers with a decimal comma too")]
    [InlineData("t.csv", "model,prompt,scs\n1,p,80,5\n1,q,81,5\n", "line 3: 4 cells where the header has 3")]
    [InlineData("t.csv", "model,prompt,scs\nm,fox,80,\nm,cat,80,1\n", "line 3: 4 cells")]
    [InlineData("t.csv", "model,prompt,scs,standard_error\nm,fox,80,-1\n", "the standard error is '-1'")]
    [InlineData("t.csv", "PK\u0003\u0004rest", "is not text but an Excel workbook")]
    [InlineData("t.csv", "PAR1 rest", "is not text but a Parquet file")]
    [InlineData("t.json", "{\"model\":{\"0\":\"a\"},\"scs\":{\"0\":80}}", "column by column")]
    [InlineData("t.json", "{\"columns\":[\"model\"],\"index\":[0],\"data\":[[\"a\"]]}", "with its columns apart")]
    [InlineData("t.jsonl", "{\"model\":\"a\",\"prompt\":\"p\",\"scs\":NaN}", "with null for Python's NaN")]
    [InlineData(
        "t.jsonl",
        "{\"model\":\"a\",\"prompt\":\"p \\ud83d\",\"scs\":80}",
        "line 1: \"prompt\" holds an escape"
    )]
    [InlineData("t.jsonl", "{\"model\":\"a\",\"prompt\":\"p\",\"scs\":80,\"\\ud83d\":1}", "line 1: an escape")]
    [InlineData("t.json", "{\"schema\":\"semblance.scores/1\",\"encoder\":null,\"sets\":[]}", "is damaged")]
    [InlineData("t.json", "{\"schema\":\"semblance.scores/1\",\"encoder\":{},\"sets\":[{}]}", "is damaged")]
    [InlineData("t.json", "{\"schema\":\"\\ud800\",\"encoder\":{},\"sets\":[{}]}", "is damaged")]
    [InlineData("t.json", "{\"schema\":\"other/1\"}", "is not the JSON of `semblance score`")]
    [InlineData("t.json", "{\"schema\":{\"fields\":[]},\"data\":[]}", "is not the JSON of `semblance score`")]
    [InlineData("t.csv", "prompt,value\nfox,80\n", "has no column \"model\"")]
    public void What_can_be_read_two_ways_or_not_at_all_is_refused_with_what_to_do(
        string name,
        string text,
        string said
    )
    {
        _place.File(name, text);
        var message = Assert.Throws<InputException>(() => CompareInput.Read([_place.At(name)], null)).Message;
        Assert.StartsWith(_place.At(name), message, StringComparison.Ordinal);
        Assert.Contains(said, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_in_an_old_encoding_is_refused_by_its_line()
    {
        File.WriteAllBytes(
            _place.At("t.csv"),
            Encoding.Latin1.GetBytes("model;prompt;scs\nm;fox;80\nm;caf\u00e9;82,5\n")
        );
        var message = Assert.Throws<InputException>(() => CompareInput.Read([_place.At("t.csv")], null)).Message;
        Assert.Contains("t.csv, line 3: the bytes are not UTF-8", message, StringComparison.Ordinal);
        Assert.Contains("save it as \"CSV UTF-8\"", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_odd_byte_in_UTF16_is_refused_and_not_replaced()
    {
        File.WriteAllBytes(
            _place.At("t.csv"),
            [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("model,prompt,scs\nm,p,80\n"), 0x0a]
        );
        Assert.Contains(
            "does not go on so",
            Assert.Throws<InputException>(() => CompareInput.Read([_place.At("t.csv")], null)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_cell_without_an_end_is_refused_before_it_fills_memory()
    {
        _place.File("t.csv", "model,prompt,scs\nm,\"" + new string('x', (1 << 24) + 10) + "\",80\n");
        var message = Assert.Throws<InputException>(() => CompareInput.Read([_place.At("t.csv")], null)).Message;
        Assert.Contains("line 2: a cell of more than 16777216 characters", message, StringComparison.Ordinal);
        Assert.True(message.Length < 300);
    }

    [Fact]
    public void Wide_tables_are_the_scores_of_a_model_in_each_column()
    {
        _place.File("w.csv", "Unnamed: 0,prompt,category,sdxl,pixart\n0,fox,animal,80.5,70\n1,cup,thing,,71\n");
        Assert.True(CompareInput.IsScored(_place.At("w.csv")));
        using CompareInput input = CompareInput.Read([_place.At("w.csv")], null);
        Assert.Equal(
            [new("sdxl", "fox", 80.5), new("pixart", "fox", 70), new PromptScore("pixart", "cup", 71)],
            input.Scores
        );
        Assert.Contains(
            "read as the scores of 2 models, \"sdxl\" and \"pixart\"; not used: \"Unnamed: 0\" and \"category\".",
            Assert.Single(input.Notes),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("prompt;id;a;b\nfox;1;80,5;70\n")]
    [InlineData("\"\",\"prompt\",\"a\",\"b\"\n\"1\",\"fox\",80.5,70\n")]
    [InlineData("prompt\ta\tb\tnote\nfox\t80.5\t70\tNA\n")]
    public void Columns_that_number_the_rows_are_no_models(string text)
    {
        _place.File("w.csv", text);
        using CompareInput input = CompareInput.Read([_place.At("w.csv")], null);
        Assert.Equal([new("a", "fox", 80.5), new PromptScore("b", "fox", 70)], input.Scores);
    }

    [Fact]
    public void A_table_without_a_column_for_the_model_is_of_the_one_that_its_file_names()
    {
        _place.File("sdxl.csv", "prompt,scs\nfox,80\n");
        using CompareInput input = CompareInput.Read([_place.At("sdxl.csv")], null);
        Assert.Equal([new PromptScore("sdxl", "fox", 80)], input.Scores);
    }

    [Fact]
    public void Columns_with_other_names_are_read_where_that_is_said()
    {
        _place.File("t.csv", "prompt,caption,generator,value\n7,fox,a,80\n8,cup,a,81\n");
        var map = ColumnMap.Parse(["prompt=caption", "generator=model", "scs=value"]);
        using CompareInput input = CompareInput.Read([_place.At("t.csv")], null, columns: map);
        Assert.Equal([new("a", "fox", 80), new PromptScore("a", "cup", 81)], input.Scores);
        _place.File("t.jsonl", "{\"meta\":{\"caption\":\"fox\"},\"generator\":\"a\",\"value\":80}\n");
        using CompareInput nested = CompareInput.Read(
            [_place.At("t.jsonl")],
            null,
            columns: ColumnMap.Parse(["prompt=meta.caption", "model=generator", "score=value"])
        );
        Assert.Equal([new PromptScore("a", "fox", 80)], nested.Scores);
    }

    [Fact]
    public void A_missing_column_is_refused_with_the_nearest_one()
    {
        _place.File("t.csv", "model,caption,scs\na,fox,80\n");
        var missing = Assert.Throws<InputException>(() =>
            CompareInput.Read([_place.At("t.csv")], null, columns: ColumnMap.Parse(["prompt=captoin"]))
        );
        Assert.Contains(
            "no column \"captoin\" to be the prompt. Did you mean 'caption'?",
            missing.Message,
            StringComparison.Ordinal
        );
        var unnamed = Assert.Throws<InputException>(() => CompareInput.Read([_place.At("t.csv")], null));
        Assert.Equal([new Remedy(RemedyKind.NameColumn, "prompt=caption")], unnamed.Remedies);
    }

    [Theory]
    [InlineData("\"promt\" is not a column that is read. Did you mean 'prompt'?", "promt=caption")]
    [InlineData("\"prompt\" is given two columns", "prompt=a", "prompt=b")]
    [InlineData("\"scs\" is given two columns", "scs=a", "score=b")]
    [InlineData("is to be both \"prompt\" and \"model\"", "prompt=a", "model=A")]
    [InlineData("does not say which column", "prompt")]
    [InlineData("does not say which column", "prompt=")]
    public void Names_of_columns_that_make_no_sense_are_refused(string said, params string[] texts) =>
        Assert.Contains(
            said,
            Assert.Throws<UsageException>(() => ColumnMap.Parse(texts)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Prompts_are_read_from_tables_as_scores_are()
    {
        _place.File(
            "parti.tsv",
            "Prompt\tCategory\tChallenge\tNote\nbond\tAbstract\tBasic\tBiology\na red car\tVehicles\tBasic\t\n"
        );
        Assert.Equal(["bond", "a red car"], PromptFile.Read(_place.At("parti.tsv")));
        _place.File("p.csv", "prompt\na cat\n\"a, b\"\n");
        Assert.Equal(["a cat", "a, b"], PromptFile.Read(_place.At("p.csv")));
        _place.File("p.jsonl", "{\"prompt\":\"a cat\"}\n{\"prompt\":\"a dog\"}\n");
        Assert.Equal(["a cat", "a dog"], PromptFile.Read(_place.At("p.jsonl")));
        _place.File("p.json", "[{\"text\":\"a cat\"}]");
        Assert.Equal(["a cat"], PromptFile.Read(_place.At("p.json"), ColumnMap.Parse(["prompt=text"])));
        Assert.Equal(["A fox", "A cat"], PromptFile.Read(Tables.At("strvec.parquet")).Distinct());
        _place.File("p.txt", "prompt\na, b\n");
        Assert.Equal(["prompt", "a, b"], PromptFile.Read(_place.At("p.txt")));
    }

    [Theory]
    [InlineData("a cat\na dog\n", "has no column \"prompt\"; its columns are \"a cat\"")]
    [InlineData("prompt,n\na cat,1\n,2\n", "line 3: the prompt is empty")]
    [InlineData("prompt,n\n", "holds no prompt")]
    public void A_table_of_prompts_that_cannot_be_used_is_refused(string text, string said)
    {
        _place.File("p.csv", text);
        Assert.Contains(
            said,
            Assert.Throws<InputException>(() => PromptFile.Read(_place.At("p.csv"))).Message,
            StringComparison.Ordinal
        );
    }
}
