using System.Globalization;
using System.Text;
using System.Text.Json;
using Semblance.Cli.Terminal;
using Semblance.Models.Catalog;
using Semblance.Models.Hub;
using Semblance.Models.Hub.Cache;
using Semblance.Models.Hub.Pulling;

namespace Semblance.Cli.Commands.Models;

/// <summary><c>semblance models list</c>.</summary>
internal static class ModelsList
{
    private const int WidthWithRoles = 72;

    /// <summary>A line: a known model, a cached repository, or both.</summary>
    private sealed record Line(
        string Name,
        string Role,
        string HubId,
        string Revision,
        string Licence,
        long? AboutBytes,
        CachedRepository? Cached
    );

    public static int Run(string format)
    {
        var cache = HubSettings.FromEnvironment().CacheFolder;
        var lines = Lines(cache);
        ResultOutput.ToStandardOutput(
            format switch
            {
                "json" => Json(lines, cache),
                "csv" => Csv(lines),
                _ => Table(lines, cache, Surface.OfStandardOutput()),
            }
        );
        return ExitCode.Done;
    }

    private static List<Line> Lines(string cache)
    {
        var cached = CachedRepository.All(cache);
        List<Line> lines =
        [
            .. KnownModel.All.Select(known => new Line(
                known.Name,
                known.Role.ToString().ToLowerInvariant(),
                known.HubId,
                known.Revisions[0],
                known.Licence,
                known.Bytes,
                cached.FirstOrDefault(repository => repository.Kind == known.Kind && repository.Name == known.HubId)
            )),
        ];
        lines.AddRange(
            cached
                .Where(repository => lines.TrueForAll(line => line.Cached != repository))
                .Select(repository => new Line(
                    repository.Name,
                    repository.Kind == HubKind.Model ? "model" : "images",
                    repository.Name,
                    repository.Snapshots is [CachedSnapshot only] ? only.Commit : "",
                    "",
                    null,
                    repository
                ))
        );
        return lines;
    }

    private static string Table(List<Line> lines, string cache, Surface surface)
    {
        var page = new Page(surface);
        // Names are to be typed again; what they are for gives way to them.
        var wide = surface.Width >= WidthWithRoles;
        var grid = new Grid(["<name", .. wide ? (string[])["<for"] : [], "about", "cached", "~licence"]);
        foreach (var line in lines)
        {
            grid.Row([
                line.Name,
                .. wide ? (string[])[line.Role] : [],
                line.AboutBytes is { } bytes ? ByteText.Of(bytes) : "",
                line.Cached is not { } held ? "-"
                : held.UnfinishedBytes > 0 ? "part"
                : ByteText.Of(held.Bytes),
                line.Licence,
            ]);
        }

        grid.AddTo(page, rule: false);
        page.EndLine();
        page.Sentence($"cache: {cache}", Ink.Faint);
        page.Sentence(
            "Sizes are of the plain weights; where fp16 is published, --variant fp16 halves them. Any hub id org/name is taken too.",
            Ink.Faint
        );
        return page.ToString();
    }

    private static string Json(List<Line> lines, string cache)
    {
        using var json = new MemoryStream();
        using (Utf8JsonWriter writer = new(json, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("schema", "semblance.models/1");
            writer.WriteString("cache", cache);
            writer.WriteStartArray("models");
            foreach (var line in lines)
            {
                writer.WriteStartObject();
                writer.WriteString("name", line.Name);
                writer.WriteString("role", line.Role);
                writer.WriteString("hub_id", line.HubId);
                writer.WriteString("revision", line.Revision);
                writer.WriteString("licence", line.Licence);
                WriteNumber(writer, "about_bytes", line.AboutBytes);
                WriteNumber(writer, "cached_bytes", line.Cached?.Bytes);
                WriteNumber(writer, "unfinished_bytes", line.Cached?.UnfinishedBytes);
                writer.WriteStartArray("snapshots");
                foreach (var snapshot in line.Cached?.Snapshots ?? [])
                {
                    writer.WriteStartObject();
                    writer.WriteString("commit", snapshot.Commit);
                    writer.WriteStartArray("references");
                    foreach (var reference in snapshot.References)
                    {
                        writer.WriteStringValue(reference);
                    }

                    writer.WriteEndArray();
                    writer.WriteString("folder", snapshot.Folder);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(json.ToArray()) + "\n";
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static string Csv(List<Line> lines)
    {
        var csv = new StringBuilder("name,role,hub_id,revision,licence,about_bytes,cached_bytes\n");
        foreach (var line in lines)
        {
            string[] cells =
            [
                line.Name,
                line.Role,
                line.HubId,
                line.Revision,
                line.Licence,
                line.AboutBytes?.ToString(CultureInfo.InvariantCulture) ?? "",
                line.Cached?.Bytes.ToString(CultureInfo.InvariantCulture) ?? "",
            ];
            csv.AppendJoin(',', cells.Select(Quoted)).Append('\n');
        }

        return csv.ToString();
    }

    private static string Quoted(string cell) =>
        cell.AsSpan().ContainsAny(",\"\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
