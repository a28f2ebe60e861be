using Semblance.Models.Catalog;
using Semblance.Models.Devices;
using Semblance.Studies.Files;

namespace Semblance.Studies.Running;

/// <summary>What the networks of a study run on, and in which precision.</summary>
internal static class StudyDevice
{
    /// <summary>
    /// The study with its device and precision in every checkpoint. The device is tried when the first network is loaded, and
    /// not before: a cluster's last job, which finds all images and embeddings made, needs none.
    /// </summary>
    public static StudyFile Settle(StudyFile study, StudyHost host)
    {
        var settled = study with { Devices = DeviceCatalog.FindAll(study.DeviceName) };
        if (study.DeviceName != $"{default(Device)}" || study.Precision != default)
        {
            host.Note($"networks run on {string.Join(" and ", settled.Devices)} in {study.Precision.Word()}");
        }

        return settled with
        {
            Models =
            [
                .. study.Models.Select(model =>
                    model.Source is CheckpointSource source ? model with { Source = On(source, settled) } : model
                ),
            ],
        };
    }

    /// <summary>What embeddings depend on, for the stamp of the scores: nothing for the processor in fp32.</summary>
    public static string Stamp(StudyFile study) =>
        (study.Devices[0], study.Precision) == default
            ? ""
            : $" on {study.Devices[0].Kind} in {study.Precision.Word()}";

    private static CheckpointSource On(CheckpointSource source, StudyFile study) =>
        source with
        {
            Request = source.Request with
            {
                Settings = source.Request.Settings with
                {
                    Device = study.Devices[0],
                    FurtherDevices = [.. study.Devices.Skip(1)],
                    Precision = source.Precision ?? study.Precision,
                },
            },
        };
}
