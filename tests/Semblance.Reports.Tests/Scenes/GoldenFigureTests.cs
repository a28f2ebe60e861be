using System.Text;

namespace Semblance.Reports.Tests.Scenes;

/// <summary>Every figure of a table of scores, as it was looked at; the same where numbers are written in other ways.</summary>
public sealed class GoldenFigureTests
{
    [Theory]
    [MemberData(nameof(Cultures.Marks), MemberType = typeof(Cultures))]
    public void Figures_are_as_they_were_looked_at(string point, string group)
    {
        var token = TestContext.Current.CancellationToken;
        Cultures.Run(
            point,
            group,
            () =>
            {
                var two = Contents.Of(["sdxl", "pixart"], Contents.Prompts(8));
                var four = Contents.Of(["sdxl", "pixart", "sd15", "turbo"], Contents.Prompts(20));
                var voted = Contents.Of(["sdxl", "pixart"], Contents.Prompts(40), raters: 5);
                var options = new FigureOptions { Formats = [FigureFormat.Svg] };
                var files = FigureFiles
                    .Of(two, options, token)
                    .Files.Where(file => !file.Name.EndsWith(".csv", StringComparison.Ordinal))
                    .Concat(
                        FigureFiles
                            .Of(four, options with { Figures = ["pairs", "critical-difference"] }, token)
                            .Files.Where(file => file.Name.EndsWith(".svg", StringComparison.Ordinal))
                    )
                    .Concat(
                        FigureFiles
                            .Of(voted, options with { Figures = ["agreement", "psychometric-curve"] }, token)
                            .Files.Where(file => file.Name.EndsWith(".svg", StringComparison.Ordinal))
                    );
                foreach (var file in files)
                {
                    AcceptedText.Check($"../golden/{file.Name}", Encoding.UTF8.GetString(file.Bytes));
                }
            }
        );
    }
}
