using Semblance.Consistency;
using Semblance.Runs.Folder;

// Reads a run folder; nothing is written.
var run = RunFolder.Open(args is [var path, ..] ? path : "sample-run");
var manifest = run.ReadManifest();
foreach (var recipe in manifest.Recipes)
{
    Console.WriteLine($"{recipe.Model} is made by {string.Join(", ", recipe.Parts.Select(part => part.Value))}");
}

foreach (var score in run.ReadScores())
{
    Console.WriteLine($"{score.Encoder} scored {score.Set.Model}, {score.Set.Prompt}: SCS {score.Set.Scs:F2}");
}

Console.WriteLine(run.ReadComparison()?.Verdict ?? "no comparison yet");

// The embeddings are there too, so that every set can be scored again.
foreach (var encoder in manifest.Encoders)
{
    var sets =
        from image in run.ReadImages()
        join embedding in run.ReadEmbeddings(encoder) on image.Sha256 equals embedding.Sha256
        group embedding.Vector.ToArray() by $"{image.Model}, {image.Prompt}";
    foreach (var set in sets)
    {
        var score = ConsistencyScore.Of([.. set.SelectMany(vector => vector)], encoder.Dimension);
        Console.WriteLine($"{encoder.Name}, {set.Key}: SCS {score.Scs:F2}, standard error {score.StandardError:F2}");
    }
}
