namespace Semblance.Models.Diffusion.Noise;

/// <summary>
/// Logarithm, sine and cosine in single precision by the polynomials of the Cephes library (Moshier), in the form that
/// PyTorch's vector code (avx_mathfun.h) has after its compiler has fused multiplications with additions. Another
/// logarithm or sine is 1 to 3 units in the last place away in about one value in six.
/// </summary>
internal static class CephesMath
{
    /// <summary>Natural logarithm of a positive normal number.</summary>
    public static float Log(float x)
    {
        var bits = BitConverter.SingleToInt32Bits(x);
        var exponent = (float)((bits >> 23) - 127) + 1f;
        // The mantissa, in [0.5, 1).
        var m = BitConverter.Int32BitsToSingle((bits & 0x007FFFFF) | 0x3F000000);
        var small = m < 0.707106781186547524f;
        exponent -= small ? 1f : 0f;
        m = m - 1f + (small ? m : 0f);
        var z = m * m;
        var y = 7.0376836292e-2f;
        y = Fused(y, m, -1.1514610310e-1f);
        y = Fused(y, m, 1.1676998740e-1f);
        y = Fused(y, m, -1.2420140846e-1f);
        y = Fused(y, m, 1.4249322787e-1f);
        y = Fused(y, m, -1.6668057665e-1f);
        y = Fused(y, m, 2.0000714765e-1f);
        y = Fused(y, m, -2.4999993993e-1f);
        y = Fused(y, m, 3.3333331174e-1f);
        y = Fused(y * m, z, exponent * -2.12194440e-4f);
        y = Fused(-z, 0.5f, y);
        return Fused(exponent, 0.693359375f, m + y);
    }

    /// <summary>Sine and cosine of an angle in [0, 2 pi).</summary>
    public static (float Sine, float Cosine) SinCos(float x)
    {
        var octant = ((int)(x * 1.27323954473516f) + 1) & ~1;
        var y = (float)octant;
        // pi / 4 in three parts.
        x = Fused(y, -0.78515625f, x);
        x = Fused(y, -2.4187564849853515625e-4f, x);
        x = Fused(y, -3.77489497744594108e-8f, x);
        var z = x * x;
        var c = Fused(2.443315711809948e-5f, z, -1.388731625493765e-3f);
        c = Fused(c, z, 4.166664568298827e-2f);
        c = Fused(c * z, z, -(z * 0.5f)) + 1f;
        var s = Fused(-1.9515295891e-4f, z, 8.3321608736e-3f);
        s = Fused(s, z, -1.6666654611e-1f);
        s = Fused(s * z, x, x);
        var (sine, cosine) = (octant & 2) == 0 ? (s, c) : (c, s);
        return ((octant & 4) == 0 ? sine : -sine, (~(octant - 2) & 4) == 0 ? cosine : -cosine);
    }

    private static float Fused(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);
}
