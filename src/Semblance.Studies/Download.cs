using Semblance.Models.Catalog;
using Semblance.Models.Hub;
using Semblance.Models.Hub.Pulling;
using Semblance.Wording;

namespace Semblance.Studies;

/// <summary>What would be fetched from the hub.</summary>
/// <param name="Name">As it was asked for.</param>
/// <param name="Plan">Files and bytes.</param>
/// <param name="Hub">From where, and into which cache.</param>
public sealed record Download(string Name, PullPlan Plan, HubSettings Hub)
{
    /// <summary>As the repository's card states it, or what is known where it states none.</summary>
    public string Licence => Plan.Licence ?? KnownModel.Find(Plan.Repository.Name)?.Licence ?? "not stated on its card";

    /// <summary>How much is to be fetched, and of how much where the cache holds a part.</summary>
    public string Size
    {
        get
        {
            var missing = ByteText.Of(Plan.MissingBytes);
            var total = ByteText.Of(Plan.TotalBytes);
            var files = Plural.Of(Plan.Files, "file");
            return Plan switch
            {
                _ when Plan.MissingFiles < Plan.Files =>
                    $"{missing} in {Plural.Of(Plan.MissingFiles, "file")} still, of {total} in {files}",
                // What an interrupted pull left is a part of files, each of which still has to be finished.
                _ when Plan.MissingBytes < Plan.TotalBytes => $"{missing} of {total} still in {files}",
                _ => $"{total} in {files}",
            };
        }
    }
}
