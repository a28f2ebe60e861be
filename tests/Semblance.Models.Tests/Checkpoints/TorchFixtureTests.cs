using System.Text.Json;
using Semblance.Models.Checkpoints;

namespace Semblance.Models.Tests.Checkpoints;

public class TorchFixtureTests
{
    private static readonly string _folder = Fixtures.At("torch-files");

    public static IEnumerable<TheoryDataRow<string>> Good() =>
        Listed("outputs", element => element.EnumerateArray().Select(name => name.GetString()!));

    public static IEnumerable<TheoryDataRow<string, string>> Bad() =>
        Listed("errors", element => element.EnumerateObject().Select(error => error.Name))
            .Select(row => new TheoryDataRow<string, string>(
                row.Data,
                Case().GetProperty("errors").GetProperty(row.Data).GetString()!
            ));

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Good))]
    public void An_archive_gives_the_tensors_that_were_saved(string expectedName)
    {
        var stem = expectedName.Replace(".expected.safetensors", "", StringComparison.Ordinal);
        var file = new[] { ".bin", ".pt", ".pth" }.Select(end => Path.Combine(_folder, stem + end)).First(File.Exists);
        var expected = Checkpoint.Open(Path.Combine(_folder, expectedName));

        var actual = Checkpoint.Open(file);

        Assert.NotEmpty(expected.Tensors);
        Assert.Equal(expected.Tensors.Keys, actual.Tensors.Keys);
        foreach (var (name, entry) in expected.Tensors)
        {
            Assert.Equal(entry.Type, actual.Tensors[name].Type);
            Assert.Equal(entry.Shape, actual.Tensors[name].Shape);
            Assert.Equal(expected.ReadBytes(name), actual.ReadBytes(name));
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Bad))]
    public void A_file_that_is_no_plain_state_dict_is_refused_for_its_own_reason(string name, string reason)
    {
        var file = Path.Combine(_folder, name);

        var error = Assert.Throws<InputException>(() => Checkpoint.Open(file));

        Assert.StartsWith(file, error.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
        // What tells this reason from the others: the names and words that the reader has to see.
        var words = reason switch
        {
            _ when reason.Contains('(', StringComparison.Ordinal) => reason[
                (reason.IndexOf('(', StringComparison.Ordinal) + 1)..^1
            ]
                .Split(' ', '.'),
            _ when reason.Contains("compressed", StringComparison.Ordinal) => ["compressed"],
            _ when reason.Contains("format before", StringComparison.Ordinal) =>
            [
                "format before torch 1.6",
                "safetensors",
            ],
            _ when reason.Contains("module", StringComparison.Ordinal) => ["a pickled module", "not a state dict"],
            _ => reason.Replace("refused: ", "", StringComparison.Ordinal).Split(' '),
        };
        Assert.All(words, word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
    }

    private static IEnumerable<TheoryDataRow<string>> Listed(
        string field,
        Func<JsonElement, IEnumerable<string>> names
    ) =>
        File.Exists(Path.Combine(_folder, "case.json"))
            ? names(Case().GetProperty(field)).Select(name => new TheoryDataRow<string>(name))
            : [];

    private static JsonElement Case() =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder, "case.json"))).RootElement;
}
