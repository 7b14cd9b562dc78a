using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Recurrent;

/// <summary>ONNX's simple recurrent layer.</summary>
internal sealed class RNN : RecurrentOp
{
    private readonly Scratch<float> _next;
    private readonly GateActivation _activation;
    private readonly bool _plain;

    public RNN(OpReader reader)
        : base(reader)
    {
        _activation = GateActivation.ReadAll(reader)[0];
        _plain = !NeedsGates && _activation.Is(UnaryFunction.Tanh);
        if (_plain)
            ShareProducts(reader);
        else
            _next = reader.Scratch<float>(Hidden);
    }

    protected override void Cell(in Frame frame, int batch, in CellInput x, Span<float> h)
    {
        if (!_plain)
        {
            var next = _next.Span(frame);
            GateProduct(frame, 0, x, h, next);
            Activate(_activation, next);
            next.CopyTo(h);
        }
        else if (W.IsInt8)
        {
            KernelSets.Active.RnnStepS8(W.S8(frame), R.S8(frame), x.X, XScale, h, HScale, h, Scratch.Span(frame));
        }
        else
        {
            KernelSets.Active.RnnStepF32(W.F32(frame), R.F32(frame), x.X, h, h, Scratch.Span(frame));
        }
    }

    protected override void FinishCell(in Frame frame, int batch, ReadOnlySpan<float> wx, ReadOnlySpan<float> rh, Span<float> h) =>
        KernelSets.Active.RnnGates(W.IsInt8, wx, rh, h);
}
