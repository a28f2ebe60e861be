namespace Semblance.Studies.Running;

/// <summary>A generator under the name that the study gives it.</summary>
internal sealed class NamedGenerator(string name, IImageGenerator inner) : IImageGenerator
{
    public string Model => name;

    public IReadOnlyList<KeyValuePair<string, string>> Recipe => [.. inner.Recipe, new("painter", inner.Model)];

    public IAsyncEnumerable<GeneratedImage> GenerateAsync(
        IReadOnlyList<ImageRequest> requests,
        CancellationToken cancellationToken = default
    ) => inner.GenerateAsync(requests, cancellationToken);
}
