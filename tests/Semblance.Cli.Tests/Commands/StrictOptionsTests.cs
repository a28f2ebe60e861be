using System.CommandLine;
using System.CommandLine.Help;
using Semblance.Cli.Commands;
using Semblance.Cli.Options;
using Semblance.Cli.Terminal;

namespace Semblance.Cli.Tests.Commands;

/// <summary>Every option of every command, by its kind: what is taken for its value, and what is refused.</summary>
public sealed class StrictOptionsTests
{
    private static readonly RootCommand Root = CommandTree.Build(new Messages(TextWriter.Null, Width: null));

    /// <summary>Each command with subcommands left out, and each of its options by each of its names.</summary>
    private static IEnumerable<(string[] Line, Option Option, string Name)> Options() =>
        from line in Lines(Root, [])
        from option in line.Command.Options
        where option is not HelpOption
        from name in option.Aliases.Prepend(option.Name).Distinct()
        select (line.Path, option, name);

    private static IEnumerable<(string[] Path, Command Command)> Lines(Command command, string[] path) =>
        command.Subcommands.Count == 0
            ? [(path, command)]
            : command.Subcommands.SelectMany(sub => Lines(sub, [.. path, sub.Name]));

    public static TheoryData<string, string> Flags() => Of(option => option.ValueType == typeof(bool));

    public static TheoryData<string, string> Valued() =>
        Of(option => option.ValueType != typeof(bool) && option.Arity.MinimumNumberOfValues > 0);

    public static TheoryData<string, string> Single() =>
        Of(option => option.ValueType != typeof(bool) && option.Arity.MaximumNumberOfValues == 1);

    public static TheoryData<string, string> Numbers() =>
        Of(option => option.ValueType.IsGenericType || option.ValueType == typeof(int[]), except: typeof(bool?));

    public static TheoryData<string, string> TextsThatAreNotEmpty() =>
        Of(option => option.ValueType != typeof(bool) && option.Name != "--negative");

    private static TheoryData<string, string> Of(Func<Option, bool> kind, Type? except = null) =>
        [
            .. Options()
                .Where(one => kind(one.Option) && one.Option.ValueType != except)
                .Select(one => (string.Join(' ', one.Line), one.Name)),
        ];

    [Fact]
    public void The_kinds_have_all_options_between_them() =>
        Assert.Equal(
            Options().Count(),
            Flags().Count + Valued().Count + Of(option => option.Arity.MinimumNumberOfValues == 0, typeof(bool)).Count
        );

    [Theory]
    [MemberData(nameof(Valued))]
    public void An_option_without_its_value_takes_neither_the_end_nor_another_option_for_it(string line, string name)
    {
        Assert.Contains($"Option '{name}' takes", Refusal(line, name), StringComparison.Ordinal);
        Assert.Contains("and nothing follows", Refusal(line, name), StringComparison.Ordinal);
        foreach (var next in new[] { "--help-me", "--", "--format", "--quiet=true", "-x" })
        {
            var refusal = Refusal(line, name, next);
            Assert.StartsWith($"Option '{name}' takes", refusal, StringComparison.Ordinal);
            Assert.Contains($"'{next}'", refusal, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(TextsThatAreNotEmpty))]
    public void An_empty_value_is_not_the_next_argument(string line, string name)
    {
        foreach (var empty in new[] { (string[])[$"{name}="], [name, ""] })
        {
            var refusal = Refusal(line, [.. empty, "--no-such-option"]);
            Assert.DoesNotContain("'--no-such-option' ", refusal, StringComparison.Ordinal);
            Assert.Contains("There is no option '--no-such-option'", refusal, StringComparison.Ordinal);
            // The parser, which has the last word here, calls it by its full name, and models need one to reach it.
            Assert.Matches(
                "Option '--[a-z0-9-]+' takes .*not (''|an empty text)",
                Refusal(line, [.. empty, .. Needed(line)])
            );
        }
    }

    [Theory]
    [MemberData(nameof(Single))]
    public void An_option_of_one_value_is_given_once(string line, string name)
    {
        var (first, second) = name == "--resolution-binning" ? ("true", "false") : ("3", "4");
        var twice = $"Option '{name}' is given twice";
        Assert.StartsWith(twice, Refusal(line, name, first, $"{name}={second}"), StringComparison.Ordinal);
        Assert.StartsWith(twice, Refusal(line, name, first, name, first), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_negative_number_is_a_number_where_one_is_asked_for(string line, string name)
    {
        // Refused, if at all, as the number that it is.
        foreach (var given in new[] { (string[])[name, "-5"], [$"{name}=-5"] })
        {
            var errors = Errors(line, given);
            Assert.DoesNotContain(errors, error => error.Contains("dash", StringComparison.Ordinal));
            Assert.All(
                errors.Where(error => error.Contains(name, StringComparison.Ordinal)),
                error => Assert.EndsWith("not '-5'.", error, StringComparison.Ordinal)
            );
        }
    }

    [Theory]
    [MemberData(nameof(Flags))]
    public void A_flag_takes_true_or_false_joined_to_it_and_nothing_else(string line, string name)
    {
        foreach (var value in new[] { "", "yes", "1", "--quiet" })
        {
            Assert.Contains(
                $"takes no value, or true or false, not '{value}'",
                Refusal(line, $"{name}={value}"),
                StringComparison.Ordinal
            );
        }

        Assert.DoesNotContain(Errors(line, $"{name}=true"), error => error.Contains(name, StringComparison.Ordinal));
        Assert.Equal(Arguments(line, name), Arguments(line, $"{name}=true", name));
        Assert.Equal(Arguments(line), Arguments(line, $"{name}=false"));
        // What follows is a path or name, whatever it says.
        Assert.Equal(Arguments(line, "true", name), Arguments(line, name, "true"));
    }

    [Fact]
    public void A_mistyped_option_is_refused_with_the_nearest_name()
    {
        foreach (
            var (line, option, name) in Options().Where(one => one.Name.StartsWith("--", StringComparison.Ordinal))
        )
        {
            var refusal = Refusal(string.Join(' ', line), $"{option.Name}q=x");
            Assert.StartsWith($"There is no option '{name}q'", refusal, StringComparison.Ordinal);
            Assert.Contains("Did you mean '--", refusal, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("-5")]
    [InlineData("--steps")]
    [InlineData("--steps=3")]
    [InlineData("- a list")]
    [InlineData("")]
    [InlineData("a=b")]
    public void A_value_that_is_joined_is_taken_as_it_is(string value)
    {
        var parsed = Parse("generate", "--model", "m", "--prompt", "p", $"--negative={value}", "--dry-run");
        Assert.Empty(parsed.Errors);
        Assert.Equal(value, parsed.GetValue<string?>("--negative"));
        Assert.True(parsed.GetValue<bool>("--dry-run"));
        Assert.Null(parsed.GetValue<int?>("--steps"));
    }

    [Theory]
    [InlineData("--seeds", "-5")]
    [InlineData("--prompt", "- a list")]
    public void A_text_with_a_dash_is_refused_with_the_way_to_give_it(string name, string value) =>
        Assert.Contains($"if it is meant, write {name}=", Refusal("generate", name, value), StringComparison.Ordinal);

    [Fact]
    public void Behind_two_dashes_everything_is_a_path()
    {
        var parsed = Parse("score", "-q", "--", "--explain", "-q", "--", "score");
        Assert.Empty(parsed.Errors);
        Assert.Equal(["--explain", "-q", "--", "score"], parsed.GetRequiredValue<string[]>("PATH"));
        Assert.False(parsed.GetValue<bool>("--explain"));
    }

    [Fact]
    public void Options_of_one_letter_may_stand_together_and_before_their_value()
    {
        Assert.Equal(["score", "-q", "-o=out.csv", "--", "x"], Arguments("score", "x", "-qo", "out.csv"));
        Assert.Equal(["score", "-q", "-o=out.csv", "--", "x"], Arguments("score", "x", "-qoout.csv"));
        Assert.Equal("out.csv", Parse("score", "x", "-qoout.csv").GetValue<string?>("--output"));
    }

    [Theory]
    [InlineData("There is no command 'foo' in models", "models", "foo")]
    [InlineData("Which command of models? list, pull", "models")]
    [InlineData("Did you mean 'pull'?", "models", "pul")]
    [InlineData("There is no option '--quiet' before the command", "--quiet", "score")]
    [InlineData("'b' is one too many", "models", "pull", "a", "b")]
    [InlineData("The NAME is missing", "models", "pull", "--yes")]
    [InlineData("'2' belongs to no option", "generate", "--seeds", "1", "2")]
    [InlineData("An empty text is given where PATH is expected", "compare", "")]
    [InlineData("Did you mean '--dry-run'?", "generate", "--dry")]
    [InlineData("Did you mean '--lora'?", "generate", "--LORA", "x")]
    [InlineData("takes true or false, not 'no'", "generate", "--resolution-binning", "no")]
    public void What_has_no_place_is_said(string said, params string[] arguments) =>
        Assert.Contains(said, Refusal("", arguments), StringComparison.Ordinal);

    [Theory]
    [InlineData("score", "--no-such", "--help")]
    [InlineData("score", "--encoder", "-h")]
    [InlineData("generate", "--steps=x", "b", "-?")]
    public void Help_is_shown_however_wrong_the_rest_is(params string[] arguments) =>
        Assert.Equal([arguments[0], arguments[^1]], StrictArguments.Of(Root, arguments).Arguments);

    /// <summary>A path or name for a command that does not go without.</summary>
    private static string[] Needed(string line) => line is "score" or "models pull" ? ["x"] : [];

    private static string Refusal(string line, params string[] arguments) =>
        string.Join('\n', Errors(line, arguments) is { Count: > 0 } errors ? errors : ["nothing is refused"]);

    private static IReadOnlyList<string> Errors(string line, params string[] arguments)
    {
        string[] all = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries), .. arguments];
        var strict = StrictArguments.Of(Root, all);
        return strict.Faults.Count > 0
            ? strict.Faults
            : [.. Root.Parse(strict.Arguments, Entry.Parsing).Errors.Select(error => error.Message)];
    }

    private static IReadOnlyList<string> Arguments(string line, params string[] arguments) =>
        StrictArguments.Of(Root, [.. line.Split(' '), .. arguments]).Arguments;

    private static ParseResult Parse(params string[] arguments) =>
        Root.Parse(StrictArguments.Of(Root, arguments).Arguments, Entry.Parsing);
}
