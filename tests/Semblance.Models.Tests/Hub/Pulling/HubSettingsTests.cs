using Semblance.Models.Catalog;
using Semblance.Models.Hub;
using Semblance.Models.Hub.Pulling;

namespace Semblance.Models.Tests.Hub.Pulling;

public sealed class HubSettingsTests
{
    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(999, "999 bytes")]
    [InlineData(1000, "1.00 kB")]
    [InlineData(605_157_884, "605 MB")]
    [InlineData(6_940_000_000, "6.94 GB")]
    [InlineData(13_880_000_000, "13.9 GB")]
    [InlineData(999_999, "1.00 MB")]
    [InlineData(99_960, "100 kB")]
    [InlineData(9_996, "10.0 kB")]
    [InlineData(long.MaxValue, "9.22 EB")]
    public void Lengths_have_three_digits(long bytes, string text) => Assert.Equal(text, ByteText.Of(bytes));

    [Theory]
    [InlineData("https://hub.example/", "https://hub.example/")]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080/")]
    [InlineData("https://proxy.example/hub/", "https://proxy.example/hub")]
    public void An_endpoint_is_an_address(string text, string address) =>
        Assert.Equal(address, HubSettings.ParseEndpoint(text).AbsoluteUri);

    [Theory]
    [InlineData("hub.example")]
    [InlineData("ftp://hub.example")]
    [InlineData("https://me:word@hub.example")]
    public void Other_endpoints_are_refused_without_repeating_them(string text)
    {
        var error = Assert.Throws<UsageException>(() => HubSettings.ParseEndpoint(text));

        Assert.DoesNotContain("word@", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_known_model_has_a_form_that_the_hub_takes()
    {
        Assert.Equal(KnownModel.All.Count, KnownModel.All.Select(known => known.Name).Distinct().Count());
        foreach (var known in KnownModel.All)
        {
            var request = KnownModel.Request(known.Name);
            Assert.Equal((known.HubId, known.Kind), (request.Repository.Name, request.Repository.Kind));
            Assert.Equal(request.Repository, KnownModel.Request(known.HubId).Repository);
            Assert.Equal("main", known.Revisions[^1]);
            Assert.All(known.Revisions.SkipLast(1), revision => Assert.True(BlobId.IsCommit(revision), revision));
        }
    }

    [Fact]
    public void A_revision_that_is_named_is_taken_as_it_is()
    {
        var request = KnownModel.Request("stabilityai/stable-diffusion-xl-base-1.0@main");

        Assert.Equal("main", request.Repository.Revision);
        Assert.Empty(request.Otherwise);
    }
}
