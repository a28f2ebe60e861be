using Semblance.Comparison;
using YamlDotNet.RepresentationModel;

namespace Semblance.Studies.Files;

/// <summary>Reads what a study decides: gates, and the setting that is picked.</summary>
internal static class VerdictReader
{
    public static double? Choice(YamlFields root, ModelDraft[] drafts, YamlFields? score)
    {
        if (root.Map("choose", "choose", StudyKeys.Choose) is not { } choose)
        {
            return null;
        }

        if (!drafts.Any(draft => draft.Model.Varied is not null))
        {
            root.Fault("choose", "choose picks a setting of a model with a matrix, and none has one.");
        }

        if (score?.Flag("alignment") != true)
        {
            root.Fault(
                "choose",
                "choose needs the alignment of the images with their text: add score: { alignment: true }."
            );
        }

        var loss = choose.Number("alignment_loss") ?? 0.5;
        if (loss < 0)
        {
            choose.Fault("alignment_loss", "alignment_loss takes points, 0 or more.");
        }

        return loss;
    }

    public static StudyGate? Gate(YamlReading reading, YamlNode node, ModelDraft[] drafts)
    {
        if (node is not YamlMappingNode map)
        {
            reading.Fault(node, "A gate takes fields: baseline, candidate, and optional claim, margin, alpha.");
            return null;
        }

        var fields = new YamlFields(reading, map, "a gate", StudyKeys.Gate);
        var usual = new GateOptions();
        (var baseline, var candidate) = (fields.Word("baseline"), fields.Word("candidate"));
        if (baseline is null || candidate is null)
        {
            reading.Fault(map, "A gate needs baseline and candidate.");
            return null;
        }

        StudyMatrix.CheckModel(reading, fields.Value("baseline")!, baseline, drafts);
        StudyMatrix.CheckModel(reading, fields.Value("candidate")!, candidate, drafts);
        return new StudyGate(
            baseline,
            candidate,
            usual with
            {
                Claim = fields.OneOf("claim", "non-inferiority", "superiority", "equivalence") switch
                {
                    "superiority" => GateClaim.Superiority,
                    "equivalence" => GateClaim.Equivalence,
                    _ => GateClaim.NonInferiority,
                },
                Margin = fields.Number("margin") ?? usual.Margin,
                Alpha = fields.Number("alpha") ?? usual.Alpha,
            }
        );
    }
}
