using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>The 16 partial sums of a float sum, in one, two or four registers.</summary>
internal unsafe struct SixteenSums<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private TLanes _first;
    private TLanes _second;
    private TLanes _third;
    private TLanes _fourth;

    /// <summary>Adds 16 products to the partial sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float* a, float* b)
    {
        _first = TLanes.Fma(TLanes.Load(a), TLanes.Load(b), _first);
        if (TLanes.Count <= 8)
            _second = TLanes.Fma(TLanes.Load(a + TLanes.Count), TLanes.Load(b + TLanes.Count), _second);
        if (TLanes.Count <= 4)
        {
            _third = TLanes.Fma(TLanes.Load(a + 2 * TLanes.Count), TLanes.Load(b + 2 * TLanes.Count), _third);
            _fourth = TLanes.Fma(TLanes.Load(a + 3 * TLanes.Count), TLanes.Load(b + 3 * TLanes.Count), _fourth);
        }
    }

    /// <summary>Adds 16 elements to the partial sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float* x)
    {
        _first += TLanes.Load(x);
        if (TLanes.Count <= 8)
            _second += TLanes.Load(x + TLanes.Count);
        if (TLanes.Count <= 4)
        {
            _third += TLanes.Load(x + 2 * TLanes.Count);
            _fourth += TLanes.Load(x + 3 * TLanes.Count);
        }
    }

    /// <summary>The tree: halves of 8, 4, 2 and 1.</summary>
    /// <param name="memory">16 elements to work in; taken from the caller, as a method with its own could not be inlined and the
    /// partial sums would live in memory.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly float Total(float* memory)
    {
        TLanes.Store(_first, memory);
        if (TLanes.Count <= 8)
            TLanes.Store(_second, memory + TLanes.Count);
        if (TLanes.Count <= 4)
        {
            TLanes.Store(_third, memory + 2 * TLanes.Count);
            TLanes.Store(_fourth, memory + 3 * TLanes.Count);
        }

        var four = Vector128.Load(memory) + Vector128.Load(memory + 8) + (Vector128.Load(memory + 4) + Vector128.Load(memory + 12));
        var two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
        return two[0] + two[1];
    }
}
