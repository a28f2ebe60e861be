using Semblance.Comparison;
using Semblance.Models.Catalog;
using Semblance.Models.Devices;
using Semblance.Remote.Settings;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;
using Semblance.Studies.Generating;
using YamlDotNet.RepresentationModel;

namespace Semblance.Studies.Files;

/// <summary>Reads a study file. All that is wrong with it is reported at once, each with its line and column.</summary>
public static class StudyFileReader
{
    private const int MostCells = 1_000_000;

    /// <summary>Reads and checks a study file; no model, server or image is looked at. Paths are relative to the file's folder.</summary>
    /// <exception cref="InputException">The file cannot be read, or something in it is wrong: all of that is listed.</exception>
    public static StudyFile Read(string path)
    {
        var reading = new YamlReading(path);
        var root = new YamlFields(reading, reading.Parse(), "a study", StudyKeys.Root);
        var folder = Path.GetDirectoryName(path) ?? "";
        if (root.Text("version") is { } version && version != "1")
        {
            root.Fault("version", $"This is a study of version {version}, and this program reads version 1.");
        }

        var output = root.Map("output", "output", StudyKeys.Output);
        var checks = root.Map("checks", "checks", StudyKeys.Checks);
        var defaults = root.Value("defaults") is YamlMappingNode map
            ? new YamlFields(reading, map, "the defaults", StudyKeys.Sampling, StudyKeys.Aliases)
            : root.Map("defaults", "the defaults", StudyKeys.Sampling);
        var prompts = Prompts(reading, root, folder);
        var seeds = Seeds(root, "seeds");
        var models = new ModelReader(
            reading,
            BackendReader.Read(reading, root),
            defaults,
            folder,
            checks?.OneOf("blank_image", "filtered", "error", "keep") switch
            {
                "error" => BlankImage.Error,
                "keep" => BlankImage.Keep,
                _ => BlankImage.Filtered,
            },
            output?.OneOf("format", "png", "as-sent") is not "as-sent"
        );
        ModelReader.Draft[] drafts = [.. root.List("models").SelectMany(models.Read)];
        CheckIds(reading, drafts);
        if (drafts.Length == 0 && !root.Has("models"))
        {
            root.Fault("models", "The study has no models.");
        }

        var selections = StudyMatrix.Read(reading, root, prompts, drafts);
        var budget = Budget(reading, root, drafts);
        StudyModel[] finished = [.. drafts.Select(draft => Cells(reading, draft, prompts, seeds, selections, root))];
        CheckBudget(reading, drafts, budget);
        var score = root.Map("score", "score", StudyKeys.Score);
        var compare = root.Map("compare", "compare", StudyKeys.Compare);
        var report = root.Map("report", "report", StudyKeys.Report);
        var usual = new ComparisonOptions();
        var name = root.Word("name") ?? Path.GetFileNameWithoutExtension(path);
        var study = new StudyFile(path, name, prompts, finished)
        {
            Run = Path.Combine(folder, output?.Word("run") ?? $"{SafeName.Of(name)}-run"),
            DeviceName = DeviceName(root),
            Budget = budget,
            Checks = Checks(checks),
            FilteredFails = root.OneOf("on_filtered", "record", "fail") == "fail",
            ErrorsStop = root.OneOf("on_error", "continue", "stop") == "stop",
            KeepRaw = output?.Flag("keep_raw") ?? false,
            Encoders = score?.Texts("encoders") ?? [],
            Alignment = score?.Flag("alignment") ?? false,
            Comparison = usual with
            {
                Paper = compare?.OneOf("mode", "corrected", "paper") == "paper",
                Level = compare?.Number("level") ?? usual.Level,
                Resamples = compare?.Whole("resamples", 100, 1_000_000) ?? usual.Resamples,
            },
            AllowUnmatched = compare?.Flag("allow_unmatched") ?? false,
            Gates = [.. root.List("gates").Select(node => Gate(reading, node, drafts)).OfType<StudyGate>()],
            AlignmentLoss = Choice(root, drafts, score),
            Votes = root.Map("agreement", "agreement", StudyKeys.Agreement)?.Word("votes") is { } votes
                ? Path.Combine(folder, votes)
                : null,
            ReportImages = report?.OneOf("images", "all", "few", "none") ?? "all",
            ReportMegabytes = report?.Number("max_mb"),
            Warnings = [.. reading.Warnings],
        };
        if (root.Flag("resume") == false)
        {
            root.Fault(
                "resume",
                "A study always goes on where it stopped; for a new one name another run folder with output: { run: ... }."
            );
        }

        if (finished.Sum(model => (long)model.Images) > MostCells)
        {
            root.Fault("models", $"The study asks for more than {MostCells} images.");
        }

        reading.ThrowIfFaulty();
        return study;
    }

    private static string DeviceName(YamlFields root)
    {
        var name = root.Word("device") ?? $"{default(Device)}";
        if (name != DeviceCatalog.Auto && Device.Parse(name) is null)
        {
            root.Fault("device", $"There is no device \"{name}\"; write {Device.Names} or {DeviceCatalog.Auto}.");
        }

        return name;
    }

    private static List<StudyPrompt> Prompts(YamlReading reading, YamlFields root, string folder)
    {
        List<StudyPrompt> prompts = [];
        switch (root.Value("prompts"))
        {
            case YamlMappingNode map:
                var file = new YamlFields(reading, map, "prompts as a file", StudyKeys.PromptFile);
                if (file.Word("file") is { } named)
                {
                    AddFile(prompts, file, Path.Combine(folder, named));
                }

                break;
            case YamlScalarNode { Value: { Length: > 0 } path }:
                AddFile(prompts, root, Path.Combine(folder, path), "prompts");
                break;
            case YamlSequenceNode list:
                foreach (var item in list.Children)
                {
                    Add(reading, prompts, item);
                }

                break;
        }

        foreach (var twice in prompts.GroupBy(prompt => prompt.Text).Where(same => same.Skip(1).Any()))
        {
            root.Fault("prompts", $"The prompt \"{twice.Key}\" is given twice; remove one.");
        }

        foreach (
            var twice in prompts
                .GroupBy(prompt => prompt.Id)
                .Where(same => same.Select(one => one.Text).Distinct().Skip(1).Any())
        )
        {
            root.Fault("prompts", $"Two prompts have the id \"{twice.Key}\"; give one another id.");
        }

        return prompts;
    }

    private static void AddFile(List<StudyPrompt> prompts, YamlFields fields, string path, string name = "file")
    {
        try
        {
            prompts.AddRange(PromptFile.Read(path).Select(text => new StudyPrompt(text, text)));
        }
        catch (InputException fault)
        {
            fields.Fault(name, fault.Message);
        }
    }

    private static void Add(YamlReading reading, List<StudyPrompt> prompts, YamlNode item)
    {
        switch (item)
        {
            case YamlScalarNode { Value: { } text } when !string.IsNullOrWhiteSpace(text):
                prompts.Add(new StudyPrompt(text, text));
                break;
            case YamlMappingNode map:
                var fields = new YamlFields(reading, map, "a prompt", StudyKeys.Prompt);
                if (fields.Word("text") is { } words)
                {
                    prompts.Add(new StudyPrompt(fields.Word("id") ?? words, words));
                }
                else
                {
                    reading.Fault(map, "A prompt has no text.");
                }

                break;
            default:
                reading.Fault(item, "A prompt is a text, or { id: ..., text: ... }.");
                break;
        }
    }

    /// <summary>Seeds as a text of ranges or as a list; null where they are not given.</summary>
    internal static IReadOnlyList<long>? Seeds(YamlFields fields, string name)
    {
        if (fields.Value(name) is not { } value)
        {
            return null;
        }

        var text = value is YamlSequenceNode list
            ? string.Join(',', list.Children.Select(item => item.ToString()))
            : fields.Text(name);
        try
        {
            return text is null ? null : SeedList.Parse(text);
        }
        catch (UsageException fault)
        {
            fields.Fault(name, fault.Message);
            return null;
        }
    }

    private static void CheckIds(YamlReading reading, ModelReader.Draft[] drafts)
    {
        foreach (
            var same in drafts
                .GroupBy(draft => SafeName.Of(draft.Model.Id), StringComparer.OrdinalIgnoreCase)
                .Where(same => same.Skip(1).Any())
        )
        {
            var other = same.ElementAt(1);
            reading.Fault(
                other.Fields.At("id"),
                same.First().Model.Id == other.Model.Id
                    ? $"Two models have the id \"{other.Model.Id}\" (the first in line {same.First().Fields.At("id").Start.Line}); give one another id."
                    : $"The ids \"{same.First().Model.Id}\" and \"{other.Model.Id}\" would share a folder; give one another id."
            );
        }
    }

    private static StudyModel Cells(
        YamlReading reading,
        ModelReader.Draft draft,
        List<StudyPrompt> prompts,
        IReadOnlyList<long>? seeds,
        StudyMatrix selections,
        YamlFields root
    )
    {
        var model = draft.Model;
        if (draft.Repetitions is { } count && draft.Fields.Has("seeds"))
        {
            draft.Fields.Fault("seeds", $"{model.Id} has no seeds; its images are counted by repetitions.");
        }

        var own =
            Seeds(draft.Fields, "seeds") ?? seeds ?? (draft.PresetSeeds is { } preset ? SeedList.Parse(preset) : null);
        var all = draft.Repetitions is { } repetitions
            ? [.. Enumerable.Range(1, repetitions).Select(nth => (long)nth)]
            : own ?? [];
        if (model.Source is not FolderSource)
        {
            if (prompts.Count == 0)
            {
                root.Fault("prompts", "The study has no prompts; give a list, or { file: prompts.txt }.");
            }

            if (all.Count == 0 && !draft.Fields.Has("seeds") && !root.Has("seeds"))
            {
                root.Fault("seeds", "The study has no seeds; write for example seeds: 1..20.");
            }
        }

        var cells = selections
            .Of(model.Id, prompts, all)
            .Select(cell => cell with { Prompt = WithSuffix(cell.Prompt, model.Suffix) })
            .ToArray();
        if (draft.Takes?.Seeds is { } range && draft.Repetitions is null)
        {
            long[] wrong =
            [
                .. cells
                    .SelectMany(cell => cell.Seeds)
                    .Where(seed => seed < range.First || seed > range.Last)
                    .Distinct()
                    .Take(3),
            ];
            if (wrong.Length > 0)
            {
                var zero = range.First == 1 && wrong.Contains(0) ? ", where 0 stands for a random seed" : "";
                reading.Fault(
                    draft.Fields.Has("seeds") ? draft.Fields.At("seeds") : root.At("seeds"),
                    $"{model.Id} cannot take the seed {wrong[0]}: {draft.Fields.Word("backend")} takes {range.First} to {range.Last}{zero}. Write for example seeds: 1..20."
                );
            }
        }

        return model with
        {
            Cells = cells,
        };
    }

    /// <summary>The prompt as the model gets it: what a comparison takes off again.</summary>
    private static string WithSuffix(string prompt, string? suffix) =>
        suffix is null ? prompt
        : char.IsPunctuation(suffix[0]) ? prompt + suffix
        : $"{prompt} {suffix}";

    private static StudyBudget Budget(YamlReading reading, YamlFields root, ModelReader.Draft[] drafts)
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
                decimal.TryParse(
                    value.ToString(),
                    System.Globalization.NumberStyles.Float,
                    System.Globalization.CultureInfo.InvariantCulture,
                    out var most
                )
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
            MaxImages = fields.Whole("max_images", 0, MostCells),
            SkipsModel = fields.OneOf("on_exceed", "stop", "skip-model") == "skip-model",
        };
    }

    /// <summary>A paid model without a price can be limited by a number of images only.</summary>
    private static void CheckBudget(YamlReading reading, ModelReader.Draft[] drafts, StudyBudget budget)
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

    private static double? Choice(YamlFields root, ModelReader.Draft[] drafts, YamlFields? score)
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

    private static StudyChecks Checks(YamlFields? checks) =>
        new()
        {
            ProbeSeed = checks?.Flag("probe_seed") ?? true,
            Seeds = checks?.OneOf("require_seed", "honoured", "approximate", "any") switch
            {
                "honoured" => SeedRequirement.Honoured,
                "any" => SeedRequirement.Any,
                _ => SeedRequirement.Approximate,
            },
            LongPrompt = checks?.OneOf("long_prompt", "warn", "error", "ignore") switch
            {
                "error" => LongPrompt.Error,
                "ignore" => LongPrompt.Ignore,
                _ => LongPrompt.Warn,
            },
        };

    private static StudyGate? Gate(YamlReading reading, YamlNode node, ModelReader.Draft[] drafts)
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
