namespace Semblance.Runs.Agreeing;

/// <summary>Where a table of votes comes from, and how its columns are called there.</summary>
public enum VoteForm
{
    /// <summary>The <c>votes.csv</c> of this program: docs/votes.md.</summary>
    Semblance,

    /// <summary>A CSV export of Label Studio.</summary>
    LabelStudio,

    /// <summary>Records of Argilla, as CSV or JSON lines.</summary>
    Argilla,

    /// <summary>The rows that the paper's annotation notebook writes: name, prompt and the model that was chosen.</summary>
    Notebook,
}
