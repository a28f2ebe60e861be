using Semblance.Models.Configuration;
using Semblance.Models.Encoders.Preprocessing;

namespace Semblance.Models.Encoders;

/// <summary>Which preprocessing an encoder's pictures get.</summary>
internal static class EncoderRecipe
{
    /// <summary>
    /// The recipe for an image size: the one that was asked for, else the table's, else the model's own
    /// preprocessor_config.json, else the published numbers of its family.
    /// </summary>
    public static Func<int, PreprocessingRecipe> Of(ModelFiles files, EncoderOptions options, RecipeFamily family) =>
        size =>
        {
            if (Override(files, options, size) is { } wanted)
            {
                return wanted;
            }
            if (files.Find("preprocessor_config.json") is not { } file)
            {
                return PreprocessingRecipe.Of(family, size);
            }
            try
            {
                return RecipeConfiguration.FromPreprocessorConfig(ConfigJson.Read(file).Json);
            }
            catch (InputException e)
            {
                throw new InputException($"{file}: {e.Message}", e);
            }
        };

    /// <summary>The recipe that was asked for, or the table's; null where the model's own files are to say.</summary>
    public static PreprocessingRecipe? Override(ModelFiles files, EncoderOptions options, int size) =>
        options.Preprocessing is { } name ? PreprocessingRecipe.Of(PreprocessingRecipe.FamilyOf(name), size)
        : files.Known is { } known ? PreprocessingRecipe.Of(known.Recipe, size)
        : null;

    /// <summary>Checks that the pictures have the size that the network takes.</summary>
    /// <exception cref="InputException">They have another.</exception>
    public static void RequireSize(ModelFiles files, PreprocessingRecipe recipe, int size)
    {
        if (recipe.Height != size || recipe.Width != size)
        {
            throw new InputException(
                $"{files.Source}: the preprocessing makes {recipe.Height}x{recipe.Width} pixels, but the network takes {size}x{size}."
            );
        }
    }
}
