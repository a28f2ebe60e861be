using Semblance.Remote.Connecting;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Kinds;

/// <summary>From the name of a kind to its client.</summary>
internal static class ServerApis
{
    /// <summary>The client of a model on a server of a kind.</summary>
    /// <exception cref="UsageException">There is no such kind.</exception>
    public static ServerApi Open(
        ServerConnection connection,
        ServerSettings server,
        ServerModel model,
        ServerHost host
    ) =>
        server.Kind switch
        {
            "comfyui" => new ComfyApi(connection, server, model, host),
            "automatic1111" => new Automatic1111Api(connection, server, model),
            "openai" => new OpenAiApi(connection, server, model),
            "replicate" => new ReplicateApi(connection, server, model),
            "fal" => new FalApi(connection, server, model),
            "huggingface" => new HuggingFaceApi(connection, server, model),
            "sd-cpp" => new SdCppApi(connection, server, model),
            "sd-cli" => new SdCliApi(connection, server, model, host),
            "bfl" => new BflApi(connection, server, model),
            "stability" => new StabilityApi(connection, server, model),
            "gemini" => new GeminiApi(connection, server, model),
            "http" => new HttpApi(connection, server, model),
            _ => throw new UsageException(
                $"There is no kind of server \"{server.Kind}\"; the kinds are {string.Join(", ", ServerKinds.All.Select(kind => kind.Name))}."
            ),
        };

    /// <summary>How a kind sends its key; null for a bearer token.</summary>
    public static Action<HttpRequestMessage, string>? KeyOf(ServerSettings server) =>
        (server.Kind, server.Dialect) switch
        {
            ("openai", "azure") => Header("api-key"),
            ("fal", _) => Header("Authorization", "Key "),
            ("bfl", _) => Header("x-key"),
            ("gemini", _) => Header("x-goog-api-key"),
            _ => null,
        };

    private static Action<HttpRequestMessage, string> Header(string name, string before = "") =>
        (request, key) => request.Headers.TryAddWithoutValidation(name, before + key);
}
