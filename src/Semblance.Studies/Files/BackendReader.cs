using System.Globalization;
using Semblance.Remote.Settings;
using YamlDotNet.RepresentationModel;

namespace Semblance.Studies.Files;

/// <summary>A place where images come from: a server with its kind, or one of the kinds that need none.</summary>
/// <param name="Name">As models name it.</param>
/// <param name="Kind"><c>native</c>, <c>folder</c>, <c>painter</c>, or a kind of server.</param>
/// <param name="Server">Null where there is none.</param>
/// <param name="Takes">What a server takes; null where there is none.</param>
internal sealed record Backend(string Name, string Kind, ServerSettings? Server = null, ServerKind? Takes = null);

/// <summary>Reads the part <c>backends</c> of a study file.</summary>
internal static class BackendReader
{
    public const string Native = "native";
    public const string Folder = "folder";
    public const string Painter = "painter";

    private static readonly string[] OfThisMachine = [Native, Folder, Painter];

    /// <summary>What a program takes in place of an address, keys and limits.</summary>
    private static readonly string[] OfPrograms = ["kind", "program", "concurrency", "timeout"];

    /// <summary>Headers that hold secrets, which are named and never written.</summary>
    private static readonly string[] SecretHeaders =
    [
        "authorization",
        "x-api-key",
        "x-key",
        "api-key",
        "x-goog-api-key",
        "cookie",
        "proxy-authorization",
    ];

    public static IReadOnlyDictionary<string, Backend> Read(YamlReading reading, YamlFields root, string folder)
    {
        var backends = new Dictionary<string, Backend>();
        foreach (var (name, key, value) in root.Entries("backends"))
        {
            if (value is not YamlMappingNode map)
            {
                reading.Fault(key, $"The backend {name} takes fields, such as kind and url.");
                continue;
            }

            var fields = new YamlFields(reading, map, "a backend", StudyKeys.Backend);
            if (Read(reading, name, fields, folder) is { } backend)
            {
                backends[name] = backend;
            }
        }

        return backends;
    }

    private static Backend? Read(YamlReading reading, string name, YamlFields fields, string folder)
    {
        string[] kinds = [.. ServerKinds.All.Select(kind => kind.Name), .. OfThisMachine];
        if (!fields.Has("kind"))
        {
            reading.Fault(fields.Node, $"The backend {name} has no kind; it is one of {string.Join(", ", kinds)}.");
            return null;
        }

        if (fields.OneOf("kind", kinds) is not { } kind)
        {
            return null;
        }

        if (OfThisMachine.Contains(kind))
        {
            foreach (var other in fields.Names.Where(other => other != "kind"))
            {
                reading.Fault(fields.At(other), $"A backend of the kind {kind} takes no {other}.");
            }

            return new Backend(name, kind);
        }

        var known = ServerKinds.Find(kind)!;
        if (known.Program is { } usual)
        {
            return OfProgram(
                reading,
                name,
                fields,
                known,
                Path.Combine(folder, fields.Word("program") ?? usual),
                folder
            );
        }

        Refused(reading, fields, "program", kind);
        var dialect =
            known.Dialects.Count > 0
                ? fields.OneOf("dialect", known.Dialects)
                : Refused(reading, fields, "dialect", kind);
        var takes = ServerKinds.Find(kind, dialect)!;
        if (Url(reading, fields, name, takes) is not { } url)
        {
            return null;
        }

        var auth = fields.Map("auth", "auth", StudyKeys.Auth);
        var server = new ServerSettings(name, kind, url)
        {
            Dialect = dialect ?? (known.Dialects.Count > 0 ? known.Dialects[0] : null),
            KeyVariable = fields.Word("api_key_env"),
            KeyHeader = fields.Word("key_header"),
            UserVariable = auth?.Word("user_env"),
            PasswordVariable = auth?.Word("password_env"),
            Headers = Headers(reading, fields),
            Concurrency = fields.Whole("concurrency", 1, 64) ?? 1,
            RateLimit = Rate(fields),
            Timeout = fields.Duration("timeout") ?? TimeSpan.FromMinutes(10),
            Retry = Retry(fields),
            Template = kind == "http" ? Template(reading, fields, name) : None(reading, fields, kind),
        };
        return new Backend(name, kind, server, takes);
    }

    /// <summary>A program beside the study, or one that is looked for by its name.</summary>
    private static Backend OfProgram(
        YamlReading reading,
        string name,
        YamlFields fields,
        ServerKind kind,
        string beside,
        string folder
    )
    {
        foreach (var other in fields.Names.Where(other => !OfPrograms.Contains(other)))
        {
            Refused(reading, fields, other, kind.Name);
        }

        var named = fields.Word("program") ?? kind.Program!;
        var isPath = File.Exists(beside) || named.Contains('/', StringComparison.Ordinal);
        var server = new ServerSettings(name, kind.Name, new Uri("file:///"))
        {
            Program = new ServerProgram(
                isPath ? Path.GetFullPath(beside) : named,
                Path.GetFullPath(folder.Length > 0 ? folder : ".")
            ),
            Concurrency = fields.Whole("concurrency", 1, 64) ?? 1,
            Timeout = fields.Duration("timeout") ?? TimeSpan.FromMinutes(10),
        };
        return new Backend(name, kind.Name, server, kind);
    }

    private static string? Refused(YamlReading reading, YamlFields fields, string field, string kind)
    {
        if (fields.Has(field))
        {
            reading.Fault(fields.At(field), $"A backend of the kind {kind} takes no {field}.");
        }

        return null;
    }

    private static HttpTemplate? None(YamlReading reading, YamlFields fields, string kind)
    {
        foreach (var field in (string[])["method", "body", "result", "error", "seed_result"])
        {
            Refused(reading, fields, field, kind);
        }

        return null;
    }

    private static Uri? Url(YamlReading reading, YamlFields fields, string name, ServerKind kind)
    {
        var text = fields.Word("url") ?? kind.Url;
        if (text is null)
        {
            reading.Fault(fields.Node, $"The backend {name} has no url.");
            return null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            reading.Fault(fields.At("url"), $"\"{text}\" is not an address; write for example http://127.0.0.1:8188.");
            return null;
        }

        if (url.UserInfo.Length > 0)
        {
            reading.Fault(
                fields.At("url"),
                "A password does not belong into the address; name the environment variables that hold it with auth: { user_env, password_env }."
            );
            return null;
        }

        return url;
    }

    private static List<KeyValuePair<string, string>> Headers(YamlReading reading, YamlFields fields)
    {
        List<KeyValuePair<string, string>> headers = [];
        foreach (var (name, key, value) in fields.Entries("headers"))
        {
            if (SecretHeaders.Contains(name.ToLowerInvariant()))
            {
                reading.Fault(
                    key,
                    $"The header {name} holds a secret, which a file must not; name the environment variable with api_key_env, and the header with key_header."
                );
            }
            else
            {
                headers.Add(new(name, $"{value}"));
            }
        }

        return headers;
    }

    /// <summary><c>5/min</c>: a number, and s, min or h.</summary>
    private static RateLimit? Rate(YamlFields fields)
    {
        if (fields.Word("rate_limit") is not { } text)
        {
            return null;
        }

        var parts = text.Split('/', StringSplitOptions.TrimEntries);
        TimeSpan? window = parts is [_, var unit]
            ? unit switch
            {
                "s" or "sec" or "second" => TimeSpan.FromSeconds(1),
                "min" or "m" or "minute" => TimeSpan.FromMinutes(1),
                "h" or "hour" => TimeSpan.FromHours(1),
                "day" or "d" => TimeSpan.FromDays(1),
                _ => null,
            }
            : null;
        if (
            window is { } span
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var calls)
            && calls > 0
        )
        {
            return new RateLimit(calls, span);
        }

        fields.Fault("rate_limit", $"rate_limit takes a number and a time, such as 5/min; found \"{text}\".");
        return null;
    }

    private static RetrySettings Retry(YamlFields fields)
    {
        var usual = new RetrySettings();
        return fields.Map("retry", "retry", StudyKeys.Retry) is not { } retry
            ? usual
            : new RetrySettings
            {
                MaxAttempts = retry.Whole("max_attempts", 1, 20) ?? usual.MaxAttempts,
                BaseDelay = retry.Duration("base_delay") ?? usual.BaseDelay,
                MaxDelay = retry.Duration("max_delay") ?? usual.MaxDelay,
                RespectRetryAfter = retry.Flag("respect_retry_after") ?? usual.RespectRetryAfter,
            };
    }

    private static HttpTemplate? Template(YamlReading reading, YamlFields fields, string name)
    {
        if (fields.Word("result") is not { } result)
        {
            reading.Fault(
                fields.Node,
                $"The backend {name} has no result: a JSON pointer to the image such as /image, or body where the answer is the image."
            );
            return null;
        }

        foreach (var pointer in (string[])["result", "error", "seed_result"])
        {
            if (fields.Word(pointer) is { } place && !place.StartsWith('/') && (pointer != "result" || place != "body"))
            {
                reading.Fault(fields.At(pointer), $"{pointer} takes a JSON pointer such as /image; found \"{place}\".");
            }
        }

        var body = fields.AnyJson("body");
        if (
            body?.ToJsonString().Contains("{seed}", StringComparison.Ordinal) != true
            && fields.Word("url")?.Contains("{seed}", StringComparison.Ordinal) != true
        )
        {
            reading.Fault(fields.At("body"), $"The backend {name} sends no seed: put {{seed}} into body or url.");
        }

        return new HttpTemplate(
            fields.OneOf("method", "GET", "POST", "PUT") ?? (body is null ? "GET" : "POST"),
            body,
            result,
            fields.Word("error"),
            fields.Word("seed_result")
        );
    }
}
