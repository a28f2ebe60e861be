namespace Semblance.Runs.Folder;

/// <summary>What <c>run.json</c> says of a run.</summary>
/// <param name="PromptsAreRaw">Whether all prompts are the texts that the images were made from, none a folder's name.</param>
/// <param name="Models">Names of all models that took part, sorted.</param>
/// <param name="Encoders">Everything that made embeddings.</param>
/// <param name="Recipes">One for each model whose images were generated in this run.</param>
/// <param name="Plans">The prompts and seeds of each of these models.</param>
public sealed record Manifest(
    bool PromptsAreRaw,
    IReadOnlyList<string> Models,
    IReadOnlyList<EncoderIdentity> Encoders,
    IReadOnlyList<ModelRecipe> Recipes,
    IReadOnlyList<ModelPlan> Plans
)
{
    /// <summary>How the images of a model were made; null if they were not made in this run.</summary>
    public ModelRecipe? RecipeOf(string model) => Recipes.FirstOrDefault(recipe => recipe.Model == model);
}
