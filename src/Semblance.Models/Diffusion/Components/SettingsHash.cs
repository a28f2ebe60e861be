using System.Security.Cryptography;
using System.Text;
using Semblance.Models.Configuration;

namespace Semblance.Models.Diffusion.Components;

/// <summary>
/// Sha256 of the files of a model that are not weights and yet say what its images look like: a scaling factor in a
/// config, the offset of a schedule, the merges of a tokenizer.
/// </summary>
internal static class SettingsHash
{
    private static readonly string[] Tokenizers = ["tokenizer", "tokenizer_2"];
    private static readonly string[] TokenizerFiles = [".json", ".txt", ".model"];

    /// <summary>By the name of the component, lower-case hexadecimal; of a tokenizer all its files together.</summary>
    /// <exception cref="InputException">A file is missing or cannot be read.</exception>
    public static IEnumerable<KeyValuePair<string, string>> Of(ModelFolder folder)
    {
        yield return new("model_index_sha256", OfConfig(folder.Index));
        yield return new(
            "scheduler_config_sha256",
            folder.Parts.Scheduler is { } json ? OfConfig(json) : OfFile(folder.SchedulerConfig)
        );
        foreach (var (name, part) in folder.Parts.Tokenizers)
        {
            yield return new($"{name}_sha256", OfTokenizer(part.Folder));
        }

        foreach (var name in Tokenizers.Where(name => Directory.Exists(Path.Combine(folder.Path, name))))
        {
            yield return new($"{name}_sha256", OfTokenizer(folder.Component(name)));
        }

        foreach (var name in folder.Networks)
        {
            yield return new($"{name}_config_sha256", OfConfig(folder.Config(name)));
        }
    }

    /// <summary>Of lines of names and hashes, in the order of the names, as <c>sha256sum * | sha256sum</c> gives it.</summary>
    private static string OfTokenizer(string folder)
    {
        var lines = Directory
            .EnumerateFiles(folder)
            .Where(file => TokenizerFiles.Contains(Path.GetExtension(file)))
            .OrderBy(Path.GetFileName, StringComparer.Ordinal)
            .Select(file => $"{OfFile(file)}  {Path.GetFileName(file)}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }

    /// <summary>Of the file, or of the text of a configuration that no file holds.</summary>
    private static string OfConfig(ConfigJson config) =>
        File.Exists(config.File)
            ? OfFile(config.File)
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(config.Json.GetRawText())));

    private static string OfFile(string file)
    {
        try
        {
            return Convert.ToHexStringLower(SHA256.HashData(RegularFile.ReadAllBytes(file, RegularFile.MostOfText)));
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw new InputException($"{file} cannot be read: {error.Message}", error);
        }
    }
}
