using Microsoft.Playwright;

namespace Semblance.Reports.Tests.Pages;

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

    private readonly TemporaryFolder _folder = new();
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
        _folder.Dispose();
    }

    /// <summary>Opens a page from a file, offline.</summary>
    public async Task<IPage> OpenAsync(
        string html,
        int width = 1440,
        bool dark = false,
        bool script = true,
        Action<IPage>? before = null
    )
    {
        Assert.SkipWhen(_browser is null, "There is no chromium on this machine (apt-get install chromium).");
        var file = _folder.Write(html, $"{Path.GetRandomFileName()}.html");
        var context = await _browser!.NewContextAsync(
            new()
            {
                ViewportSize = new() { Width = width, Height = 900 },
                ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
                JavaScriptEnabled = script,
                Offline = true,
            }
        );
        var page = await context.NewPageAsync();
        before?.Invoke(page);
        await page.GotoAsync($"file://{file}");
        return page;
    }
}
