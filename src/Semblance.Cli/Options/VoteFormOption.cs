using System.CommandLine;
using Semblance.Runs.Agreeing;

namespace Semblance.Cli.Options;

/// <summary>How the columns of a table of votes are called.</summary>
internal static class VoteFormOption
{
    public static Option<string> Add(Command command) =>
        command.OneOf(
            "--votes-from",
            "Where the votes come from: how their columns are called",
            "semblance",
            "label-studio",
            "argilla",
            "notebook"
        );

    public static Option<string[]> AddColumns(Command command) =>
        command.Texts("--column", "A column of the votes that is named otherwise (repeatable)", "FIELD=COLUMN");

    public static VoteForm Of(string word) =>
        word switch
        {
            "label-studio" => VoteForm.LabelStudio,
            "argilla" => VoteForm.Argilla,
            "notebook" => VoteForm.Notebook,
            _ => VoteForm.Semblance,
        };
}
