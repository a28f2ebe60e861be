using System.Runtime.InteropServices;

namespace Semblance.Consistency.Kernels;

/// <summary>A copy that starts on a cache line: a vector that is read and written for every four rows must not straddle two.</summary>
internal sealed unsafe class AlignedVector<T> : IDisposable
    where T : unmanaged
{
    private readonly int _length;

    public AlignedVector(ReadOnlySpan<T> values)
    {
        _length = values.Length;
        Start = (T*)NativeMemory.AlignedAlloc((nuint)(_length * sizeof(T)), 64);
        values.CopyTo(new Span<T>(Start, _length));
    }

    public T* Start { get; }

    public void CopyTo(Span<T> target) => new ReadOnlySpan<T>(Start, _length).CopyTo(target);

    public void Dispose() => NativeMemory.AlignedFree(Start);
}
