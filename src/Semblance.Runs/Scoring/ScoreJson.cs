using System.Text;
using System.Text.Json;
using Semblance.Consistency;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Scoring;

/// <summary>
/// The report as JSON, schema <c>semblance.scores/1</c> (docs/score-json.md): snake_case, fields in the order of the records, nulls written,
/// doubles in the shortest form that reads back to the same bits.
/// </summary>
public static class ScoreJson
{
    /// <summary>Writes the report to <paramref name="stream"/>, UTF-8, with a line end.</summary>
    public static void Write(ScoreReport report, Stream stream)
    {
        using (Utf8JsonWriter json = new(stream, JsonText.Options))
        {
            json.WriteStartObject();
            json.WriteString("schema", "semblance.scores/1");
            json.WritePropertyName("encoder");
            JsonText.Write(json, report.Encoder);
            WriteList(json, "sets", report.Sets, Write);
            WriteList(json, "models", report.Models, Write);
            WriteNumber(json, "floor", report.Floor?.Score);
            WriteNumber(json, "floor_prompt_pairs", report.Floor?.PromptPairs);
            WriteNumber(json, "floor_image_pairs", report.Floor?.ImagePairs);
            WriteList(
                json,
                "skipped",
                report.Skipped,
                static (json, file) =>
                {
                    json.WriteStartObject();
                    json.WriteString("path", file.Path);
                    json.WriteString("reason", file.Reason);
                    json.WriteEndObject();
                }
            );
            json.WriteEndObject();
        }

        stream.Write("\n"u8);
    }

    /// <summary>The report as text.</summary>
    public static string Of(ScoreReport report)
    {
        using var stream = new MemoryStream();
        Write(report, stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter json, SetScore set)
    {
        json.WriteStartObject();
        json.WriteString("model", set.Model);
        json.WriteString("prompt", set.Prompt);
        json.WriteString("prompt_key", set.PromptKey);
        json.WriteNumber("images", set.Images);
        json.WriteNumber("scs", set.Scs);
        json.WriteNumber("unclamped", set.Unclamped);
        WriteNumber(json, "standard_error", set.StandardError);
        WriteNumber(json, "min_pair", set.MinPair);
        WriteNumber(json, "max_pair", set.MaxPair);
        json.WriteString("medoid", set.Medoid);
        json.WriteString("outlier", set.Outlier);
        json.WriteNumber("negative_pairs", set.NegativePairs);
        WriteNumber(json, "alignment", set.Alignment);
        WriteNumber(json, "calibrated", set.Calibrated);
        WriteList(
            json,
            "per_image",
            set.PerImage,
            static (json, image) =>
            {
                json.WriteStartObject();
                json.WriteString("image", image.Image);
                json.WriteNumber("mean_similarity", image.MeanSimilarity);
                json.WriteBoolean("is_outlier", image.IsOutlier);
                json.WriteEndObject();
            }
        );
        WriteList(
            json,
            "near_duplicates",
            set.NearDuplicates,
            static (json, pair) =>
            {
                json.WriteStartObject();
                json.WriteString("first", pair.First);
                json.WriteString("second", pair.Second);
                json.WriteNumber("similarity", pair.Similarity);
                json.WriteEndObject();
            }
        );
        WriteList(json, "flags", set.Flags, static (json, flag) => json.WriteStringValue(flag));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ModelScore model)
    {
        json.WriteStartObject();
        json.WriteString("model", model.Model);
        json.WriteNumber("prompts", model.Prompts);
        json.WriteNumber("mean_scs", model.MeanScs);
        json.WriteNumber("median_scs", model.MedianScs);
        WriteNumber(json, "sd_scs", model.SdScs);
        WriteList(json, "ci95", model.Ci95, static (json, bound) => json.WriteNumberValue(bound));
        WriteNumber(json, "calibrated", model.Calibrated);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteList<T>(
        Utf8JsonWriter json,
        string name,
        IReadOnlyList<T>? items,
        Action<Utf8JsonWriter, T> write
    )
    {
        if (items is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartArray(name);
        foreach (var item in items)
        {
            write(json, item);
        }

        json.WriteEndArray();
    }
}
