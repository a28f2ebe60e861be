using System.Globalization;
using Semblance.Cli.Commands.Models;
using Semblance.Cli.Progress;
using Semblance.Cli.Tables;
using Semblance.Cli.Terminal;
using Semblance.Imaging.Formats;
using Semblance.Models.Diffusion.Lora;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Models.Hub;
using Semblance.Models.Hub.Pulling;
using Semblance.Runs.Folder;
using Semblance.Runs.Generating;

namespace Semblance.Cli.Commands;

/// <summary>The walk of <c>semblance generate</c>: find the model, say what will be made, make it, show where it is.</summary>
internal static class GenerateRun
{
    private const string FailedFolder = "failed";

    public static async Task<int> RunAsync(GenerateRequest request, CancellationToken cancellationToken)
    {
        GenerateArguments.CheckCount(request.Prompts.Count, request.Seeds.Count);
        var source = await ModelFetch.PipelineAsync(
            request.Model,
            request.Settings.Variant,
            request.Consent,
            look: request.DryRun || request.Estimate,
            cancellationToken
        );
        if (source.Folder is not { } folder)
        {
            return TellFetch(request, source.Plan!);
        }

        var size = request.Size ?? SizeOf(folder);
        var settings = request.Settings with
        {
            Name = request.Settings.Name ?? NameOf(source.Name, request.Settings.Loras),
            Sizes = request.Told(size),
            NegativeSizes = request.NegativeTold(size),
        };
        var run = new RunFolder(request.Run, Messages.Warning);
        DiffusionPipeline? pipeline = null;
        var plan = new GeneratePlan(
            request.Prompts,
            request.Seeds,
            size.Width,
            size.Height,
            request.Format,
            (image, texts) => Encode(image, request.Format, texts)
        );
        var count = new GenerationCount();
        var failed = new FailedPictures(image =>
        {
            KeepApart(run, image, pipeline!, plan);
            count.Report(image);
        });
        pipeline = DiffusionPipeline.Open(folder, settings, new DiffusionProgress(count, failed, new Warnings()));
        pipeline.Rehearse(plan.Prompts, size.Height, size.Width);
        GenerateStage.Check(run, pipeline, plan);
        var missing = GenerateStage.Missing(run, pipeline, plan);
        // An estimate makes a step even where all is made already.
        var toMake = request.Estimate ? Math.Max(1, missing.Count) : missing.Count;
        var needs = GenerationNeeds.Of(pipeline, size, request.Format, toMake);
        if (request.DryRun || request.Estimate)
        {
            var page = new Page(Surface.OfStandardOutput());
            GenerateTable.Write(page, request, size, pipeline, folder, missing.Count, needs);
            ResultOutput.ToStandardOutput(page.ToString());
        }

        GenerateStage.CheckWritable(run, pipeline, plan);
        if (!request.Force)
        {
            needs.Check($"{request.Model} at {size}", request.Run);
        }

        if (request.Estimate)
        {
            var sample = missing.Count > 0 ? missing[0] : plan.Requests[0];
            Messages.Note("loading the model and making one step ...");
            var pace = await Task.Run(() => pipeline.Measure(sample, cancellationToken), cancellationToken);
            var page = new Page(Surface.OfStandardOutput());
            GenerateTable.Write(page, pace, missing.Count);
            ResultOutput.ToStandardOutput(page.ToString());
        }

        if (request.DryRun || request.Estimate)
        {
            return ExitCode.Done;
        }

        foreach (var lora in pipeline.Loras)
        {
            Messages.Note($"LoRA {GenerateTable.TextOf(lora)}");
        }

        // Hashes the weights, so that every picture can say what made it.
        _ = pipeline.Recipe;
        var result = await ProgressView.RunAsync(
            "generating",
            report =>
            {
                count.Start(missing.Count, pipeline.Predictions, report);
                return GenerateStage.RunAsync(run, [pipeline], plan, count, cancellationToken);
            },
            "steps",
            () => count.Pictures
        );
        Messages.Note(Summary(pipeline.Model, result, request.Run));
        return failed.Images.Count == 0 ? ExitCode.Done : Tell(failed.Images, request.Run);
    }

    private static string Summary(string model, GenerateResult result, string run)
    {
        var there = result.Images.Rows.Count;
        if (there == 0)
        {
            return $"no picture of {model} was made";
        }

        var others = result.MadeElsewhere > 0 ? $", {result.MadeElsewhere} by another process meanwhile" : "";
        return result.Made + result.MadeElsewhere == 0
            ? $"{Figures.Count(there, "picture")} of {model}, all made before in {run}"
            : $"{Figures.Count(there, "picture")} of {model}, {result.Made} made now{others} and kept in {run}";
    }

    private static int TellFetch(GenerateRequest request, PullPlan plan)
    {
        var page = new Page(Surface.OfStandardOutput());
        GenerateTable.Write(page, request, plan, HubSettings.FromEnvironment());
        ResultOutput.ToStandardOutput(page.ToString());
        return request.Estimate
            ? throw new ResourceException($"An estimate makes one step, for which {request.Model} must be there first.")
            : ExitCode.Done;
    }

    private static PictureSize SizeOf(string folder)
    {
        (var height, var width) = DiffusionPipeline.DefaultSize(folder);
        return new PictureSize(width, height);
    }

    /// <summary>A model with LoRAs is another model, and is called so.</summary>
    private static string NameOf(string model, IReadOnlyList<LoraSource> loras) =>
        string.Join(
            '-',
            [
                model,
                .. loras.Select(lora =>
                    Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(lora.Path)))
                ),
            ]
        );

    private static byte[] Encode(PixelImage image, string format, IReadOnlyList<KeyValuePair<string, string>> texts) =>
        format == "jpg"
            ? JpegWriter.Write(image.Pixels, image.Width, image.Height)
            : PngWriter.Write(image.Pixels, image.Width, image.Height, texts);

    private static void KeepApart(RunFolder run, FailedImage image, DiffusionPipeline pipeline, GeneratePlan plan)
    {
        if (image.Pixels is { } pixels)
        {
            var path = Path.Combine(
                run.Path,
                FailedFolder,
                SafeName.Of(pipeline.Model),
                SafeName.Of(image.Request.Prompt),
                string.Create(CultureInfo.InvariantCulture, $"{image.Request.Seed}.png")
            );
            var apart = Path.GetDirectoryName(path)!;
            try
            {
                Directory.CreateDirectory(apart);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw ResourceException.Unmade(apart, error);
            }

            var picture = new PixelImage(image.Request.Width, image.Request.Height, pixels);
            ResultOutput.ToFile(Encode(picture, "png", plan.TextsOf(pipeline, image.Request)), path);
        }
    }

    private static int Tell(List<FailedImage> images, string run)
    {
        Messages.Error(
            $"{images.Count} {(images.Count == 1 ? "picture" : "pictures")} came out broken (kept apart in {Path.Combine(run, FailedFolder)} where there is anything to see; all others are in the run):"
        );
        foreach (var image in images)
        {
            Messages.Line($"  {image.Reason}");
        }

        return ExitCode.BadInput;
    }

    private sealed class FailedPictures(Action<FailedImage> told) : IProgress<FailedImage>
    {
        public List<FailedImage> Images { get; } = [];

        public void Report(FailedImage value)
        {
            Images.Add(value);
            told(value);
        }
    }

    private sealed class Warnings : IProgress<string>
    {
        public void Report(string value) => Messages.Warning(value);
    }
}
