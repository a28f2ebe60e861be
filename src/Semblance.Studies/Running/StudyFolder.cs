using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Semblance.Remote;
using Semblance.Runs.Folder;
using Semblance.Studies.Files;

namespace Semblance.Studies.Running;

/// <summary>
/// What a study keeps in its run folder beside the run itself, in <c>study/</c>: whose folder it is, the calls to servers,
/// what seeds are worth, and what each stage was last made from.
/// </summary>
internal sealed class StudyFolder
{
    private const string Schema = "semblance.study/1";

    private readonly string _folder;
    private readonly RunFolder _run;

    /// <summary>Names the folder; nothing is touched yet.</summary>
    public StudyFolder(StudyFile study, StudyHost? host = null)
    {
        Study = study;
        _run = (host ?? new StudyHost()).Open(study.Run);
        _folder = Path.Combine(study.Run, "study");
    }

    public StudyFile Study { get; }

    public RunFolder Run => _run;

    /// <summary>Where the calls are kept.</summary>
    public string Calls => Path.Combine(_folder, "calls.jsonl");

    /// <summary>The table of the images that are scored.</summary>
    public string Images => Path.Combine(Study.Run, "study-images.jsonl");

    private string Mark => Path.Combine(_folder, "study.json");

    /// <summary>Makes sure that the folder is this study's, or nobody's.</summary>
    /// <exception cref="InputException">It is a run of another study, or of something else.</exception>
    public void Check()
    {
        if (Read(Mark, StudyJson.Default.StudyMark) is { } mark)
        {
            if (mark.Name != Study.Name)
            {
                throw new InputException(
                    $"{Study.Run} is the run of the study \"{mark.Name}\", and this is \"{Study.Name}\"; name another folder with output: {{ run: ... }}, or give the study its name back."
                );
            }
        }
        else if (RunFolder.IsRun(Study.Run))
        {
            throw new InputException(
                $"{Study.Run} is a run folder that no study made; name another folder with output: {{ run: ... }}."
            );
        }
    }

    /// <summary>Marks the folder as this study's, and keeps the study's text beside its results.</summary>
    public void Claim()
    {
        Write(Mark, JsonSerializer.Serialize(new StudyMark(Schema, Study.Name), StudyJson.Default.StudyMark) + "\n");
        _run.Mirror?.Written("study/study.json");
        Write(Path.Combine(_folder, "study.yaml"), RegularFile.ReadAllText(Study.Path, RegularFile.MostOfText));
    }

    /// <summary>Keeps two processes from running one study at a time: each call would be paid twice.</summary>
    /// <exception cref="ResourceException">Another process runs it, or the folder cannot be written.</exception>
    public IDisposable Lock()
    {
        var path = Path.Combine(Study.Run, ".cache", "study.lock");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (File.Exists(path))
        {
            throw new ResourceException(
                $"Another process is running the study in {Study.Run}; wait for it, or end it.",
                error
            );
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw ResourceException.Unmade(Study.Run, error);
        }
    }

    public IReadOnlyDictionary<string, StoredProbe> ReadProbes() =>
        Read(Path.Combine(_folder, "probes.json"), StudyJson.Default.IReadOnlyDictionaryStringStoredProbe)
        ?? new Dictionary<string, StoredProbe>();

    public void Keep(IReadOnlyDictionary<string, StoredProbe> probes) =>
        Write(
            Path.Combine(_folder, "probes.json"),
            JsonSerializer.Serialize(probes, StudyJson.Default.IReadOnlyDictionaryStringStoredProbe) + "\n"
        );

    /// <summary>What a stage was last made from; null where it never was.</summary>
    public string? StampOf(string stage) => Stamps().GetValueOrDefault(stage);

    /// <summary>Keeps what a stage was made from.</summary>
    public void Stamp(string stage, string inputs)
    {
        var stamps = new Dictionary<string, string>(Stamps()) { [stage] = inputs };
        Write(
            Path.Combine(_folder, "stages.json"),
            JsonSerializer.Serialize(stamps, StudyJson.Default.IReadOnlyDictionaryStringString) + "\n"
        );
    }

    public static string HashOf(params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            hash.AppendData(BitConverter.GetBytes(part.Length));
            hash.AppendData(Encoding.UTF8.GetBytes(part));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Writes a file whole or not at all.</summary>
    /// <exception cref="ResourceException">It cannot be written.</exception>
    public static void Write(string path, string text)
    {
        var temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetRandomFileName()}.tmp");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(temporary, text);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw ResourceException.Unwritten(path, error, "What was finished before is kept.");
        }
    }

    private IReadOnlyDictionary<string, string> Stamps() =>
        Read(Path.Combine(_folder, "stages.json"), StudyJson.Default.IReadOnlyDictionaryStringString)
        ?? new Dictionary<string, string>();

    private static T? Read<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return File.Exists(path)
                ? JsonSerializer.Deserialize(RegularFile.ReadAllBytes(path, RegularFile.MostOfText), type)
                : null;
        }
        catch (Exception error) when (FileFault.IsOne(error) || error is JsonException)
        {
            throw new InputException($"{path} cannot be read; delete it, and run the study again.", error);
        }
    }
}

/// <summary>Whose run folder it is.</summary>
internal sealed record StudyMark(string Schema, string Name);

/// <summary>What the seeds of a model are worth, and with which recipe that was found.</summary>
/// <param name="Recipe">Hash of the recipe.</param>
/// <param name="Worth">Of the seed.</param>
/// <param name="SameSeed">Mean absolute difference of two images of one seed, 0 to 255.</param>
/// <param name="OtherSeed">Mean absolute difference of images of two seeds, 0 to 255.</param>
internal sealed record StoredProbe(string Recipe, SeedWorth Worth, double SameSeed, double OtherSeed);

/// <summary>A line of the table of images.</summary>
internal sealed record ImageLine(string Path, string Model, string Prompt, string? Seed);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(StudyMark))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, StoredProbe>))]
internal sealed partial class StudyJson : JsonSerializerContext;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ImageLine))]
internal sealed partial class ImageLineJson : JsonSerializerContext;
