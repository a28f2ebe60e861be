using System.CommandLine;
using Semblance.Cli.Terminal;
using Semblance.Models.Catalog;
using Semblance.Models.Devices;

namespace Semblance.Cli.Options;

/// <summary>What networks run on, in which precision.</summary>
/// <param name="Devices">At least one; of several each takes a part of the work.</param>
/// <param name="Precision">The same on all.</param>
internal sealed record NetworkPlace(IReadOnlyList<Device> Devices, Precision Precision);

/// <summary>The options <c>--device</c> and <c>--precision</c>.</summary>
internal sealed class DeviceOptions
{
    private readonly Option<string?> _device;
    private readonly Option<string?> _precision;

    /// <summary>Gives a command the options.</summary>
    public DeviceOptions(Command command, string usualDevice = "cpu", string usualPrecision = "fp32")
    {
        _device = command.Text(
            "--device",
            $"What networks run on; auto is the best there is, cuda:0,1 are two cards [default: {usualDevice}]",
            "cpu|cuda[:N]|coreml|webgpu|auto"
        );
        _device.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: { } name }] && !DeviceCatalog.IsName(name))
            {
                result.AddError($"Option '--device' takes {Device.Names} or {DeviceCatalog.Auto}, not '{name}'.");
            }
        });
        _precision = command
            .Text(
                "--precision",
                $"In which numbers networks calculate, on any device [default: {usualPrecision}]",
                "fp32|fp16|bf16"
            )
            .Restrict([.. PrecisionNames.All]);
    }

    /// <summary>The name of the device; null where none is given.</summary>
    public string? DeviceName(ParseResult parsed) => parsed.GetValue(_device);

    /// <summary>The precision; null where none is given.</summary>
    public Precision? Precision(ParseResult parsed) =>
        parsed.GetValue(_precision) is { } word ? PrecisionNames.Parse(word) : null;

    /// <summary>The devices that are meant, tried; where one or a precision is asked for, it is said which.</summary>
    /// <exception cref="ResourceException">One is not here, or does not calculate in this precision.</exception>
    public NetworkPlace Read(ParseResult parsed, Messages messages)
    {
        var (name, precision) = (DeviceName(parsed), Precision(parsed));
        var place = new NetworkPlace(DeviceCatalog.FindAll(name ?? $"{default(Device)}"), precision ?? default);
        foreach (var device in place.Devices)
        {
            DeviceCatalog.Require(device, place.Precision);
        }

        if ((name ?? parsed.GetValue(_precision)) is not null)
        {
            messages.Note($"networks run on {string.Join(" and ", place.Devices)} in {place.Precision.Word()}");
        }

        return place;
    }
}
