using System.Text.Json;
using System.Text.Json.Serialization;

namespace Semblance.Remote.Calls;

/// <summary>
/// Every call of a study, in a file of JSON lines to which each change is added before the next thing happens. After a
/// crash it says which jobs a server may still have, what was filtered, and what was or may have been paid.
/// </summary>
public sealed class CallLedger : IDisposable
{
    private readonly Lock _one = new();
    private readonly string _path;
    private readonly Dictionary<CallKey, CallRecord> _calls = [];
    private readonly Dictionary<string, decimal> _cost = [];
    private readonly Dictionary<string, int> _made = [];
    private FileStream? _file;

    private CallLedger(string path) => _path = path;

    /// <summary>Reads what is there; a last line that a crash cut off is left out.</summary>
    /// <param name="path">The file, which the first call makes.</param>
    /// <exception cref="InputException">A line is damaged.</exception>
    /// <exception cref="ResourceException">The file cannot be read.</exception>
    public static CallLedger Open(string path)
    {
        var ledger = new CallLedger(path);
        try
        {
            if (File.Exists(path))
            {
                ledger.Replay(RegularFile.ReadAllText(path, int.MaxValue));
            }
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw new ResourceException($"{path} cannot be read: {error.Message}", error);
        }

        return ledger;
    }

    /// <summary>What is known of a call; null where it was never made.</summary>
    public CallRecord? Find(CallKey key)
    {
        lock (_one)
        {
            return _calls.GetValueOrDefault(key);
        }
    }

    /// <summary>All calls, each as it stands.</summary>
    public IReadOnlyList<CallRecord> All()
    {
        lock (_one)
        {
            return [.. _calls.Values];
        }
    }

    /// <summary>What a model's calls cost, those of unknown fate included; of all models where it is null.</summary>
    public decimal CostOf(string? model = null)
    {
        lock (_one)
        {
            return model is null ? _cost.Values.Sum() : _cost.GetValueOrDefault(model);
        }
    }

    /// <summary>How many calls were made, over all models.</summary>
    public int Made()
    {
        lock (_one)
        {
            return _made.Values.Sum();
        }
    }

    /// <summary>Adds a change, and returns when it is on the disk.</summary>
    /// <exception cref="ResourceException">It cannot be written.</exception>
    public void Add(CallRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        lock (_one)
        {
            try
            {
                if (_file is null)
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_path))!);
                    _file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
                    if (_file.Position > 0 && !EndsWithLine())
                    {
                        _file.WriteByte((byte)'\n');
                    }
                }

                byte[] line =
                [
                    .. JsonSerializer.SerializeToUtf8Bytes(record, LedgerJson.Default.CallRecord),
                    (byte)'\n',
                ];
                _file.Write(line);
                // What costs nothing may be lost with the power; a crash of the process loses neither.
                _file.Flush(flushToDisk: record.Cost > 0);
            }
            catch (Exception error) when (FileFault.IsOne(error))
            {
                throw ResourceException.Unwritten(_path, error, "What was finished before is kept.");
            }

            Apply(record);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private bool EndsWithLine()
    {
        using var read = RegularFile.OpenRead(_path, sharing: FileShare.ReadWrite);
        read.Seek(-1, SeekOrigin.End);
        return read.ReadByte() == '\n';
    }

    private void Replay(string text)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0)
            {
                continue;
            }

            CallRecord? record = null;
            try
            {
                record = JsonSerializer.Deserialize(lines[i], LedgerJson.Default.CallRecord);
            }
            catch (JsonException)
            {
                // A crash may cut a line off, which the next run then ends.
            }

            if (record is not null)
            {
                Apply(record);
            }
            else if (lines[i].StartsWith('{') && lines[i].EndsWith('}'))
            {
                throw new InputException(
                    $"{_path}, line {i + 1}, is damaged; restore the file from a copy, or delete it if no server may have jobs of this study."
                );
            }
        }
    }

    private void Apply(CallRecord record)
    {
        var before = _calls.GetValueOrDefault(record.Key);
        // A second reservation is a second call: what the first cost stays.
        var isNew = record.State == CallState.Reserved;
        var settled = isNew ? record.Cost : record.Cost - (before?.Cost ?? 0);
        _cost[record.Model] = _cost.GetValueOrDefault(record.Model) + settled;
        if (isNew)
        {
            _made[record.Model] = _made.GetValueOrDefault(record.Model) + 1;
        }

        _calls[record.Key] = record with { Job = record.Job is "" || isNew ? null : record.Job ?? before?.Job };
    }
}

/// <summary>Which image a call is for.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Prompt">Raw text.</param>
/// <param name="Seed">The seed, <c>r1</c> and so on for repetitions, <c>probe-1</c> and so on for a probe.</param>
public sealed record CallKey(string Model, string Prompt, string Seed);

/// <summary>A line of the ledger: how a call stands.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Prompt">Raw text.</param>
/// <param name="Seed">As <see cref="CallKey.Seed"/>.</param>
/// <param name="State">What became of it.</param>
/// <param name="Cost">Reserved, or what it did cost; what may have been paid counts.</param>
public sealed record CallRecord(string Model, string Prompt, string Seed, CallState State, decimal Cost)
{
    /// <summary>What the server calls the job; empty where it is no longer asked for, null where that did not change.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Job { get; init; }

    /// <summary>What the server says of it, without secrets.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Words { get; init; }

    /// <summary>The prompt that the server made of ours, where it says so.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RevisedPrompt { get; init; }

    /// <summary>Of the image, lower-case hexadecimal.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Sha256 { get; init; }

    /// <summary>Seconds from the call to the image.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Seconds { get; init; }

    /// <summary>Which image it is for.</summary>
    [JsonIgnore]
    public CallKey Key => new(Model, Prompt, Seed);
}

/// <summary>What became of a call.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CallState>))]
public enum CallState
{
    /// <summary>Its cost is reserved, and it may have been made.</summary>
    Reserved,

    /// <summary>The server has taken it as a job.</summary>
    Submitted,

    /// <summary>The image came and is kept.</summary>
    Done,

    /// <summary>The server's filter refused the prompt or the image.</summary>
    Filtered,

    /// <summary>An image of one colour came.</summary>
    Blank,

    /// <summary>There is no image; the next run asks again.</summary>
    Failed,

    /// <summary>The answer was lost, and the call may have been paid; the next run asks again.</summary>
    Unknown,
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CallRecord))]
internal sealed partial class LedgerJson : JsonSerializerContext;
