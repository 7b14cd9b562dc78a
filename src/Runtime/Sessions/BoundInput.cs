using System.Numerics.Tensors;

namespace EdgeSeq.Runtime.Sessions;

/// <summary>An input of one session, whose addresses stay as long as the session lives.</summary>
/// <param name="given">Where the caller fills it in.</param>
/// <param name="value">The value that it becomes in a step.</param>
internal readonly unsafe struct BoundInput(byte* given, byte* value, SessionLayout.InputSlot slot)
{
    /// <summary>Up to so many elements a loop is faster than a call.</summary>
    private const int Few = 16;

    public readonly byte* Given = given;

    public readonly byte* Value = value;

    /// <summary>Of one step.</summary>
    public readonly long Bytes = slot.StepBytes;

    /// <summary>Elements of a call.</summary>
    public readonly int Length = slot.Length;

    public readonly bool IsFloat = slot.IsFloat;

    /// <summary>False where it holds a NaN or an infinity.</summary>
    public bool IsFinite()
    {
        if (!IsFloat)
            return true;
        var x = new ReadOnlySpan<float>(Given, Length);
        if (x.Length > Few)
            return TensorPrimitives.IsFiniteAll(x);
        foreach (var element in x)
        {
            if (!float.IsFinite(element))
                return false;
        }

        return true;
    }

    /// <summary>Zeros behind the first elements of a call.</summary>
    public void Clear(int elements) =>
        new Span<byte>(Given + (elements * Bytes), (Length * (IsFloat ? sizeof(float) : sizeof(long))) - (int)(elements * Bytes)).Clear();

    /// <summary>Gives the value its content.</summary>
    /// <param name="distance">Bytes from what the caller filled in to the content to take.</param>
    /// <param name="arena">Bytes from the session's arena to that of the step.</param>
    public void Take(long distance, long arena = 0) => Buffer.MemoryCopy(Given + distance, Value + arena, Bytes, Bytes);
}
