using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;

namespace Semblance.Runs.Tests;

/// <summary>A folder of a test's own, gone when the test is over.</summary>
internal sealed class Workplace : IDisposable
{
    public Workplace() => Directory.CreateDirectory(Root);

    public string Root { get; } = Path.Combine(Path.GetTempPath(), $"semblance-{Path.GetRandomFileName()}");

    public List<string> Warnings { get; } = [];

    public string At(params string[] parts) => Path.Combine([Root, .. parts]);

    public RunFolder Run(string name = "run") => new(At(name), Warnings.Add);

    /// <summary>Writes a file, making its folder.</summary>
    public string File(string path, string content)
    {
        var full = At(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        System.IO.File.WriteAllText(full, content);
        return full;
    }

    /// <summary>models x prompts x seeds files of distinct content, as rows.</summary>
    public IReadOnlyList<ImageRow> Images(int models, int prompts, int seeds)
    {
        for (var m = 0; m < models; m++)
        {
            for (var p = 0; p < prompts; p++)
            {
                for (var s = 0; s < seeds; s++)
                {
                    File($"images/model{m}/prompt {p}/{s}.png", $"scene {p} by {m} with seed {s}");
                }
            }
        }

        return ((ImageInput)InputReader.Read([At("images")])).Rows;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
