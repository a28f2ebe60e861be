using Semblance.Models.Diffusion.Pipelines;
using Semblance.Runs.Generating;
using Semblance.Studies.Generating;

namespace Semblance.Studies.Tests.Generating;

public sealed class GenerationCountTests
{
    [Fact]
    public void Steps_and_images_end_at_their_totals_whatever_becomes_of_an_image()
    {
        var count = new GenerationCount();
        List<StageCount> told = [];
        var request = new ImageRequest("a", 1, 64, 64);
        // Of five images one is there; the others are made, failed after one step, made elsewhere, and made.
        count.Start(missing: 4, steps: 3, told.Add);
        count.Report(new GenerateProgress(1, 5, 0));
        Step(1, 2, 3);
        count.Report(new GenerateProgress(2, 5, 0));
        Step(1);
        count.Report(new FailedImage(request, "NaN", null));
        count.Report(new GenerateProgress(3, 5, 1));
        Step(1, 2, 3);
        count.Report(new GenerateProgress(4, 5, 1));

        Assert.Equal([0, 1, 2, 3, 3, 4, 6, 9, 10, 11, 12, 12], told.Select(now => now.Done));
        Assert.Equal([0, 0, 0, 0, 1, 1, 2, 3, 3, 3, 3, 4], told.Select(now => now.Images));
        Assert.All(told, now => Assert.Equal((12, 4), (now.Total, now.OfImages)));

        void Step(params int[] steps)
        {
            foreach (var step in steps)
            {
                count.Report(new DenoisingStep(request, step, 3));
            }
        }
    }
}
