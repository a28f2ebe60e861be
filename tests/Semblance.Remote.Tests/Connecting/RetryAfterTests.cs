using System.Text;
using Semblance.Remote.Connecting;

namespace Semblance.Remote.Tests.Connecting;

public sealed class RetryAfterTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Retry-After", "7", "", 7.0)]
    [InlineData("Retry-After", "Sun, 01 Mar 2026 12:00:30 GMT", "", 30.0)]
    [InlineData("Retry-After", "Sun, 01 Mar 2026 11:00:00 GMT", "", 0.0)]
    [InlineData("retry-after-ms", "1500", "", 1.5)]
    [InlineData("Retry-After", "-3", "{\"retry_after\":5}", 5.0)]
    [InlineData("X", "", "{\"retry_after\":\"2.5\"}", 2.5)]
    [InlineData("X", "", "{\"error\":{\"details\":[{\"a\":1},{\"retryDelay\":\"8s\"}]}}", 8.0)]
    [InlineData("X", "", "Please try again after 51.84 seconds.", 51.84)]
    [InlineData("X", "", "Your rate limit resets in ~5s.", 5.0)]
    [InlineData("Retry-After", "soon", "busy", null)]
    [InlineData("X", "", "[1,2]", null)]
    public void Every_form_is_understood(string header, string value, string body, double? seconds)
    {
        using var message = new HttpResponseMessage();
        message.Headers.TryAddWithoutValidation(header, value);
        var answer = new HttpAnswer(429, message.Headers, "text/plain", Encoding.UTF8.GetBytes(body));
        Assert.Equal(seconds, RetryAfter.Of(answer, Now)?.TotalSeconds);
    }

    [Fact]
    public void A_date_is_read_by_the_clock_of_the_server_that_gives_it()
    {
        using var message = new HttpResponseMessage();
        message.Headers.TryAddWithoutValidation("Retry-After", "Sun, 01 Mar 2026 12:00:30 GMT");
        message.Headers.Date = Now;
        var answer = new HttpAnswer(503, message.Headers, null, []);
        Assert.Equal(30, RetryAfter.Of(answer, Now.AddYears(-3))!.Value.TotalSeconds);
    }

    [Theory]
    [InlineData("see https://store/x.png?sig=abc&e=1 now", "see https://store/x.png?*** now")]
    [InlineData("header Authorization: Bearer sk-12345678", "header Authorization: Bearer ***")]
    [InlineData("the key my-own-secret is bad", "the key *** is bad")]
    [InlineData("line one\r\n\tline   two\u0007", "line one line two")]
    public void Words_of_servers_hold_no_secret_and_are_one_line(string said, string shown) =>
        Assert.Equal(shown, new ServerWords(["my-own-secret"]).Clean(said));

    [Fact]
    public void Words_of_servers_are_cut() =>
        Assert.Equal(304, new ServerWords([]).Clean(new string('a', 5000)).Length);

    /// <summary>Time that grew with the square of such a text would end in a fault.</summary>
    [Fact]
    public void Addresses_without_end_are_cut() =>
        Assert.Equal(304, new ServerWords([]).Clean(string.Concat(Enumerable.Repeat("http://", 100_000))).Length);
}
