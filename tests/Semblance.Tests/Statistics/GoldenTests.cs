using System.Text.Json;
using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

/// <summary>The rules of comparison themselves: each kind of wrong result must be found.</summary>
public sealed class GoldenTests
{
    private static List<string> Faults(string expected, Fields actual, string more = "", string procedure = "any")
    {
        using var json = JsonDocument.Parse($$"""{"name":"one","input":{},"expected":{{expected}}{{more}}}""");
        return Golden.Faults(json.RootElement, 1e-9, procedure, _ => actual);
    }

    private static List<string> ErrorFaults(string error, Func<Fields> run)
    {
        using var json = JsonDocument.Parse($$"""{"name":"one","input":{},"error":"{{error}}"}""");
        return Golden.Faults(json.RootElement, 1e-9, "any", _ => run());
    }

    [Fact]
    public void An_expected_field_that_is_not_given_is_a_fault() =>
        Assert.Single(Faults("""{"t":1,"df":2}""", new() { ["t"] = 1.0 }));

    [Fact]
    public void A_nested_field_that_is_not_given_is_a_fault() =>
        Assert.Single(Faults("""{"p":{"less":0.5,"greater":0.5}}""", new() { ["p"] = new Fields { ["less"] = 0.5 } }));

    [Theory]
    [InlineData(1e-12, 1.0000001e-12, true)]
    [InlineData(1000, 1000.0000009, true)]
    [InlineData(1000, 1000.0000011, false)]
    [InlineData(0.5, 0.500000002, false)]
    public void A_statistic_may_differ_by_the_tolerance_times_its_size_or_one(
        double expected,
        double actual,
        bool holds
    ) =>
        Assert.Equal(
            holds,
            Faults(JsonSerializer.Serialize(new { t = expected }), new() { ["t"] = actual }).Count == 0
        );

    [Theory]
    [InlineData("p")]
    [InlineData("p_value")]
    public void A_p_value_is_compared_relatively(string field)
    {
        var expected = $$$"""{"{{{field}}}":{"less":1e-20}}""";
        Assert.Empty(Faults(expected, new() { [field] = new Fields { ["less"] = 1.0000000001e-20 } }));
        Assert.Single(Faults(expected, new() { [field] = new Fields { ["less"] = 1.00000001e-20 } }));
    }

    [Fact]
    public void Special_functions_are_compared_relatively() =>
        Assert.Single(
            Faults("""{"values":[1e-20]}""", new() { ["values"] = new[] { 2e-20 } }, "", "special_functions")
        );

    [Fact]
    public void A_p_value_of_0_is_anything_below_1e_300()
    {
        Assert.Empty(Faults("""{"p":0}""", new() { ["p"] = 1e-310 }));
        Assert.Single(Faults("""{"p":0}""", new() { ["p"] = 1e-200 }));
    }

    [Fact]
    public void The_tolerance_of_a_case_or_field_goes_before_the_files()
    {
        var actual = new Fields { ["t"] = 1.001 };
        Assert.Single(Faults("""{"t":1}""", actual));
        Assert.Empty(Faults("""{"t":1}""", actual, ""","tolerance":0.01"""));
        Assert.Empty(Faults("""{"t":1}""", actual, ""","tolerances":{"t":0.01}"""));
        Assert.Single(Faults("""{"t":1}""", actual, ""","tolerances":{"t":"compare by eye"}"""));
    }

    [Fact]
    public void Arrays_truths_texts_and_what_is_not_finite_are_compared()
    {
        Assert.Single(Faults("""{"ci":[1,2]}""", new() { ["ci"] = new[] { 1.0 } }));
        Assert.Single(Faults("""{"ci":[1,2]}""", new() { ["ci"] = new[] { 1.0, 3.0 } }));
        Assert.Single(Faults("""{"t":"NaN"}""", new() { ["t"] = 1.0 }));
        Assert.Single(Faults("""{"t":1}""", new() { ["t"] = double.NaN }));
        Assert.Single(Faults("""{"t":"Infinity"}""", new() { ["t"] = double.NegativeInfinity }));
        Assert.Empty(
            Faults("""{"t":"NaN","u":"-Infinity"}""", new() { ["t"] = double.NaN, ["u"] = double.NegativeInfinity })
        );
        Assert.Single(Faults("""{"ties":true}""", new() { ["ties"] = false }));
        Assert.Single(Faults("""{"method":"exact"}""", new() { ["method"] = "normal" }));
        Assert.Single(Faults("""{"method":"exact"}""", new() { ["method"] = null }));
    }

    [Fact]
    public void An_error_must_come_and_be_of_the_expected_kind()
    {
        Assert.Empty(ErrorFaults("too_few", () => throw new AssumptionException(Assumption.TooFew, "Only one.")));
        Assert.Empty(ErrorFaults("undefined: why", () => throw new AssumptionException(Assumption.Undefined, "No.")));
        Assert.Single(ErrorFaults("too_few", () => throw new AssumptionException(Assumption.Empty, "None.")));
        Assert.Single(ErrorFaults("too_few", () => new()));
    }
}
