namespace EdgeSeq.Runtime.Ops.Convolution;

/// <summary>The taps of a kernel that lie on the input, along one axis: places First, First + Step, and so on.</summary>
internal readonly record struct TapRange(int First, int Count, int Step);
