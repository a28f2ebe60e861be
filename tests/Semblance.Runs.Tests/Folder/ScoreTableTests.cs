using System.Text;
using CsCheck;
using Semblance.Comparison;
using Semblance.Runs.Comparing;
using Semblance.Runs.Folder;
using Semblance.Runs.Formats;
using Semblance.Runs.Inputs;
using Semblance.Runs.Scoring;

namespace Semblance.Runs.Tests.Folder;

/// <summary>Tables of scores as people have them.</summary>
public sealed class ScoreTableTests : IDisposable
{
    private readonly Workplace _place = new();

    /// <summary>The same two scores, written in many ways.</summary>
    public static TheoryData<string, string> Spellings { get; } =
        new()
        {
            { "comma.csv", "model,prompt,scs\nm,\"a fox, red\",82.5\nn,\"a fox, red\",80\n" },
            { "score.csv", "prompt,score,model\n\"a fox, red\",82.5,m\n\"a fox, red\",80,n\n" },
            { "crlf.csv", "model,prompt,scs\r\nm,\"a fox, red\",82.5\r\nn,\"a fox, red\",80\r\n" },
            { "mark.csv", "\ufeffmodel,prompt,scs\nm,\"a fox, red\",82.5\nn,\"a fox, red\",80" },
            { "semicolon.csv", "model;prompt;scs\nm;a fox, red;82.5\nn;a fox, red;80\n" },
            { "decimal-comma.csv", "model;prompt;scs\nm;a fox, red;82,5\nn;a fox, red;80,0\n" },
            { "quoted-comma.csv", "model,prompt,scs\nm,\"a fox, red\",\"82,5\"\nn,\"a fox, red\",80\n" },
            { "tab.tsv", "Model\tPrompt\tSCS\nm\ta fox, red\t82.5\nn\ta fox, red\t80\n" },
            { "tab.csv", "MODEL\tPROMPT\tSCORE\nm\ta fox, red\t82.5\nn\ta fox, red\t80\n" },
            { "bar.csv", "model|prompt|scs\nm|a fox, red|82.5\nn|a fox, red|80\n" },
            {
                "lines.jsonl",
                "{\"model\":\"m\",\"prompt\":\"a fox, red\",\"scs\":82.5}\n\n{\"Prompt\":\"a fox, red\",\"SCS\":\"80\",\"model\":\"n\",\"more\":[1]}\n"
            },
            { "sep.csv", "sep=;\r\nmodel;prompt;scs\r\nm;a fox, red;82,5\r\nn;a fox, red;80\r\n;;\r\n" },
            { "spaces.csv", " model , prompt, scs \nm,\"a fox, red\", 82.5\nn,\"a fox, red\",8e1\n\n" },
        };

    /// <summary>Tables that cannot be used, and what the error has to say.</summary>
    public static TheoryData<string, string> Faults { get; } =
        new()
        {
            { "", "is empty" },
            { "model,prompt,scs\n", "has no scores" },
            { "m,fox,82\nn,fox,80\n", "has no column \"model\"" },
            { "model,prompt,scs,SCS\nm,fox,82,82\n", "has the column \"scs\" twice; keep one of them" },
            { "model,prompt,score,scs\nm,fox,82,82.0\nm,cat,82,83\n", "line 3: scs is 83 and score is 82; keep" },
            { "model,prompt,value\nm,fox,82\n", "has no column \"scs\" or \"score\"" },
            { "model,prompt,scs\nm,fox,82,5\n", "line 2: 4 cells where the header has 3" },
            { "model;prompt;scs\nm;fox;82,5\nn;fox;80.1\n", "decimal commas (line 2) and decimal points (line 3)" },
            { "model,prompt,scs\nm,fox,high\n", "line 2: 'high' is not a number" },
            { "model,prompt,scs\nm,fox,\n", "the score of model 'm' for the prompt \"fox\" is missing" },
            { "model,prompt,scs\nm,fox,NaN\n", "'m' for the prompt \"fox\" is NaN" },
            { "model,prompt,scs\nm,fox,Infinity\n", "'m' for the prompt \"fox\" is Infinity" },
            { "model,prompt,scs\nm,fox,80\n,cat,80\n", "line 3: the model is empty" },
            {
                "model|prompt|scs\nm|fox|80|1\n",
                "line 2: 4 cells where the header has 3; put cells that hold a vertical bar"
            },
            { "model,prompt,scs\nm, ,80\n", "line 2: the prompt is empty" },
            { "model,prompt,scs\nm,\"fox,80\n", "a quote is opened and never closed" },
            { "model,prompt,scs,seed_count\nm,fox,80,2.5\n", "'2.5', and must be a whole number" },
            { "model,prompt,scs\nm,fox,1.234,5\n", "line 2: 4 cells" },
            { "model;prompt;scs\nm;fox;1,234,5\n", "'1,234,5' is not a number" },
        };

    public void Dispose() => _place.Dispose();

    [Theory]
    [MemberData(nameof(Spellings))]
    public void Separators_marks_quotes_and_decimal_commas_do_not_matter(string name, string text)
    {
        File.WriteAllText(_place.At(name), text);
        Assert.True(CompareInput.IsScored(_place.At(name)));
        using CompareInput input = CompareInput.Read([_place.At(name)], null);
        Assert.Equal([new("m", "a fox, red", 82.5), new("n", "a fox, red", 80)], input.Scores);
        Assert.Null(input.EncoderName);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public void Other_encodings_of_Unicode_are_read_by_their_mark(string encoding)
    {
        File.WriteAllText(_place.At("t.csv"), "model,prompt,scs\nm,caf\u00e9,82.5\n", Encoding.GetEncoding(encoding));
        using CompareInput input = CompareInput.Read([_place.At("t.csv")], null);
        Assert.Equal("caf\u00e9", Assert.Single(input.Scores).Prompt);
    }

    [Fact]
    public void Text_that_is_not_Unicode_is_refused()
    {
        File.WriteAllBytes(_place.At("t.csv"), Encoding.Latin1.GetBytes("model,prompt,scs\nm,caf\u00e9,82.5\n"));
        Assert.Contains("CSV UTF-8", Fault("t.csv"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_bad_table_is_refused_by_file_and_line(string text, string said)
    {
        File.WriteAllText(_place.At("t.csv"), text);
        var message = Fault("t.csv");
        Assert.StartsWith(_place.At("t.csv"), message, StringComparison.Ordinal);
        Assert.Contains(said, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "{\"model\":\"m\",\"prompt\":\"fox\"}\n",
        "has no column \"scs\" or \"score\"; its columns are \"model\", \"prompt\""
    )]
    [InlineData(
        "{\"model\":\"m\",\"prompt\":\"fox\",\"scs\":80}\n{\"model\":\"m\",\"prompt\":\"cat\"}\n",
        "line 2: the score"
    )]
    [InlineData("{\"model\":\"m\",\"prompt\":\"fox\",\"scs\":[80]}\n", "line 1: \"scs\" must be text or a number")]
    [InlineData("model,prompt,scs\n", "line 1: it is not valid JSON at byte 1")]
    [InlineData("", "is empty or not a regular file")]
    [InlineData("\n", "has no scores")]
    public void Bad_json_lines_are_refused_by_file_and_line(string text, string said)
    {
        File.WriteAllText(_place.At("t.jsonl"), text);
        var message = Assert
            .Throws<InputException>(() =>
            {
                Assert.True(CompareInput.IsScored(_place.At("t.jsonl")));
                CompareInput.Read([_place.At("t.jsonl")], null);
            })
            .Message;
        Assert.StartsWith(_place.At("t.jsonl"), message, StringComparison.Ordinal);
        Assert.Contains(said, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_that_names_no_model_is_of_the_one_that_its_file_names()
    {
        var vectors = new EmbeddingInput([new("", "fox", null, new float[] { 1, 0, 1, 0.1f }, 2)], "x.npy", true);
        foreach (var model in (string[])["m", "n"])
        {
            File.WriteAllText(_place.At($"{model}.csv"), ScoreCsv.Of(ScoreStage.Run(vectors, new ScoreSettings())));
        }

        using CompareInput input = CompareInput.Read([_place.At("m.csv"), _place.At("n.csv")], null);
        Assert.Equal(["m", "n"], input.Scores.Select(score => score.Model));
        Assert.Null(input.EncoderName);
    }

    [Fact]
    public void A_score_given_twice_is_named_with_both_lines()
    {
        File.WriteAllText(_place.At("t.csv"), "model,prompt,scs\nm,fox,80\nn,fox,81\nm,fox,82\n");
        var message = Fault("t.csv");
        Assert.Contains("t.csv, line 2 and ", message, StringComparison.Ordinal);
        Assert.Contains("t.csv, line 4", message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_several_encoders_is_chosen()
    {
        File.WriteAllText(
            _place.At("t.csv"),
            "model,prompt,scs,encoder\nm,fox,80,clip\nn,fox,81,clip\nm,fox,60,dino\nn,fox,61,dino\n"
        );
        Assert.Contains("clip, dino", Fault("t.csv"), StringComparison.Ordinal);
        using CompareInput input = CompareInput.Read([_place.At("t.csv")], "DINO");
        Assert.Equal([60.0, 61.0], input.Scores.Select(score => score.Scs));
        Assert.Equal("dino", input.EncoderName);
        Assert.Contains(
            "clip, dino",
            Assert.Throws<UsageException>(() => CompareInput.Read([_place.At("t.csv")], "other")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_same_name_with_another_key_is_another_encoder()
    {
        File.WriteAllText(
            _place.At("t.csv"),
            "model,prompt,scs,encoder,encoder_key\nm,fox,80,clip,aaaa\nm,fox,81,clip,bbbb\n"
        );
        Assert.Contains("aaaa (clip), bbbb (clip)", Fault("t.csv"), StringComparison.Ordinal);
        using CompareInput input = CompareInput.Read([_place.At("t.csv")], "bbbb");
        Assert.Equal(81, Assert.Single(input.Scores).Scs);
    }

    [Fact]
    public void Several_tables_are_joined()
    {
        File.WriteAllText(_place.At("a.csv"), "model,prompt,scs\nm,fox,80\n");
        File.WriteAllText(_place.At("b.tsv"), "model\tprompt\tscs\nn\tfox\t81\n");
        using CompareInput input = CompareInput.Read([_place.At("a.csv"), _place.At("b.tsv")], null);
        Assert.Equal(["m", "n"], input.Scores.Select(score => score.Model));
    }

    [Fact]
    public async Task What_score_writes_can_be_compared()
    {
        var vectors = new EmbeddingInput(
            [
                new("m", "fox \"red\",\n狐", null, new float[] { 1, 0, 1, 0.1f }, 2),
                new("m", "cat", null, new float[] { 0, 1, 1, 1 }, 2),
            ],
            "x.npy",
            PromptsAreRaw: true
        );
        var report = ScoreStage.Run(vectors, new ScoreSettings());
        File.WriteAllText(_place.At("scores.csv"), ScoreCsv.Of(report));
        File.WriteAllText(_place.At("scores.json"), ScoreJson.Of(report));
        using (var parquet = File.Create(_place.At("scores.parquet")))
        {
            StoredScores.Parquet(StoredScores.Lines(report)).Write(parquet);
        }

        PromptScore[] expected =
        [
            .. report.Sets.Select(set => new PromptScore(
                set.Model,
                set.Prompt,
                set.Scs,
                set.Images,
                set.StandardError
            )),
        ];
        foreach (var name in (string[])["scores.csv", "scores.json", "scores.parquet"])
        {
            using CompareInput input = CompareInput.Read([_place.At(name)], null);
            Assert.Equal(expected, input.Scores);
            Assert.Null(input.EncoderName);
        }
    }

    [Fact]
    public void Any_prompt_and_score_read_back_to_the_bit() =>
        Gen.Select(Gen.String.Where(prompt => !string.IsNullOrWhiteSpace(prompt)), Gen.Double[0, 100])
            .Array[1, 20]
            .Sample(
                rows =>
                {
                    rows =
                    [
                        .. rows.Select(row => (Prompt: string.Concat(row.Item1.EnumerateRunes()), row.Item2))
                            .DistinctBy(row => row.Prompt),
                    ];
                    var path = _place.At($"{Path.GetRandomFileName()}.csv");
                    File.WriteAllText(
                        path,
                        CsvText.Of<(string Prompt, double Scs)>(
                            [("model", _ => "m"), ("prompt", row => row.Prompt), ("scs", row => row.Scs)],
                            rows
                        )
                    );
                    Assert.Equal(rows, ScoreTableReader.Read(path).Select(row => (row.Prompt, row.Scs)));
                    File.Delete(path);
                },
                iter: 200
            );

    [Fact]
    public void A_table_of_images_is_no_table_of_scores()
    {
        File.WriteAllText(_place.At("t.csv"), "path,model,prompt\n1.png,m,fox\n");
        Assert.False(CompareInput.IsScored(_place.At("t.csv")));
        File.WriteAllText(_place.At("t.jsonl"), "{\"path\":\"1.png\",\"prompt\":\"fox\"}\n");
        Assert.False(CompareInput.IsScored(_place.At("t.jsonl")));
        Assert.False(CompareInput.IsScored(_place.Root));
        Assert.Throws<InputException>(() => CompareInput.IsScored(_place.At("nowhere")));
    }

    private string Fault(string name) =>
        Assert.Throws<InputException>(() => CompareInput.Read([_place.At(name)], null)).Message;
}
