using System.Text.RegularExpressions;
using Semblance.Cli.Terminal;

namespace Semblance.Cli.Tests.Terminal;

public sealed class FailureTests
{
    [Fact]
    public void A_text_that_takes_too_long_is_named_by_its_beginning() =>
        Assert.Equal(
            (ExitCode.BadInput, $"A text takes too long to read: \"{new string('a', 60)}\"."),
            Failure.Describe(new RegexMatchTimeoutException(new string('a', 100), "a", TimeSpan.FromSeconds(2)))
        );
}
