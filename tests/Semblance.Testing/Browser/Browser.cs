using Microsoft.Playwright;

namespace Semblance.Testing;

/// <summary>Chromium, where the machine has it. Tests that need it are skipped elsewhere, with the reason.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Places =
    [
        Environment.GetEnvironmentVariable("SEMBLANCE_CHROMIUM") ?? "",
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
    ];

    private const float Patience = 180_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Array.Find(Places, File.Exists) is { } chromium)
        {
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(
                new() { ExecutablePath = chromium, Args = ["--no-sandbox"] }
            );
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>A browser of its own: nothing is shared with another one.</summary>
    public async Task<IBrowserContext> OpenAsync(
        int width = 1440,
        bool dark = false,
        bool script = true,
        bool offline = false
    )
    {
        Assert.SkipWhen(_browser is null, "There is no chromium on this machine (apt-get install chromium).");
        var context = await _browser!.NewContextAsync(
            new()
            {
                ViewportSize = new() { Width = width, Height = 900 },
                ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
                JavaScriptEnabled = script,
                Offline = offline,
                ReducedMotion = ReducedMotion.Reduce,
            }
        );
        // A machine that does much else at once is slow, and no fault of the page.
        context.SetDefaultTimeout(Patience);
        context.SetDefaultNavigationTimeout(Patience);
        return context;
    }
}
