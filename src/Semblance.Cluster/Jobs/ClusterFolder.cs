using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Semblance.Cluster.Jobs;

/// <summary>What <c>cluster/jobs.json</c> of a run folder keeps.</summary>
/// <param name="Schema">Of this file.</param>
/// <param name="Engine">What the jobs run on.</param>
/// <param name="Shards">Of each array.</param>
/// <param name="Namespace">Of jobs of Kubernetes.</param>
/// <param name="Files">Names of the job files, with the sha256 of what was written.</param>
/// <param name="Jobs">Everything that was submitted, in order.</param>
internal sealed record ClusterJobs(
    string Schema,
    string Engine,
    int Shards,
    string Namespace,
    IReadOnlyDictionary<string, string> Files,
    IReadOnlyList<SubmittedJob> Jobs
);

/// <summary>The folder of a study's jobs: <c>cluster/</c> in its run folder.</summary>
internal sealed class ClusterFolder(ClusterPlan plan)
{
    private const string Schema = "semblance.cluster/1";

    private string JobsPath => Path.Combine(plan.Folder, "jobs.json");

    /// <summary>What was submitted; null where nothing was.</summary>
    /// <exception cref="InputException">The file is damaged.</exception>
    public ClusterJobs? Read()
    {
        try
        {
            var jobs = File.Exists(JobsPath)
                ? JsonSerializer.Deserialize(
                    RegularFile.ReadAllBytes(JobsPath, RegularFile.MostOfText),
                    ClusterJson.Default.ClusterJobs
                )
                : null;
            return jobs is null or { Schema: Schema } ? jobs : throw new JsonException();
        }
        catch (Exception error) when (FileFault.IsOne(error) || error is JsonException)
        {
            throw new InputException(
                $"{JobsPath} cannot be read, and so it is not known which jobs were submitted; see to them with the tools of the cluster, delete the file, and submit again.",
                error
            );
        }
    }

    /// <summary>Keeps a job beside those before it.</summary>
    public void Add(SubmittedJob job)
    {
        var jobs = Read()!;
        Write(jobs with { Jobs = [.. jobs.Jobs, job] });
    }

    /// <summary>Writes the job files; those that were edited since they were written stay as they are.</summary>
    /// <returns>Names of these.</returns>
    /// <exception cref="ResourceException">They cannot be written.</exception>
    public IReadOnlyList<string> Write(string engine, IReadOnlyDictionary<string, string> files)
    {
        var before = Read();
        List<string> edited = [];
        var hashes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((var name, var text) in files)
        {
            var path = Path.Combine(plan.Folder, name);
            var hash = before?.Files.GetValueOrDefault(name);
            if (
                hash is not null
                && File.Exists(path)
                && HashOf(RegularFile.ReadAllText(path, RegularFile.MostOfText)) != hash
            )
            {
                edited.Add(name);
                hashes[name] = hash;
            }
            else
            {
                Write(path, text);
                hashes[name] = HashOf(text);
            }
        }

        Directory.CreateDirectory(Path.Combine(plan.Folder, "logs"));
        Write(
            new ClusterJobs(Schema, engine, plan.Settings.Shards, plan.Settings.Namespace, hashes, before?.Jobs ?? [])
        );
        return edited;
    }

    /// <summary>Forgets jobs that have ended, before the study is submitted anew.</summary>
    public void Forget()
    {
        if (Read() is { } jobs)
        {
            Write(jobs with { Jobs = [] });
        }
    }

    /// <summary>Keeps two submissions of one study apart.</summary>
    /// <exception cref="ResourceException">Another one is under way, or the folder cannot be written.</exception>
    public IDisposable Lock()
    {
        var path = Path.Combine(plan.Folder, "submitting");
        try
        {
            Directory.CreateDirectory(plan.Folder);
            // The file is its own lock: it need not be seen by other machines as locked, only as there.
            return new FileStream(
                path,
                FileMode.CreateNew,
                FileAccess.Write,
                FileShare.None,
                bufferSize: 1,
                FileOptions.DeleteOnClose
            );
        }
        catch (IOException error) when (File.Exists(path))
        {
            throw new ResourceException(
                $"The study is being submitted by another process; if there is none, delete {path}.",
                error
            );
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw ResourceException.Unwritten(path, error);
        }
    }

    /// <summary>The code that a task ended with; null where it has not.</summary>
    public int? CodeOf(ClusterStage stage, int task)
    {
        var path = plan.Code(stage, $"{task}");
        return File.Exists(path) && int.TryParse(RegularFile.ReadAllText(path, RegularFile.MostOfNote), out var code)
            ? code
            : null;
    }

    /// <summary>Forgets how tasks ended, since they are to be done again.</summary>
    public void Reopen(ClusterStage stage, IEnumerable<int> tasks)
    {
        foreach (var task in tasks)
        {
            var path = plan.Code(stage, $"{task}");
            if (File.Exists(path))
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>The last lines of a task's log.</summary>
    public IReadOnlyList<string> LastLines(ClusterStage stage, int task, int count)
    {
        var path = plan.Log(stage, $"{task}");
        try
        {
            return File.Exists(path)
                ? [.. RegularFile.ReadLines(path, long.MaxValue).Where(line => line.Trim().Length > 0).TakeLast(count)]
                : [];
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            return [];
        }
    }

    private void Write(ClusterJobs jobs) =>
        Write(JobsPath, JsonSerializer.Serialize(jobs, ClusterJson.Default.ClusterJobs) + "\n");

    private static void Write(string path, string text)
    {
        var temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(temporary, text);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw ResourceException.Unwritten(path, error);
        }
    }

    private static string HashOf(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(ClusterJobs))]
internal sealed partial class ClusterJson : JsonSerializerContext;
