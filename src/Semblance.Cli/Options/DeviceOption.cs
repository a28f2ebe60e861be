using System.CommandLine;
using Semblance.Cli.Terminal;
using Semblance.Models.Catalog;
using Semblance.Models.Devices;

namespace Semblance.Cli.Options;

/// <summary>The option that says what networks run on.</summary>
internal static class DeviceOption
{
    private const string Help = "cpu|cuda[:N]|coreml|webgpu|auto";

    /// <summary>Gives a command the option.</summary>
    public static Option<string?> Device(this Command command, string usual = "cpu")
    {
        var option = command.Text(
            "--device",
            $"What networks run on; auto is the best there is [default: {usual}]",
            Help
        );
        option.Validators.Add(result =>
        {
            if (
                result.Tokens is [{ Value: { } name }]
                && name != DeviceCatalog.Auto
                && Models.Devices.Device.Parse(name) is null
            )
            {
                result.AddError(
                    $"Option '--device' takes {Models.Devices.Device.Names} or {DeviceCatalog.Auto}, not '{name}'."
                );
            }
        });
        return option;
    }

    /// <summary>The device that is meant, tried; where one is asked for, it is said which.</summary>
    /// <exception cref="ResourceException">It is not here.</exception>
    public static Device Read(this Option<string?> option, ParseResult parsed, Messages messages)
    {
        if (parsed.GetValue(option) is not { } name)
        {
            return default;
        }

        var device = DeviceCatalog.Find(name);
        DeviceCatalog.Require(device);
        messages.Note($"networks run on {device} in {Models.Devices.Device.Precision}");
        return device;
    }
}
