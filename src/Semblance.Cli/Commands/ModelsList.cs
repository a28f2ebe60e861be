using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Semblance.Cli.Terminal;
using Semblance.Models.Catalog;
using Semblance.Models.Hub;
using Semblance.Models.Hub.Cache;
using Semblance.Models.Hub.Pulling;

namespace Semblance.Cli.Commands;

/// <summary>The JSON of <c>semblance models list</c>, schema <c>semblance.models/1</c>.</summary>
internal sealed record ModelsDocument(string Schema, string Cache, IReadOnlyList<ListedModel> Models);

/// <summary>A known model, a cached repository, or both; what is cached is null where nothing is.</summary>
internal sealed record ListedModel(
    string Name,
    string Role,
    string HubId,
    string Revision,
    string Licence,
    long? AboutBytes,
    long? CachedBytes,
    long? UnfinishedBytes,
    IReadOnlyList<CachedSnapshot> Snapshots
);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ModelsDocument))]
internal sealed partial class ModelsJson : JsonSerializerContext;

/// <summary><c>semblance models list</c>: known models and what the cache holds.</summary>
internal static class ModelsList
{
    private const int WidthWithRoles = 72;

    public static void Run(Results results)
    {
        var cache = HubSettings.FromEnvironment().CacheFolder;
        var models = Models(CachedRepository.All(cache));
        results.Write(
            surface => Table(models, cache, surface),
            () =>
                JsonSerializer.Serialize(
                    new ModelsDocument("semblance.models/1", cache, models),
                    ModelsJson.Default.ModelsDocument
                ) + "\n",
            () => Csv(models)
        );
    }

    private static List<ListedModel> Models(IReadOnlyList<CachedRepository> cached)
    {
        var known = KnownModel.All.Select(model =>
            Model(
                model.Name,
                model.Role.ToString().ToLowerInvariant(),
                model.HubId,
                model.Revisions[0],
                model.Licence,
                model.Bytes,
                cached.FirstOrDefault(repository => IsOf(model, repository))
            )
        );
        var others = cached
            .Where(repository => !KnownModel.All.Any(model => IsOf(model, repository)))
            .Select(repository =>
                Model(
                    repository.Name,
                    repository.Kind == HubKind.Model ? "model" : "images",
                    repository.Name,
                    repository.Snapshots is [CachedSnapshot only] ? only.Commit : "",
                    "",
                    null,
                    repository
                )
            );
        return [.. known, .. others];
    }

    private static bool IsOf(KnownModel model, CachedRepository repository) =>
        repository.Kind == model.Kind && repository.Name == model.HubId;

    private static ListedModel Model(
        string name,
        string role,
        string hubId,
        string revision,
        string licence,
        long? bytes,
        CachedRepository? held
    ) => new(name, role, hubId, revision, licence, bytes, held?.Bytes, held?.UnfinishedBytes, held?.Snapshots ?? []);

    private static string Table(IReadOnlyList<ListedModel> models, string cache, Surface surface)
    {
        var page = new Page(surface);
        // Names are to be typed again; what they are for gives way to them.
        var wide = surface.Width >= WidthWithRoles;
        var grid = new Grid(["<name", .. wide ? (string[])["<for"] : [], "about", "cached", "~licence"]);
        foreach (var model in models)
        {
            grid.Row([
                model.Name,
                .. wide ? (string[])[model.Role] : [],
                model.AboutBytes is { } bytes ? ByteText.Of(bytes) : "",
                model.UnfinishedBytes > 0 ? "part"
                : model.CachedBytes is { } held ? ByteText.Of(held)
                : "-",
                model.Licence,
            ]);
        }

        grid.AddTo(page, rule: false);
        page.EndLine();
        page.Note($"cache: {cache}");
        page.Note(
            "Sizes are of the plain weights; where fp16 is published, --variant fp16 halves them. Any hub id org/name works too."
        );
        return page.ToString();
    }

    private static string Csv(IReadOnlyList<ListedModel> models)
    {
        var csv = new StringBuilder("name,role,hub_id,revision,licence,about_bytes,cached_bytes\n");
        foreach (var model in models)
        {
            string[] cells =
            [
                model.Name,
                model.Role,
                model.HubId,
                model.Revision,
                model.Licence,
                model.AboutBytes?.ToString(CultureInfo.InvariantCulture) ?? "",
                model.CachedBytes?.ToString(CultureInfo.InvariantCulture) ?? "",
            ];
            csv.AppendJoin(',', cells.Select(Quoted)).Append('\n');
        }

        return csv.ToString();
    }

    private static string Quoted(string cell) =>
        cell.AsSpan().ContainsAny(",\"\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
