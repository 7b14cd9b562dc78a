using System.Numerics;
using System.Runtime.InteropServices;

namespace EdgeSeq.Runtime.Ops.Basics;

/// <summary>What may not stay in a state. A step that leaves it there is refused.</summary>
internal readonly record struct StateCheck
{
    private const int Exponent = 0x7F800000;
    private const int AllButSign = 0x7FFFFFFF;

    /// <summary>The largest bits, but for the sign, that are good.</summary>
    private readonly int _largest;

    private StateCheck(int largest) => _largest = largest;

    /// <summary>No NaN and no infinity.</summary>
    public static StateCheck Finite { get; } = new(Exponent - 1);

    /// <summary>No NaN. An infinity is where a largest or smallest element starts from, and what a mask gives.</summary>
    public static StateCheck NoNaN { get; } = new(Exponent);

    /// <summary>Anything: whole numbers.</summary>
    public static StateCheck None { get; } = new(int.MaxValue);

    public bool IsGood(ReadOnlySpan<float> values)
    {
        var bits = MemoryMarshal.Cast<float, int>(values);
        var bad = Vector<int>.Zero;
        var i = 0;
        for (; i <= bits.Length - Vector<int>.Count; i += Vector<int>.Count)
            bad |= Bad(new Vector<int>(bits[i..]));
        for (; i < bits.Length; i++)
        {
            if ((bits[i] & AllButSign) > _largest)
                return false;
        }

        return bad == Vector<int>.Zero;
    }

    /// <summary>Copies them and says whether they are good, in one pass.</summary>
    /// <param name="count">Groups of four bytes.</param>
    public unsafe bool TryCopy(int* from, int* to, long count)
    {
        var bad = Vector<int>.Zero;
        long i = 0;
        for (; i <= count - Vector<int>.Count; i += Vector<int>.Count)
        {
            var bits = Vector.Load(from + i);
            bits.Store(to + i);
            bad |= Bad(bits);
        }

        var isGood = bad == Vector<int>.Zero;
        for (; i < count; i++)
        {
            to[i] = from[i];
            isGood &= (from[i] & AllButSign) <= _largest;
        }

        return isGood;
    }

    private Vector<int> Bad(Vector<int> bits) =>
        Vector.GreaterThan(bits & new Vector<int>(AllButSign), new Vector<int>(_largest));
}
