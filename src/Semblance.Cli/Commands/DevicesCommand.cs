using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Semblance.Cli.Options;
using Semblance.Cli.Terminal;
using Semblance.Models.Catalog;
using Semblance.Models.Devices;

namespace Semblance.Cli.Commands;

/// <summary>The JSON of <c>semblance devices</c>, schema <c>semblance.devices/1</c>.</summary>
internal sealed record DevicesDocument(string Schema, string Auto, IReadOnlyList<ListedDevice> Devices);

/// <summary>A device; the reason is null where it can be used, and where it cannot there are no precisions.</summary>
internal sealed record ListedDevice(string Name, bool Usable, IReadOnlyList<string> Precisions, string? Reason);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DevicesDocument))]
internal sealed partial class DevicesJson : JsonSerializerContext;

/// <summary><c>semblance devices</c>: what networks can run on here, and why not on the rest.</summary>
internal static class DevicesCommand
{
    public const string Examples = """
        Examples:
          semblance devices
          semblance devices --format json
          semblance score images/ --device auto      the best of them, and it says which
        """;

    public static Command Build()
    {
        var command = new Command("devices", "What networks can run on here, and why not on the rest");
        var format = command.OneOf("--format", "How the list is written", "table", "json");
        command.SetAction(parsed =>
        {
            var states = DeviceCatalog.All();
            ResultOutput.ToStandardOutput(
                parsed.GetRequiredValue(format) == "json" ? Json(states) : Table(states, Surface.OfStandardOutput())
            );
        });
        return command;
    }

    private static string Auto(IReadOnlyList<DeviceState> states) =>
        states.First(state => state.Lacks is null).Device.ToString();

    /// <summary>The precisions that a device has; none where it is not here.</summary>
    private static string[] Precisions(DeviceState state) =>
        state.Lacks is null ? [.. DeviceCatalog.PrecisionsOf(state.Device).Select(PrecisionNames.Word)] : [];

    private static string Json(IReadOnlyList<DeviceState> states) =>
        JsonSerializer.Serialize(
            new DevicesDocument(
                "semblance.devices/1",
                Auto(states),
                [
                    .. states.Select(state => new ListedDevice(
                        state.Device.ToString(),
                        state.Lacks is null,
                        Precisions(state),
                        state.Lacks
                    )),
                ]
            ),
            DevicesJson.Default.DevicesDocument
        ) + "\n";

    private static string Table(IReadOnlyList<DeviceState> states, Surface surface)
    {
        var page = new Page(surface);
        var grid = new Grid("<device", "<here", "~what to know");
        foreach (var state in states)
        {
            grid.Row(
                state.Device.ToString(),
                state.Lacks is null ? "yes" : "no",
                state.Lacks ?? $"runs networks in {string.Join(", ", Precisions(state))}"
            );
        }

        grid.AddTo(page, rule: false);
        page.EndLine();
        page.Note($"auto is {Auto(states)}");
        return page.ToString();
    }
}
