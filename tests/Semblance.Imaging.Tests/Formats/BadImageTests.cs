using System.Text.Json;
using Semblance.Imaging.Formats;

namespace Semblance.Imaging.Tests.Formats;

/// <summary>fixtures/preprocess/bad: every broken file is refused with the kind of fault that it has.</summary>
public sealed class BadImageTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Files()
    {
        var path = Fixtures.At("preprocess", "bad", "case.json");
        if (!File.Exists(path))
        {
            yield break;
        }

        foreach (
            var file in JsonDocument.Parse(File.ReadAllBytes(path)).RootElement.GetProperty("files").EnumerateArray()
        )
        {
            yield return (file.GetProperty("file").GetString()!, file.GetProperty("expected").GetString()!);
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Files))]
    public void A_broken_file_is_refused_by_its_kind(string file, string expected)
    {
        var bytes = File.ReadAllBytes(Fixtures.At("preprocess", "bad", file));
        var error = Assert.Throws<InputException>(() => ImageDecoder.Decode(bytes));
        Assert.Contains(expected["error: ".Length..], error.Message, StringComparison.Ordinal);
    }
}
