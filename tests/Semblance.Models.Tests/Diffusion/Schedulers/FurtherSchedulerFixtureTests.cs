using Semblance.Models.Checkpoints;
using Semblance.Models.Diffusion.Schedulers;

namespace Semblance.Models.Tests.Diffusion.Schedulers;

/// <summary>
/// Each case is one class and config of diffusers: its tables at several numbers of steps, and its way for the denoiser
/// 0.3 x + shift, with the noise that it asks for given.
/// </summary>
public sealed class FurtherSchedulerFixtureTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => Fixtures.Cases(Path.Combine("schedulers", "more"));

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Tables_draws_and_states_are_those_of_diffusers(string name)
    {
        var settings = SchedulerFixtureTests.Case("more", name).GetProperty("settings");
        var kind = SchedulerKinds.OfClass(settings.GetProperty("class").GetString()!, name);
        var config = SchedulerFixtureTests.Config(settings.GetProperty("config"), kind) with
        {
            Eta = settings.TryGetProperty("eta", out var eta) ? eta.GetDouble() : null,
        };
        var inputs = Checkpoint.Open(Fixtures.At("schedulers", "more", name, "inputs.safetensors"));
        var expected = Checkpoint.Open(Fixtures.At("schedulers", "more", name, "expected.safetensors"));
        foreach (var steps in settings.GetProperty("steps").EnumerateArray().Select(n => n.GetInt32()))
        {
            var drawn = new SchedulerFixtureTests.Given(inputs.ReadFloat32("drawn"));
            var scheduler = config.Create(steps, drawn);
            AssertTables($"{steps}", scheduler, expected);
            var start = inputs.ReadFloat32("noise");
            var states = SchedulerFixtureTests.Walk(scheduler, start, 0.3f, inputs.ReadFloat32("shift"));
            SchedulerFixtureTests.AssertStates(expected.ReadFloat32($"{steps}.states"), states, 1e-4);
            Assert.Equal(expected.ReadFloat32($"{steps}.draws")[0], (float)drawn.At / start.Length);
        }
    }

    private static void AssertTables(string prefix, Scheduler scheduler, Checkpoint expected)
    {
        Near(expected.ReadFloat32($"{prefix}.timesteps"), scheduler.Timesteps, _ => 1e-3);
        Near(expected.ReadFloat32($"{prefix}.init_noise_sigma"), [scheduler.InitialNoiseSigma], value => 2e-6 * value);
        if (expected.Tensors.ContainsKey($"{prefix}.sigmas"))
        {
            var (wanted, own) = (expected.ReadFloat32($"{prefix}.sigmas"), scheduler.Sigmas);
            if (scheduler is TwoStageScheduler)
            {
                // diffusers repeats sigmas, and has those of the trial points, if any, apart.
                wanted = [.. wanted.Where((sigma, i) => i == 0 || sigma != wanted[i - 1])];
                own = [.. own.Where((_, i) => i % 2 == 0), own[^1]];
            }

            Near(wanted, own, value => 2e-6 * value);
        }
    }

    private static void Near(float[] expected, IReadOnlyList<float> actual, Func<float, double> tolerance)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.InRange(Math.Abs(expected[i] - actual[i]), 0, tolerance(expected[i]));
        }
    }
}
