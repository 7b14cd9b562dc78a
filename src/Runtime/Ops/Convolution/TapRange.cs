namespace EdgeSeq.Runtime.Ops.Convolution;

/// <summary>The taps of a kernel that lie on the input, along one axis: places First, First + Step, and so on.</summary>
internal readonly struct TapRange(int first, int count, int step)
{
    public int First { get; } = first;

    public int Count { get; } = count;

    public int Step { get; } = step;
}
