using Semblance.Models.Catalog;
using Semblance.Models.Devices;
using Semblance.Studies.Files;

namespace Semblance.Studies.Running;

/// <summary>What the networks of a study run on.</summary>
internal static class StudyDevice
{
    /// <summary>
    /// The study with its device in every checkpoint. The device is tried when the first network is loaded, and not before: a
    /// cluster's last job, which finds all images and embeddings made, needs none.
    /// </summary>
    public static StudyFile Settle(StudyFile study, StudyHost host)
    {
        var device = DeviceCatalog.Find(study.DeviceName);
        if (study.DeviceName != $"{default(Device)}")
        {
            host.Note($"networks run on {device} in {Device.Precision}");
        }

        return study with
        {
            Device = device,
            Models =
            [
                .. study.Models.Select(model =>
                    model.Source is CheckpointSource source ? model with { Source = On(source, device) } : model
                ),
            ],
        };
    }

    private static CheckpointSource On(CheckpointSource source, Device device) =>
        new(source.Request with { Settings = source.Request.Settings with { Device = device } });
}
