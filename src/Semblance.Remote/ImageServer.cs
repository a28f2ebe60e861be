using Semblance.Remote.Calls;
using Semblance.Remote.Connecting;
using Semblance.Remote.Kinds;
using Semblance.Remote.Settings;

namespace Semblance.Remote;

/// <summary>A server that makes images, shared by all of its models: one key, one set of limits, one end.</summary>
public sealed class ImageServer : IDisposable
{
    private readonly ServerConnection _connection;
    private readonly ServerHost _host;

    private ImageServer(ServerSettings settings, ServerHost host)
    {
        (Settings, _host) = (settings, host);
        _connection = new ServerConnection(settings, host, ServerApis.KeyOf(settings));
        Places = new SemaphoreSlim(settings.Concurrency);
    }

    /// <summary>Its address, limits and names of secrets.</summary>
    public ServerSettings Settings { get; }

    /// <summary>Why no further call is made, as a sentence; null as long as calls are made.</summary>
    public string? Closed { get; internal set; }

    internal SemaphoreSlim Places { get; }

    /// <summary>Reads the secrets that it needs; nothing is sent yet.</summary>
    /// <exception cref="UsageException">A variable that holds a secret is not set.</exception>
    public static ImageServer Open(ServerSettings settings, ServerHost host)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(host);
        return new ImageServer(settings, host);
    }

    /// <summary>Opens a model: asks the server what it is and whether it can make what is asked for.</summary>
    /// <param name="model">What is asked for.</param>
    /// <param name="budget">What may be spent, and where calls are kept.</param>
    /// <param name="receiver">Hears what its generator does; null for nobody.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InputException">A workflow or setting that does not go with the server.</exception>
    /// <exception cref="ResourceException">The server is not there, or refuses.</exception>
    public async Task<ServerGenerator> OpenAsync(
        ServerModel model,
        Budget budget,
        ImageReceiver? receiver = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        var api = ServerApis.Open(_connection, Settings, model, _host);
        try
        {
            await api.PrepareAsync(cancellationToken);
        }
        catch (CallException fault)
        {
            var message = $"{model.Id}: {Settings.Name} {fault.Message}.";
            if (fault.End == CallEnd.Server)
            {
                Closed = message;
            }

            throw fault.End is CallEnd.Model
                ? new InputException(message, fault)
                : new ResourceException(message, fault);
        }

        return new ServerGenerator(this, api, _connection, model, budget, _host, receiver ?? new ImageReceiver());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _connection.Dispose();
        Places.Dispose();
    }
}
