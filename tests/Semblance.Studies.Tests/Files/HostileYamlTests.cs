using Semblance.Studies.Files;

namespace Semblance.Studies.Tests.Files;

/// <summary>YAML that overflows the stack, fills memory or confuses the scanner: one sentence.</summary>
public sealed class HostileYamlTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Deep_brackets() =>
        Refused($"a: {new string('[', 100_000)}{new string(']', 100_000)}", "Nested deeper than 64 levels");

    [Fact]
    public void Deep_lists_on_one_line() =>
        Refused(string.Concat(Enumerable.Repeat("- ", 10_000)) + "x", "Nested deeper than 64 levels");

    [Theory]
    [InlineData("[*a{0}, *a{0}]")]
    [InlineData("{{<<: [*a{0}, *a{0}]}}")]
    public void Aliases_that_double(string form)
    {
        var lines = Enumerable
            .Range(1, 40)
            .Select(i =>
                $"a{i}: &a{i} {string.Format(System.Globalization.CultureInfo.InvariantCulture, form, i - 1)}"
            );
        Refused("a0: &a0 {x: 1}\n" + string.Join('\n', lines), "stand for more than 1000000 values");
    }

    [Fact]
    public void An_open_bracket_before_fields() =>
        Refused("name: a study\nprompts: [a cat, \"a dog\nseeds: 0..3\nmodels:\n  - id: one\n", "study.yaml");

    private void Refused(string yaml, string said)
    {
        var path = _folder.Write(yaml, "study.yaml");
        var error = Assert.Throws<InputException>(() => StudyFileReader.Read(path));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.True(error.Message.Length < 500, error.Message);
    }
}
