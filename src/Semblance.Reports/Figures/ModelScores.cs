namespace Semblance.Reports.Figures;

/// <summary>The scores of one model.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Place">Its place among the models, which decides colour and shape.</param>
/// <param name="Scores">One per prompt, in the order of the prompts.</param>
internal sealed record ModelScores(string Model, int Place, IReadOnlyList<double> Scores);
