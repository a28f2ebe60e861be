using Semblance.Comparison;
using Semblance.Models.Catalog;
using Semblance.Models.Devices;
using Semblance.Remote.Settings;
using Semblance.Runs.Folder;
using YamlDotNet.RepresentationModel;

namespace Semblance.Studies.Files;

/// <summary>Reads a study file. All that is wrong with it is reported at once, each with its line and column.</summary>
public static class StudyFileReader
{
    internal const int MostCells = 1_000_000;

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
        var prompts = PromptReader.Read(reading, root, folder);
        var seeds = CellReader.Seeds(root, "seeds");
        var models = new ModelReader(
            reading,
            BackendReader.Read(reading, root, folder),
            new ModelSettings(reading, defaults, folder),
            checks?.OneOf("blank_image", "filtered", "error", "keep") switch
            {
                "error" => BlankImage.Error,
                "keep" => BlankImage.Keep,
                _ => BlankImage.Filtered,
            },
            output?.OneOf("format", "png", "as-sent") is not "as-sent"
        );
        ModelDraft[] drafts = [.. root.List("models").SelectMany(models.Read)];
        CellReader.CheckIds(reading, drafts);
        if (drafts.Length == 0 && !root.Has("models"))
        {
            root.Fault("models", "The study has no models.");
        }

        var selections = StudyMatrix.Read(reading, root, prompts, drafts);
        var budget = BudgetReader.Read(reading, root, drafts);
        StudyModel[] finished =
        [
            .. drafts.Select(draft => CellReader.Cells(reading, draft, prompts, seeds, selections, root)),
        ];
        BudgetReader.Check(reading, drafts, budget);
        var score = root.Map("score", "score", StudyKeys.Score);
        var compare = root.Map("compare", "compare", StudyKeys.Compare);
        var report = root.Map("report", "report", StudyKeys.Report);
        var usual = new ComparisonOptions();
        var name = root.Word("name") ?? Path.GetFileNameWithoutExtension(path);
        var study = new StudyFile(path, name, prompts, finished)
        {
            Run = Path.Combine(folder, output?.Word("run") ?? $"{SafeName.Of(name)}-run"),
            DeviceName = DeviceName(root),
            Precision = PrecisionOf(root) ?? default,
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
            Clusters = ClusterReader.Read(reading, root, folder, finished),
            AllowUnmatched = compare?.Flag("allow_unmatched") ?? false,
            Gates =
            [
                .. root.List("gates").Select(node => VerdictReader.Gate(reading, node, drafts)).OfType<StudyGate>(),
            ],
            AlignmentLoss = VerdictReader.Choice(root, drafts, score),
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
        if (!DeviceCatalog.IsName(name))
        {
            root.Fault("device", $"There is no device \"{name}\"; write {Device.Names} or {DeviceCatalog.Auto}.");
        }

        return name;
    }

    /// <summary>The field <c>precision</c> of the study or of a model; null where it is not there.</summary>
    internal static Precision? PrecisionOf(YamlFields fields) =>
        fields.OneOf("precision", [.. PrecisionNames.All]) is { } word ? PrecisionNames.Parse(word) : null;

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
}
