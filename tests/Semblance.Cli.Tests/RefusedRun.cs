using Semblance.Cli.Terminal;

namespace Semblance.Cli.Tests;

/// <summary>
/// Runs that end with an error, within the process of the tests: a start of the program costs a third of a second. What
/// goes to standard output is not seen, so a run that is to succeed needs a <see cref="ProgramRun"/>.
/// </summary>
internal static class RefusedRun
{
    // The folder that relative paths start from is that of the whole process.
    private static readonly SemaphoreSlim OneAtATime = new(1);

    static RefusedRun()
    {
        foreach (var name in ProgramRun.SettingsOfTheTester)
        {
            Environment.SetEnvironmentVariable(name, null);
        }

        Environment.SetEnvironmentVariable("HF_HOME", Path.Combine(Path.GetTempPath(), "semblance-no-hub"));
        Environment.SetEnvironmentVariable("HF_HUB_OFFLINE", "1");
    }

    /// <summary>What <c>semblance</c> says in <paramref name="folder"/>, which ends with this code and no stack trace.</summary>
    public static async Task<string> ErrorOfAsync(string folder, int code, params string[] arguments)
    {
        await OneAtATime.WaitAsync(TestContext.Current.CancellationToken);
        var before = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = folder;
            using var error = new StringWriter { NewLine = "\n" };
            var actual = await Entry.RunAsync(arguments, new Messages(error, Width: null));
            Assert.True(actual == code, $"Code {actual}: {error}");
            Assert.DoesNotMatch(ProgramRun.StackTrace, error.ToString());
            return error.ToString();
        }
        finally
        {
            Environment.CurrentDirectory = before;
            OneAtATime.Release();
        }
    }
}
