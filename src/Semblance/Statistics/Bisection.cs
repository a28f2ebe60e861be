namespace Semblance.Statistics;

/// <summary>The smallest whole number for which a condition holds that then holds for all larger ones.</summary>
internal static class Bisection
{
    /// <summary>Doubles the first number until the condition holds, and halves the range from there.</summary>
    /// <param name="low">Too small.</param>
    /// <param name="first">The first number to try, above <paramref name="low"/>.</param>
    /// <param name="most">The largest number to try.</param>
    /// <param name="holds">The condition.</param>
    /// <returns>Null where it does not hold for <paramref name="most"/>.</returns>
    public static long? Smallest(long low, long first, long most, Func<long, bool> holds)
    {
        var high = first;
        while (!holds(high))
        {
            if (high == most)
            {
                return null;
            }

            (low, high) = (high, Math.Min(most, high * 2));
        }

        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = holds(middle) ? (low, middle) : (middle, high);
        }

        return high;
    }
}
