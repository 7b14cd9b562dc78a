using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Movement;

/// <summary>Strided copy: the part that Transpose, Slice, Expand, Concat, Split and Pad share.</summary>
internal sealed class Copy<T> : StepOp
    where T : unmanaged
{
    private readonly Source<T> _x;
    private readonly Target<T> _y;
    private readonly StridePlan _plan;
    private readonly int _sourceOffset;
    private readonly int _targetOffset;
    private readonly TurnedAxes? _turned;
    private readonly bool _hasRuns;

    public Copy(OpReader reader)
    {
        var shape = reader.Ints("shape");
        var sourceStrides = reader.Ints("srcStrides", shape.Length);
        var targetStrides = reader.Ints("dstStrides", shape.Length);
        _x = reader.In<T>("x", reader.InLength("x"));
        _y = reader.Out<T>("y", reader.OutLength("y"));
        _sourceOffset = reader.Int("srcOffset");
        _targetOffset = reader.Int("dstOffset");
        reader.RequireWalk("the source", shape, sourceStrides, _sourceOffset, _x.Length);
        reader.RequireWalk("the target", shape, targetStrides, _targetOffset, _y.Length);
        if (reader.IsInChannelsLast("x") && reader.IsOutChannelsLast("y"))
        {
            if (PlanePart.Find(reader) is { Channels: > 0 } part)
            {
                (_sourceOffset, _targetOffset) = (_sourceOffset * part.Channels, _targetOffset * part.Channels);
                shape = [part.Positions * part.Channels];
                sourceStrides = targetStrides = [1];
            }
        }
        else if (reader.IsInChannelsLast("x") || reader.IsOutChannelsLast("y"))
        {
            // What the op turns lies turned already.
            sourceStrides = targetStrides = Strides.Contiguous(shape);
        }

        _plan = new StridePlan(shape, sourceStrides, targetStrides);
        _hasRuns = _plan.Last > 0 && _plan.Strides.All(strides => strides[_plan.Last] == 1);
        _turned = Unsafe.SizeOf<T>() == sizeof(float) ? TurnedAxes.Find(_plan) : null;
    }

    public override void Step(in Frame frame) => Walk(0, _x.Span(frame), _sourceOffset, _y.Span(frame), _targetOffset);

    private void Walk(int axis, ReadOnlySpan<T> x, int source, Span<T> y, int target)
    {
        var (count, sourceStride, targetStride) = (_plan.Shape[axis], _plan.Strides[0][axis], _plan.Strides[1][axis]);
        if (axis == _plan.Last - 1 && _turned is { } turned)
        {
            KernelSet.Transpose(MemoryMarshal.Cast<T, float>(x[source..]), turned.Rows, turned.Columns, turned.RowStride,
                MemoryMarshal.Cast<T, float>(y[target..]), turned.Stride);
        }
        else if (axis == _plan.Last - 1 && _hasRuns)
        {
            CopyRuns(ref MemoryMarshal.GetReference(x[source..]), sourceStride, ref MemoryMarshal.GetReference(y[target..]), targetStride,
                count, _plan.Shape[_plan.Last]);
        }
        else if (axis < _plan.Last)
        {
            for (var i = 0; i < count; i++)
                Walk(axis + 1, x, source + (i * sourceStride), y, target + (i * targetStride));
        }
        else if (sourceStride == 1 && targetStride == 1)
        {
            x.Slice(source, count).CopyTo(y.Slice(target, count));
        }
        else
        {
            for (var i = 0; i < count; i++)
                y[target + (i * targetStride)] = x[source + (i * sourceStride)];
        }
    }

    /// <summary>Runs of neighbouring elements, which the constructor has checked: short ones, as heads of attention have, take longer to
    /// slice than to copy.</summary>
    private static void CopyRuns(ref T source, nint sourceStride, ref T target, nint targetStride, int runs, int length)
    {
        const int MostBytes = 256;
        var bytes = length * Unsafe.SizeOf<T>();
        var inRegisters = bytes % Vector128<byte>.Count == 0 && bytes <= MostBytes;
        for (nint run = 0; run < runs; run++)
        {
            ref var from = ref Unsafe.As<T, byte>(ref Unsafe.Add(ref source, run * sourceStride));
            ref var to = ref Unsafe.As<T, byte>(ref Unsafe.Add(ref target, run * targetStride));
            if (!inRegisters)
            {
                Unsafe.CopyBlockUnaligned(ref to, ref from, (uint)bytes);
                continue;
            }

            for (nint at = 0; at < bytes; at += Vector128<byte>.Count)
                Vector128.LoadUnsafe(ref Unsafe.Add(ref from, at)).StoreUnsafe(ref Unsafe.Add(ref to, at));
        }
    }
}
