using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Semblance.Studio.Pages;
using Semblance.Studio.Reading;
using Semblance.Studio.Serving;
using Semblance.Studio.Storing;

namespace Semblance.Studio;

/// <summary>Serves a blind study to browsers until it is disposed.</summary>
public sealed class StudioServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Study _study;

    private StudioServer(WebApplication app, Study study, string address)
    {
        _app = app;
        _study = study;
        Address = address;
    }

    /// <summary>By which raters reach the server, without a slash at the end.</summary>
    public string Address { get; }

    /// <summary>For the owner alone: progress, agreement, export.</summary>
    public string OwnerLink => $"{Address}/owner/{_study.Links.Owner}";

    /// <summary>One for each rater that was planned.</summary>
    public IReadOnlyList<string> RaterLinks =>
        [
            .. Enumerable
                .Range(0, _study.Definition.Raters)
                .Select(rater => $"{Address}/r/{_study.Links.OfRater(rater)}"),
        ];

    /// <summary>For whoever comes; null where there are no open places.</summary>
    public string? OpenLink => _study.Options.OpenPlaces > 0 ? $"{Address}/join/{_study.Links.Join}" : null;

    /// <summary>Starts to serve the study that the store holds.</summary>
    /// <param name="store">Open, and with a study.</param>
    /// <param name="run">The run folder, which has the images.</param>
    /// <param name="options">How it is served.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="UsageException">A public address without https that was not asked for in so many words.</exception>
    /// <exception cref="ResourceException">The port is in use.</exception>
    /// <exception cref="InputException">The store has no study.</exception>
    public static async Task<StudioServer> StartAsync(
        VoteStore store,
        string run,
        StudioOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(options);
        options.RequireHttps();
        var definition =
            await store.ReadStudyAsync(cancellationToken)
            ?? throw new InputException($"{store.Name} holds no study yet.");
        var secret = Convert.FromHexString(
            await store.KeepMetaAsync(
                "secret",
                Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
                cancellationToken
            )
        );
        var study = new Study(
            definition,
            store,
            new StudyLinks(secret),
            new TileCache(run, definition.Tile),
            options,
            TimeProvider.System
        );
        var app = Build(study);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            await app.DisposeAsync();
            throw new ResourceException(
                error is IOException { InnerException: AddressInUseException }
                    ? $"Port {options.Port} is in use by another program, perhaps by another study."
                    : $"Port {options.Port} cannot be served: {error.Message}",
                error
            )
            {
                Remedies = [new Remedy(RemedyKind.OtherPort)],
            };
        }

        var local = app
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.First();
        var port = new Uri(local).Port;
        return new StudioServer(
            app,
            study,
            options.PublicAddress?.AbsoluteUri.TrimEnd('/') ?? FormattableString.Invariant($"http://127.0.0.1:{port}")
        );
    }

    /// <summary>Ends open requests and stops. The store stays open.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(TimeSpan.FromSeconds(5));
        await _app.DisposeAsync();
        _study.Tiles.Dispose();
    }

    private static WebApplication Build(Study study)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = "Production" }
        );
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Protection.MostBytes;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Listen(
                study.Options.PublicAddress is null ? IPAddress.Loopback : IPAddress.IPv6Any,
                study.Options.Port
            );
        });
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        Protection.AddLimits(builder.Services);
        var app = builder.Build();
        app.Use(
            async (context, next) =>
            {
                try
                {
                    await next(context);
                }
                catch (SemblanceException error)
                {
                    study.Options.Warn($"A page could not be served: {error.Message}");
                    if (!context.Response.HasStarted)
                    {
                        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                        await Reply.PageAsync(
                            context,
                            PlainPages.Message(
                                "The server cannot do this at the moment",
                                "Answers that were shown as saved are safe. Load the page again in a few minutes."
                            )
                        );
                    }
                }
                catch (BadHttpRequestException error)
                {
                    context.Response.StatusCode = error.StatusCode;
                }
                catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
                {
                    // The browser went away.
                }
            }
        );
        Protection.Use(app);
        new RaterEndpoints(study).Map(app);
        new VoteEndpoints(study).Map(app);
        new JoinEndpoint(study).Map(app);
        new OwnerEndpoints(study).Map(app);
        AssetEndpoints.Map(app);
        app.MapFallback(context => Reply.NoSuchAsync(context, "There is nothing here."));
        return app;
    }

    /// <summary>Signals are the caller's: the host must not end the process.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
