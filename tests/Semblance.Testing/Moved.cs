namespace Semblance.Tests;

/// <summary>Keeps <c>using Semblance.Tests;</c> valid until all tests have lost it.</summary>
internal static class Moved;
