using System.Globalization;
using Semblance.Cli.Terminal;
using Semblance.Studies.Running;

namespace Semblance.Cli.Tables;

/// <summary>How far a study is, as a person reads it.</summary>
internal static class StudyTable
{
    /// <summary>What the next run would do.</summary>
    public static string Plan(StudyState state, Surface surface)
    {
        var page = new Page(surface);
        page.Heading(state.Name, $"what there is to do, in {state.Run}");
        var grid = new Grid("=model", "<from", "images", "there", "to make", "probe", "cost");
        foreach (var model in state.Models)
        {
            grid.Row(
                model.Model,
                model.Source,
                Figures.Count(model.Asked),
                Figures.Count(model.There),
                Figures.Count(model.Left),
                model.Probes > 0 ? Figures.Count(model.Probes) : "-",
                Money(model.Cost)
            );
        }

        grid.AddTo(page);
        page.EndLine();
        var calls = state.Models.Sum(model => model.Left + model.Probes);
        var cost = state.Models.Sum(model => model.Cost ?? 0);
        string[] lacking = [.. state.Models.Where(model => model.IsLacking).Select(model => model.Model)];
        if (lacking.Length > 0)
        {
            page.Sentence(
                $"The images of {string.Join(", ", lacking)} are downloaded first, after a question that says how large they are."
            );
        }

        page.Sentence(
            calls == 0 && lacking.Length > 0 ? "Then the run scores, compares and reports."
            : calls == 0 ? "All images are there; the next run scores, compares and reports what has changed."
            : $"{Figures.Count(calls, "image")} to make{(cost > 0 ? $" for {Money(cost)} {state.Currency}" : "")}{TimeText(state)}."
        );
        foreach (var model in state.Models.Where(model => model.Filtered + model.Blank > 0))
        {
            page.Sentence(
                $"{model.Model}: {Figures.Count(model.Filtered + model.Blank, "image")} that a filter took or that were blank are not asked for again."
            );
        }

        page.Cautions(state.Limits);
        return page.ToString();
    }

    /// <summary>What became of the images so far.</summary>
    public static string Status(StudyState state, Surface surface)
    {
        var page = new Page(surface);
        page.Heading(state.Name, state.Run);
        var grid = new Grid(
            "=model",
            "images",
            "there",
            "filtered",
            "blank",
            "failed",
            "open",
            "left",
            "seeds",
            "spent"
        );
        foreach (var model in state.Models)
        {
            grid.Row(
                model.Model,
                Figures.Count(model.Asked),
                Figures.Count(model.There),
                Figures.Count(model.Filtered),
                Figures.Count(model.Blank),
                Figures.Count(model.Failed),
                Figures.Count(model.Open),
                Figures.Count(model.Left),
                model.Seeds?.ToString().ToLowerInvariant() ?? "-",
                Money(model.Spent == 0 ? null : model.Spent)
            );
        }

        grid.AddTo(page);
        page.EndLine();
        var left = state.Models.Sum(model => model.Left);
        page.Sentence(
            state.Models.Any(model => model.IsLacking)
                ? "Some images are in a data set that is not in the cache; `study run` downloads it."
            : left == 0 ? "All images are there."
            : $"{Figures.Count(left, "image")} left{TimeText(state)}; `study run` goes on."
        );
        return page.ToString();
    }

    private static string TimeText(StudyState state) =>
        state.Seconds is { } seconds ? $", in about {Figures.Hours(TimeSpan.FromSeconds(seconds))}" : "";

    private static string Money(decimal? amount) => amount?.ToString("0.00##", CultureInfo.InvariantCulture) ?? "-";
}
