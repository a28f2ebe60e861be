using Semblance.Studies.Files;

namespace Semblance.Studies.Tests.Files;

public sealed class ClusterReaderTests : IDisposable
{
    private const string Prompts = "[a red fox, a red house, the sea, the sky]";
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void First_words_a_table_and_a_column_come_to_the_same_clusters()
    {
        _folder.Write("prompt,cluster\nthe sea,b\nA red fox!,a\na red house,a\nthe sky,b\n", "groups.csv");
        _folder.Write("prompt,subject\na red fox,land\na red house,land\nthe sea,blue\nthe sky,blue\n", "prompts.csv");
        Assert.Equal([0, 0, 1, 1], Assigned(Prompts, "by: first-words:1"));
        Assert.Equal([0, 0, 1, 1], Assigned(Prompts, "file: groups.csv"));
        Assert.Equal([0, 0, 1, 1], Assigned("{ file: prompts.csv }", "column: subject"));
        Assert.Null(Read("prompts: [a fox]\nseeds: 1..2\nmodels: [{ id: m, painter: steady }]").Clusters);
    }

    [Fact]
    public void Prompts_with_the_suffix_of_a_model_are_of_the_same_clusters()
    {
        _folder.Write("prompt,cluster\na fox,a\na house,b\na tree,a\n", "groups.csv");
        var clusters = Read(
            """
            prompts: [a fox, a house, a tree]
            seeds: 1..2
            clusters: { file: groups.csv }
            models:
              - { id: plain, painter: steady }
              - { id: styled, painter: wanderer, suffix: in the style of TOK }
            """
        ).Clusters!;
        Assert.Equal([0, 1, 0], clusters.Prompts.Assign(["a fox", "a house", "a tree"]));
        Assert.Equal(
            [0, 1, 0],
            clusters.Prompts.Assign([
                "a fox in the style of TOK",
                "a house in the style of TOK",
                "a tree in the style of TOK",
            ])
        );
    }

    [Theory]
    [InlineData("by: words:2", "by takes first-words:N with N of at least 1, such as first-words:3; found \"words:2\"")]
    [InlineData("by: first-words:0", "by takes first-words:N")]
    [InlineData("by: first-words:9, file: groups.csv", "Clusters take one of by: first-words:N, file: TABLE")]
    [InlineData("", "Clusters take one of by: first-words:N, file: TABLE")]
    [InlineData("flie: groups.csv", "did you mean \"file\"?")]
    [InlineData("file: gone.csv", "gone.csv does not exist")]
    [InlineData("file: groups.csv", "groups.csv has no cluster for 1 prompt of 4: \"the sky\"; give each prompt one")]
    [InlineData("file: other.csv", "other.csv has no column \"cluster\" of clusters")]
    [InlineData("column: subject", "the prompts are not in one: write prompts: { file: prompts.csv }")]
    [InlineData(
        "by: first-words:1",
        "part: All 2 prompts are of one cluster (\"the\"), and an error over clusters needs at least two"
    )]
    public void What_is_wrong_with_clusters_is_named_with_its_place(string clusters, string message)
    {
        _folder.Write("prompt,cluster\nthe sea,b\na red fox,a\na red house,a\n", "groups.csv");
        _folder.Write("prompt,group\nthe sea,b\n", "other.csv");
        var fault = Assert.Throws<InputException>(() =>
            Read(
                $$"""
                prompts: {{Prompts}}
                seeds: 1..2
                clusters: { {{clusters}} }
                models: [{ id: m, painter: steady }, { id: part, painter: wanderer }]
                matrix: { exclude: [{ model: part, prompt: a red fox }, { model: part, prompt: a red house }] }
                """
            )
        );
        Assert.Contains(message, fault.Message);
        Assert.Contains("study.yaml, line 3, column ", fault.Message);
    }

    public void Dispose() => _folder.Dispose();

    private IReadOnlyList<int> Assigned(string prompts, string clusters)
    {
        var study = Read(
            $$"""
            prompts: {{prompts}}
            seeds: 1..2
            clusters: { {{clusters}} }
            models: [{ id: m, painter: steady }]
            """
        );
        return study.Clusters!.Prompts.Assign([.. study.Prompts.Select(prompt => prompt.Text)]);
    }

    private StudyFile Read(string text) => StudyFileReader.Read(_folder.Write(text, "study.yaml"));
}
