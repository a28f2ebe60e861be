using Semblance.Models.Checkpoints;
using Semblance.Models.Tests.Encoders;

namespace Semblance.Models.Tests.Checkpoints;

public sealed class RealPathTests
{
    [Fact]
    public void A_link_that_leads_nowhere_is_named_as_the_one_that_it_is()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there.");
        var folder = TinyModels.NewFolder();
        var link = Path.Combine(folder, "loras");
        Directory.CreateSymbolicLink(link, "gone");
        var below = Path.Combine(link, "x.safetensors");
        Assert.Equal($"{below} does not exist: {link} is a link to gone, which does not exist.", Fault(below));
        Assert.Equal($"{link} is a link to gone, which does not exist.", Fault(link));

        Directory.CreateDirectory(Path.Combine(folder, "gone"));
        Assert.Equal($"{below} does not exist.", Fault(below));

        var blob = Path.Combine(folder, "model.safetensors");
        File.CreateSymbolicLink(blob, Path.Combine("blobs", "abc"));
        Assert.EndsWith("which does not exist; fetch the model again.", Fault(blob), StringComparison.Ordinal);
    }

    private static string Fault(string path) => Assert.Throws<InputException>(() => RealPath.Of(path)).Message;
}
