using System.Text;
using System.Text.Json;
using Semblance.Models.Checkpoints;
using Semblance.Models.Configuration;
using Semblance.Models.Diffusion.Noise;
using Semblance.Models.Diffusion.Schedulers;
using Semblance.Models.Networks;
using Semblance.Tensors;

namespace Semblance.Models.Tests.Diffusion.Schedulers;

public sealed class SchedulerFixtureTests
{
    private static readonly (string Area, SchedulerKind Kind)[] _several =
    [
        ("euler", EulerScheduler.Kind),
        ("euler-ancestral", EulerAncestralScheduler.Kind),
        ("ddim", DdimScheduler.Kind),
    ];

    public static IEnumerable<TheoryDataRow<string, string>> Configurations =>
        _several
            .Where(row => Directory.Exists(Fixtures.At("schedulers", row.Area)))
            .SelectMany(row =>
                Case(row.Area)
                    .GetProperty("settings")
                    .GetProperty("configs")
                    .EnumerateObject()
                    .Select(config => new TheoryDataRow<string, string>(row.Area, config.Name))
            );

    /// <summary>Tables at several numbers of steps, and the way of an invented denoiser: slope * input + offset.</summary>
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Configurations))]
    public void Tables_and_trajectory_are_those_of_diffusers(string area, string label)
    {
        var settings = Case(area).GetProperty("settings");
        var kind = _several.Single(row => row.Area == area).Kind;
        var config = Config(settings.GetProperty("configs").GetProperty(label), kind);
        var inputs = Checkpoint.Open(Fixtures.At("schedulers", area, "inputs.safetensors"));
        var expected = Checkpoint.Open(Fixtures.At("schedulers", area, "expected.safetensors"));

        foreach (var steps in settings.GetProperty("steps").EnumerateArray().Select(n => n.GetInt32()))
        {
            var table = config.Create(steps, new Silence());
            AssertTable(
                $"{label}.{steps}",
                table,
                expected,
                timesteps: config.Sigmas == SigmaSpacing.Karras ? 1e-3 : 1e-4,
                sigmas: 2e-6
            );
        }

        var noise = inputs.Tensors.ContainsKey("noise") ? inputs.ReadFloat32("noise") : [];
        var scheduler = config.Create(settings.GetProperty("trajectory_steps").GetInt32(), new Given(noise));
        var slope = settings.GetProperty("slope").GetSingle();
        var states = Walk(scheduler, inputs.ReadFloat32("start"), slope, inputs.ReadFloat32("offset"));
        AssertStates(expected.ReadFloat32($"{label}.trajectory"), states.Skip(1), 1e-5);
    }

    public static IEnumerable<TheoryDataRow<string>> Solvers =>
        Fixtures
            .Cases(Path.Combine("schedulers", "dpmsolver"))
            .Where(row => Case("dpmsolver", row.Data).GetProperty("settings").TryGetProperty("class", out _));

    /// <summary>One configuration at several numbers of steps, its tables and its way for the denoiser 0.3 x + shift.</summary>
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Solvers))]
    public void Solver_tables_and_states_are_those_of_diffusers(string name)
    {
        var settings = Case("dpmsolver", name).GetProperty("settings");
        var kind = SchedulerKinds.OfClass(settings.GetProperty("class").GetString()!, name);
        var config = Config(settings.GetProperty("config"), kind);
        var inputs = Checkpoint.Open(Fixtures.At("schedulers", "dpmsolver", name, "inputs.safetensors"));
        var expected = Checkpoint.Open(Fixtures.At("schedulers", "dpmsolver", name, "expected.safetensors"));

        foreach (var steps in settings.GetProperty("steps").EnumerateArray().Select(n => n.GetInt32()))
        {
            var scheduler = config.Create(steps, new Silence());
            AssertTable($"{steps}", scheduler, expected, timesteps: kind == EulerScheduler.Kind ? 1e-3 : 0, 2e-6);
            var states = Walk(scheduler, inputs.ReadFloat32("noise"), 0.3f, inputs.ReadFloat32("shift"));
            AssertStates(expected.ReadFloat32($"{steps}.states"), states, 1e-5);
        }
    }

    [Fact]
    public void Trained_noise_levels_have_the_bits_of_torch()
    {
        Assert.SkipUnless(Directory.Exists(Fixtures.At("schedulers", "dpmsolver", "noise-levels")), "No such case.");
        var settings = Case("dpmsolver", "noise-levels").GetProperty("settings");
        var expected = Checkpoint.Open(Fixtures.At("schedulers", "dpmsolver", "noise-levels", "expected.safetensors"));
        // Either all levels, or "3, 10, 17 ...": the first and the stride.
        int[] picked = settings.GetProperty("indices").GetString() is var text and not "all"
            ? [.. text!.Split(',').Take(2).Select(int.Parse)]
            : [0, 1];
        foreach (
            var (name, schedule) in new[]
            {
                ("linear", BetaSchedule.Linear),
                ("scaled_linear", BetaSchedule.ScaledLinear),
            }
        )
        {
            var range = settings.GetProperty(name);
            var levels = NoiseLevels.Of(
                new SchedulerConfig
                {
                    Kind = DpmSolverScheduler.Kind,
                    BetaSchedule = schedule,
                    BetaStart = range[0].GetDouble(),
                    BetaEnd = range[1].GetDouble(),
                }
            );
            float[] Picked(float[] all) =>
                [.. all.Where((_, i) => i >= picked[0] && (i - picked[0]) % (picked[1] - picked[0]) == 0)];
            Assert.Equal(expected.ReadFloat32($"{name}.betas"), Picked(levels.Betas));
            Assert.Equal(expected.ReadFloat32($"{name}.alphas_cumprod"), Picked(levels.AlphasCumprod));
            // The reference's vectorised root is one unit in the last place off in about one of six.
            var (sigmas, own) = (expected.ReadFloat32($"{name}.sigmas"), Picked(levels.Sigmas()));
            Assert.Equal(sigmas.Length, own.Length);
            Assert.All(sigmas.Zip(own), pair => Assert.Equal(pair.First, pair.Second, pair.First * 1.3e-7));
        }
    }

    /// <summary>Latents before the first and after every step.</summary>
    internal static List<float[]> Walk(Scheduler scheduler, float[] start, float slope, float[] offset)
    {
        var latents = start.Select(x => x * scheduler.InitialNoiseSigma).ToArray();
        var states = new List<float[]> { latents.ToArray() };
        var seen = new float[latents.Length];
        for (var step = 0; step < scheduler.Timesteps.Count; step++)
        {
            scheduler.ScaleInput(latents, seen);
            scheduler.Step(seen.Zip(offset, (x, shift) => (slope * x) + shift).ToArray(), latents);
            states.Add(latents.ToArray());
        }

        return states;
    }

    internal static void AssertTable(
        string prefix,
        Scheduler scheduler,
        Checkpoint expected,
        double timesteps,
        double sigmas
    )
    {
        var wanted =
            expected.ReadBytes($"{prefix}.timesteps") is var bytes
            && expected.Tensors[$"{prefix}.timesteps"].Type == TensorType.Int64
                ? [.. Enumerable.Range(0, bytes.Length / 8).Select(i => (float)BitConverter.ToInt64(bytes, i * 8))]
                : expected.ReadFloat32($"{prefix}.timesteps");
        Assert.Equal(wanted.Length, scheduler.Timesteps.Count);
        for (var i = 0; i < wanted.Length; i++)
        {
            Assert.InRange(Math.Abs(wanted[i] - scheduler.Timesteps[i]), 0, timesteps);
        }

        Assert.Equal(
            expected.ReadFloat32($"{prefix}.init_noise_sigma")[0],
            scheduler.InitialNoiseSigma,
            2e-6 * scheduler.InitialNoiseSigma
        );
        if (expected.Tensors.ContainsKey($"{prefix}.sigmas"))
        {
            var levels = expected.ReadFloat32($"{prefix}.sigmas");
            Assert.Equal(levels.Length, scheduler.Sigmas.Count);
            for (var i = 0; i < levels.Length; i++)
            {
                Assert.InRange(Math.Abs(levels[i] - scheduler.Sigmas[i]), 0, sigmas * levels[i]);
            }
        }
    }

    internal static void AssertStates(float[] expected, IEnumerable<float[]> states, double relative)
    {
        var actual = states.SelectMany(state => state).ToArray();
        Assert.Equal(expected.Length, actual.Length);
        var off = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
        Assert.InRange(off / expected.Max(Math.Abs), 0, relative);
    }

    internal static SchedulerConfig Config(JsonElement json, SchedulerKind kind) =>
        SchedulerJson.ToConfig(ConfigJson.Parse("case.json", Encoding.UTF8.GetBytes(json.GetRawText())), kind);

    internal static JsonElement Case(params string[] area)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.At(["schedulers", .. area, "case.json"])));
        return json.RootElement.Clone();
    }

    /// <summary>Hands out given numbers.</summary>
    internal sealed class Given(float[] numbers) : NoiseGenerator
    {
        /// <summary>How many were asked for.</summary>
        public int At { get; private set; }

        protected override void Draw(Span<float> values, bool half)
        {
            numbers.AsSpan(At, values.Length).CopyTo(values);
            At += values.Length;
        }
    }

    /// <summary>Must not be asked.</summary>
    internal sealed class Silence : NoiseGenerator
    {
        protected override void Draw(Span<float> values, bool half) => Assert.Fail("A table draws no noise.");
    }
}
