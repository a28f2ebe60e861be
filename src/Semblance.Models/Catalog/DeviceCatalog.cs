using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Checkpoints;
using Semblance.Models.Devices;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;

namespace Semblance.Models.Catalog;

/// <summary>A device, and whether this build and machine have it.</summary>
/// <param name="Device">Which.</param>
/// <param name="Lacks">Why it cannot be used and what to do, in a sentence; null where it can be.</param>
public sealed record DeviceState(Device Device, string? Lacks);

/// <summary>The devices that networks can run on here.</summary>
public static class DeviceCatalog
{
    /// <summary>The name that stands for the best device there is.</summary>
    public const string Auto = "auto";

    // Of the images of the trial.
    private const int Channels = 8;
    private const int Side = 4;

    /// <summary>The best first, the processor last. Which of the two of a Mac is better was never measured.</summary>
    private static readonly DeviceKind[] Kinds =
    [
        DeviceKind.Cuda,
        DeviceKind.CoreML,
        DeviceKind.WebGpu,
        DeviceKind.Cpu,
    ];

    /// <summary>Every kind of device, the best first; each that this build has is tried.</summary>
    public static IReadOnlyList<DeviceState> All() => [.. Kinds.Select(kind => Look(new Device(kind)))];

    /// <summary>Whether a device is here: a small network runs on it.</summary>
    public static DeviceState Look(Device device)
    {
        if (device.Kind == DeviceKind.Cpu)
        {
            return new DeviceState(device, null);
        }

        try
        {
            Require(device);
            return new DeviceState(device, null);
        }
        catch (ResourceException fault)
        {
            return new DeviceState(device, fault.Message);
        }
    }

    /// <summary>The device of a name; <see cref="Auto"/> is the best one that is here.</summary>
    /// <param name="name">As <see cref="Device.Parse"/> reads it, or <see cref="Auto"/>.</param>
    /// <exception cref="UsageException">There is no device of this name.</exception>
    public static Device Find(string name) =>
        name == Auto
            ? Kinds.Select(kind => Look(new Device(kind))).First(state => state.Lacks is null).Device
            : Device.Parse(name)
                ?? throw new UsageException($"There is no device '{name}'; the names are {Auto}, {Device.Names}.");

    /// <summary>The devices of a name, which may be several cards: <c>cuda:0,1</c>.</summary>
    /// <param name="name">As <see cref="Find"/> takes it, or <c>cuda:</c> with numbers between commas.</param>
    /// <exception cref="UsageException">There is no such device, or one is named twice.</exception>
    public static IReadOnlyList<Device> FindAll(string name) => Device.ParseSeveral(name) ?? [Find(name)];

    /// <summary>Whether <see cref="FindAll"/> takes a name; whether the device is here is another question.</summary>
    public static bool IsName(string name) =>
        name == Auto || Device.Parse(name) is not null || Device.ParseSeveral(name) is not null;

    /// <summary>The precisions in which a device that is here calculates, each tried.</summary>
    public static IReadOnlyList<Precision> PrecisionsOf(Device device) =>
        [.. Enum.GetValues<Precision>().Where(precision => Has(device, precision))];

    private static bool Has(Device device, Precision precision)
    {
        try
        {
            Require(device, precision);
            return true;
        }
        catch (ResourceException)
        {
            return false;
        }
    }

    /// <summary>Runs a small network on a device in a precision, so that a fault is told before any work is done.</summary>
    /// <exception cref="ResourceException">The device is not here, or does not calculate so; the sentence says why, and what to do.</exception>
    public static void Require(Device device, Precision precision = Precision.Fp32)
    {
        if (device.Kind == DeviceKind.Cpu && precision == Precision.Fp32)
        {
            return;
        }

        using var session = new GraphSession(Trial(precision), threads: 1, device: device);
        _ = session.Run([Feed.Of<float>("x", new float[Channels * Side * Side], 1, Channels, Side, Side)], "y");
    }

    /// <summary>One of each operator that networks are made of and that a device may lack, in a type or without its libraries.</summary>
    private static Graph Trial(Precision precision)
    {
        var g = new GraphBuilder(
            new Weights("the trial of a device", new Dictionary<string, TensorEntry>()),
            precision: precision
        );
        var x = g.Input("x", TensorElementType.Float, 1, Channels, Side, Side).In(g.Arithmetic);
        x = g.Conv(x, Ones(Channels, Channels, 1, 1), bias: null, stride: 1, [0, 0, 0, 0]);
        x = x.ResizeNearest(2 * Side, 2 * Side).Reshape(1, Channels, 4 * Side * Side).Transpose(0, 2, 1);
        x = g.Op("LayerNormalization", [x, Ones(Channels)], ("axis", -1L), ("epsilon", 1e-5f));
        x = x.Linear(Ones(Channels, Channels), bias: null);
        x = Attention.Fused(x, x, x, heads: 1) + Attention.Of(x, x, x, heads: 1, Channels);
        g.Output("y", x.Gelu() + x.QuickGelu());
        return g.Build();

        Value Ones(params long[] shape) =>
            g.Constant([.. Enumerable.Repeat(1f, (int)shape.Aggregate((all, size) => all * size))], shape)
                .In(g.Arithmetic);
    }
}
