namespace Semblance.Tests.Statistics;

/// <summary>Normal numbers for simulations with known truth (Box and Muller).</summary>
internal sealed class NormalDraws(int seed)
{
    private readonly Random random = new(seed);

    public double Next() =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
