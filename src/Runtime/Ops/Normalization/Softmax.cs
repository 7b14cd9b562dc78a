using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Normalization;

/// <summary>Softmax or its logarithm along the middle axis of [outer, count, inner]; y may be x.</summary>
internal sealed class Softmax(OpReader reader) : AxisOp(reader, reduces: false)
{
    private readonly bool _log = reader.Flag("log");

    protected override bool TryRun(ReadOnlySpan<float> x, Span<float> y)
    {
        if (!_log)
            KernelSets.Active.Softmax(x, y, Count);
        return !_log;
    }

    protected override void Run(Span<float> vector, Span<float> result)
    {
        if (_log)
            KernelSets.Active.LogSoftmax(vector, result);
        else
            KernelSets.Active.Softmax(vector, result);
    }
}
