using System.Net.Http.Headers;
using System.Text;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Connecting;

/// <summary>The key or password of a server, read from the environment; only requests get it.</summary>
internal sealed class ServerCredentials
{
    private readonly string? _secret;
    private readonly string? _user;
    private readonly string? _password;
    private readonly string? _header;
    private readonly Action<HttpRequestMessage, string> _key;

    private ServerCredentials(
        string? secret,
        string? user,
        string? password,
        string? header,
        Action<HttpRequestMessage, string> key
    ) => (_secret, _user, _password, _header, _key) = (secret, user, password, header, key);

    /// <summary>Reads the variables that the settings name.</summary>
    /// <param name="settings">Name the variables.</param>
    /// <param name="host">Has the variables.</param>
    /// <param name="key">How the kind sends its key, unless the settings name a header; null for a bearer token.</param>
    /// <exception cref="UsageException">A variable that holds a secret is not set.</exception>
    public static ServerCredentials Read(
        ServerSettings settings,
        ServerHost host,
        Action<HttpRequestMessage, string>? key
    )
    {
        string? secret(string? variable) =>
            variable is null ? null
            : host.Variable(variable) is { Length: > 0 } value ? value.Trim()
            : throw new UsageException(
                $"The environment variable {variable}, which holds a secret of {settings.Name}, is not set; set it and run again."
            );
        return new ServerCredentials(
            secret(settings.KeyVariable),
            secret(settings.UserVariable),
            secret(settings.PasswordVariable),
            settings.KeyHeader,
            key ?? Bearer
        );
    }

    /// <summary>Whether requests carry a key or a password.</summary>
    public bool AreGiven => (_secret ?? _user) is not null;

    /// <summary>All texts that must not be in a message.</summary>
    public IEnumerable<string> Forms
    {
        get
        {
            string?[] all = [_secret, _password, _user is null ? null : Basic(_user, _password)];
            return all.OfType<string>().Where(text => text.Length > 3);
        }
    }

    public void AddTo(HttpRequestMessage request)
    {
        if (_user is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Basic(_user, _password));
        }

        if (_secret is not null && _header is { } header)
        {
            request.Headers.TryAddWithoutValidation(header, _secret);
        }
        else if (_secret is not null)
        {
            _key(request, _secret);
        }
    }

    private static string Basic(string user, string? password) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    private static void Bearer(HttpRequestMessage request, string key) =>
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
}
