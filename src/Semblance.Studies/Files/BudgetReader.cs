using System.Globalization;

namespace Semblance.Studies.Files;

/// <summary>Reads what a study may spend.</summary>
internal static class BudgetReader
{
    public static StudyBudget Read(YamlReading reading, YamlFields root, ModelDraft[] drafts)
    {
        if (root.Map("budget", "the budget", StudyKeys.Budget) is not { } fields)
        {
            return new StudyBudget();
        }

        var of = new Dictionary<string, decimal>();
        foreach (var (name, key, value) in fields.Entries("max_cost_per_model"))
        {
            StudyMatrix.CheckModel(reading, key, name, drafts);
            if (
                decimal.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var most)
                && most >= 0
            )
            {
                of[name] = most;
            }
            else
            {
                reading.Fault(value, $"\"{value}\" is not an amount.");
            }
        }

        return new StudyBudget
        {
            Currency = fields.Word("currency") ?? "USD",
            MaxCost = fields.Money("max_cost"),
            MaxCostOf = of,
            MaxImages = fields.Whole("max_images", 0, StudyFileReader.MostCells),
            SkipsModel = fields.OneOf("on_exceed", "stop", "skip-model") == "skip-model",
        };
    }

    /// <summary>A paid model without a price can be limited by a number of images only.</summary>
    public static void Check(YamlReading reading, ModelDraft[] drafts, StudyBudget budget)
    {
        foreach (var draft in drafts)
        {
            if (
                draft.Model.Source is ServerSource { IsPaid: true, Model.PricePerImage: null }
                && budget.MaxImages is null
            )
            {
                reading.Fault(
                    draft.Fields.Node,
                    $"{draft.Model.Id} costs money, and nothing limits it: give price_per_image and budget: {{ max_cost: ... }}, or budget: {{ max_images: ... }}."
                );
            }
        }
    }
}
