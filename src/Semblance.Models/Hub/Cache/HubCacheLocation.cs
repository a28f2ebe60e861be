namespace Semblance.Models.Hub.Cache;

/// <summary>The environment that says where the Hugging Face cache lies; empty texts count as not set.</summary>
/// <param name="HubCache"><c>HF_HUB_CACHE</c> (or the older <c>HUGGINGFACE_HUB_CACHE</c>): the cache itself.</param>
/// <param name="Home"><c>HF_HOME</c>: the cache is its folder <c>hub</c>.</param>
/// <param name="CacheHome"><c>XDG_CACHE_HOME</c>: the home is its folder <c>huggingface</c>.</param>
/// <param name="UserFolder">The user's own folder; the home is its <c>.cache/huggingface</c>.</param>
public sealed record HubCacheLocation(string? HubCache, string? Home, string? CacheHome, string UserFolder)
{
    private const string HubCacheVariable = "HF_HUB_CACHE";
    private const string OlderHubCacheVariable = "HUGGINGFACE_HUB_CACHE";
    private const string HomeVariable = "HF_HOME";
    private const string CacheHomeVariable = "XDG_CACHE_HOME";

    /// <summary>As this process's environment has it.</summary>
    public static HubCacheLocation FromEnvironment() =>
        new(
            Environment.GetEnvironmentVariable(HubCacheVariable) is { Length: > 0 } cache
                ? cache
                : Environment.GetEnvironmentVariable(OlderHubCacheVariable),
            Environment.GetEnvironmentVariable(HomeVariable),
            Environment.GetEnvironmentVariable(CacheHomeVariable),
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)
        );

    /// <summary>The folder of <c>models--org--name</c> folders, whether it exists or not. A leading <c>~</c> is the user's folder.</summary>
    public string Folder =>
        this switch
        {
            { HubCache.Length: > 0 } => Expanded(HubCache),
            _ => Path.Combine(HomeFolder, "hub"),
        };

    /// <summary>The folder of the cache and of the access token.</summary>
    internal string HomeFolder =>
        this switch
        {
            { Home.Length: > 0 } => Expanded(Home),
            { CacheHome.Length: > 0 } => Path.Combine(Expanded(CacheHome), "huggingface"),
            _ => Path.Combine(UserFolder, ".cache", "huggingface"),
        };

    /// <summary>The location, if there is a folder in its place or can be one.</summary>
    /// <exception cref="UsageException">A file is in the place of the cache, or of a folder above it.</exception>
    internal HubCacheLocation Checked()
    {
        var (variable, value) = this switch
        {
            { HubCache.Length: > 0 } => (NameOf(HubCache), HubCache),
            { Home.Length: > 0 } => (HomeVariable, Home),
            { CacheHome.Length: > 0 } => (CacheHomeVariable, CacheHome),
            _ => (null, null),
        };
        if (FileIn(Folder) is not { } file)
        {
            return this;
        }

        var what = SnapshotFiles.Leads(file) ? "is a file, not a folder" : "is a link that leads nowhere";
        throw new UsageException(
            variable is null
                ? $"The Hugging Face cache cannot be {Folder}: {file} {what}; move it away, or set {HomeVariable} to a folder."
            : Expanded(value!) == file
                ? $"{variable} names {file}, which {what}; set it to a folder, or leave it unset."
            : $"{variable} is {value}, but {file} {what}; set it to another folder, or leave it unset."
        );
    }

    /// <summary>The older name counts only where the newer one is not set.</summary>
    private static string NameOf(string hubCache) =>
        Environment.GetEnvironmentVariable(HubCacheVariable) is not { Length: > 0 }
        && Environment.GetEnvironmentVariable(OlderHubCacheVariable) == hubCache
            ? OlderHubCacheVariable
            : HubCacheVariable;

    /// <summary>What is in the place of a folder, or of one above it; null where nothing is.</summary>
    private static string? FileIn(string folder)
    {
        var path = Path.GetFullPath(folder);
        while (!Path.Exists(path) && new FileInfo(path).LinkTarget is null && Path.GetDirectoryName(path) is { } parent)
        {
            path = parent;
        }

        return Directory.Exists(path) ? null : path;
    }

    private string Expanded(string path) =>
        path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? UserFolder + path[1..] : path;
}
