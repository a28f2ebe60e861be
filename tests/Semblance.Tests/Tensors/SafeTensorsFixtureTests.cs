using System.Text.Json;
using Semblance.Tensors;

namespace Semblance.Tests.Tensors;

public class SafeTensorsFixtureTests
{
    private static readonly string _folder = Fixtures.At("bad-safetensors");

    public static IEnumerable<TheoryDataRow<string, string>> Files()
    {
        var file = Path.Combine(_folder, "case.json");
        return File.Exists(file)
            ? JsonDocument
                .Parse(File.ReadAllBytes(file))
                .RootElement.GetProperty("files")
                .EnumerateArray()
                .Select(row => new TheoryDataRow<string, string>(
                    row.GetProperty("file").GetString()!,
                    row.GetProperty("expected").GetString()!
                ))
            : [];
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Files))]
    public void A_file_is_read_or_refused_for_its_own_reason(string name, string expected)
    {
        var file = Path.Combine(_folder, name);
        if (expected == "valid")
        {
            using var opened = SafeTensorsFile.Open(file);
            foreach (var (tensor, entry) in opened.Header.Tensors)
            {
                Assert.Equal(entry.Length, opened.ReadBytes(tensor).Length);
            }

            return;
        }

        var error = Assert.Throws<InputException>(() => SafeTensorsFile.Open(file).Dispose());

        Assert.StartsWith(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(
            expected.Replace("error: ", "", StringComparison.Ordinal),
            error.Message,
            StringComparison.Ordinal
        );
    }
}
