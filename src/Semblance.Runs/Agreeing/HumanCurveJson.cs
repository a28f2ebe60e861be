using System.Text.Json;
using Semblance.Agreement;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Agreeing;

/// <summary>A psychometric curve as JSON, schema <c>semblance.human-curve/1</c> (docs/agreement-json.md).</summary>
public static class HumanCurveJson
{
    private const string Schema = "semblance.human-curve/1";

    /// <summary>The curve as text, with a line end.</summary>
    public static string Of(HumanCurve curve) =>
        JsonText.Of(new StoredCurve(Schema, curve), AgreementJsonContext.Default.StoredCurve);

    /// <summary>Reads a file that <c>agreement</c> wrote.</summary>
    /// <exception cref="InputException">There is no such file, or it is something else.</exception>
    public static HumanCurve Read(string path) =>
        SourceFile.Guard(
            path,
            () =>
            {
                try
                {
                    var stored = JsonSerializer.Deserialize(
                        RegularFile.ReadAllBytes(path, RegularFile.MostOfText),
                        AgreementJsonContext.Default.StoredCurve
                    );
                    return
                        stored is { Schema: Schema, Curve: { Slope: > 0 } curve }
                        && double.IsFinite(curve.Slope)
                        && curve.Lapse is >= 0 and <= PsychometricCurve.MostLapse
                        ? curve
                        : throw NotOne(path, null);
                }
                catch (JsonException error)
                {
                    throw NotOne(path, error);
                }
            }
        );

    private static InputException NotOne(string path, Exception? error) =>
        new($"{path} is not a curve that `semblance agreement` wrote (schema {Schema}).", error);
}

/// <summary>What a file with a curve holds.</summary>
internal sealed record StoredCurve(string Schema, HumanCurve Curve);
