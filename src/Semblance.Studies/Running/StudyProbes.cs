using System.Globalization;
using Semblance.Remote;
using Semblance.Studies.Files;

namespace Semblance.Studies.Running;

/// <summary>What the seeds of each model on a server are worth, found once for each recipe.</summary>
internal sealed class StudyProbes(StudyFolder folder, StudyHost host)
{
    private static readonly Lock One = new();

    /// <summary>Probes a model where it was not, and refuses it where its seeds are worth less than the study needs.</summary>
    /// <exception cref="InputException">The seeds are worth too little.</exception>
    public async Task CheckAsync(
        ServerGenerator generator,
        StudyModel model,
        ServerSource source,
        IReadOnlyList<ImageRequest> requests,
        CancellationToken cancellationToken
    )
    {
        var required = folder.Study.Checks.Seeds;
        if (source.SaysSeeds is { } said && !Suffices(said, required))
        {
            throw new InputException(
                $"{model.Id} cannot be scored by seeds: the study says that its seeds are {said.ToString().ToLowerInvariant()}. Give it seed_support: none with repetitions, or set checks: {{ require_seed: any }}."
            );
        }

        if (model.IsRepeated || source.SaysSeeds is not null || !folder.Study.Checks.ProbeSeed || requests.Count == 0)
        {
            return;
        }

        var recipe = StudyFolder.HashOf([.. generator.Recipe.Select(part => $"{part.Key}={part.Value}")]);
        var probe = folder.ReadProbes().GetValueOrDefault(model.Id);
        if (probe?.Recipe != recipe)
        {
            var one = requests[0];
            var other = one with { Seed = model.Cells[0].Seeds.FirstOrDefault(seed => seed != one.Seed, one.Seed + 1) };
            var found = await SeedProbe.RunAsync(generator, one, other, cancellationToken);
            if (found.Worth == SeedWorth.Unknown)
            {
                return;
            }

            probe = new StoredProbe(recipe, found.Worth, found.SameSeed, found.OtherSeed);
            lock (One)
            {
                folder.Keep(new Dictionary<string, StoredProbe>(folder.ReadProbes()) { [model.Id] = probe });
            }

            host.Note($"{model.Id}: {Text(probe)}");
        }

        if (!Suffices(probe.Worth, required))
        {
            throw new InputException(
                $"{model.Id} cannot be scored by seeds: {Text(probe)}. Fix the server, give the model seed_support: none with repetitions, or set checks: {{ require_seed: any }}."
            );
        }
    }

    /// <summary>What a probe found, in words.</summary>
    public static string Text(StoredProbe probe)
    {
        var numbers = string.Create(
            CultureInfo.InvariantCulture,
            $"two images of one seed differ by {probe.SameSeed:0.##} of 255 levels, those of two seeds by {probe.OtherSeed:0.##}"
        );
        return probe.Worth switch
        {
            SeedWorth.Exact => "the seed is honoured exactly: two images of one seed are equal in every pixel",
            SeedWorth.Near => $"the seed is honoured nearly ({numbers})",
            SeedWorth.Ignored => $"the seed is ignored ({numbers})",
            SeedWorth.Constant => "another seed gives the same image, so all images of a prompt would be one",
            _ => "nothing is known of its seeds",
        };
    }

    private static bool Suffices(SeedWorth worth, SeedRequirement required) =>
        required switch
        {
            SeedRequirement.Honoured => worth == SeedWorth.Exact,
            SeedRequirement.Approximate => worth is SeedWorth.Exact or SeedWorth.Near,
            _ => true,
        };
}
