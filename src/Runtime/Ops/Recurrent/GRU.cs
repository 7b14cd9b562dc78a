using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Recurrent;

/// <summary>ONNX's GRU, gates z, r, h.</summary>
internal sealed class GRU : RecurrentOp
{
    private const int Gates = 3;
    private const int UpdateGate = 0;
    private const int ResetGate = 1;
    private const int HiddenGate = 2;

    private readonly Scratch<float> _gates;
    private readonly GateActivation[] _activations;
    private readonly bool _linearBeforeReset;
    private readonly bool _plain;

    public GRU(OpReader reader)
        : base(reader)
    {
        _activations = GateActivation.ReadAll(reader);
        _linearBeforeReset = reader.Flag("linearBeforeReset");
        _plain = !NeedsGates && _activations[0].Is(UnaryFunction.Sigmoid) && _activations[1].Is(UnaryFunction.Tanh);
        if (_plain && _linearBeforeReset)
            ShareProducts(reader);
        if (!_plain || (!_linearBeforeReset && reader.HasIn("products")))
            _gates = reader.Scratch<float>((Gates + 1L) * Hidden);
    }

    protected override void Cell(in Frame frame, int batch, in CellInput x, Span<float> h)
    {
        if (!_plain)
            ComposedCell(frame, x, h);
        else if (x.IsProduct)
            ResetBeforeCell(frame, x, h);
        else if (W.IsInt8)
            KernelSets.Active.GruStepS8(W.S8(frame), R.S8(frame), x.X, XScale, h, HScale, h, _linearBeforeReset, Scratch.Span(frame));
        else
            KernelSets.Active.GruStepF32(W.F32(frame), R.F32(frame), x.X, h, h, _linearBeforeReset, Scratch.Span(frame));
    }

    protected override void FinishCell(in Frame frame, int batch, ReadOnlySpan<float> wx, ReadOnlySpan<float> rh, Span<float> h) =>
        KernelSets.Active.GruGates(W.IsInt8, wx, rh, h, h);

    /// <summary>The arithmetic of the plain step that resets the state before the product, from known products of x.</summary>
    private void ResetBeforeCell(in Frame frame, in CellInput x, Span<float> h)
    {
        var kernels = KernelSets.Active;
        var (update, reset, candidate, product) = new GateVectors(_gates.Span(frame), Hidden);

        GateProduct(frame, UpdateGate, x, h, update);
        InputProduct(frame, ResetGate, x, reset);
        StateProduct(frame, ResetGate, h, product);
        kernels.GruResetCore(reset, product, h, reset);
        InputProduct(frame, HiddenGate, x, candidate);
        StateProduct(frame, HiddenGate, reset, product);
        kernels.Binary(BinaryFunction.Add, candidate, product, candidate);
        kernels.GruMixCore(update, candidate, h, h);
    }

    private void ComposedCell(in Frame frame, in CellInput x, Span<float> h)
    {
        var kernels = KernelSets.Active;
        var (update, reset, candidate, product) = new GateVectors(_gates.Span(frame), Hidden);

        GateProduct(frame, UpdateGate, x, h, update);
        Activate(_activations[0], update);
        GateProduct(frame, ResetGate, x, h, reset);
        Activate(_activations[0], reset);
        InputProduct(frame, HiddenGate, x, candidate);
        if (_linearBeforeReset)
        {
            StateProduct(frame, HiddenGate, h, product);
            kernels.Binary(BinaryFunction.Mul, reset, product, product);
        }
        else
        {
            kernels.Binary(BinaryFunction.Mul, reset, h, reset);
            StateProduct(frame, HiddenGate, reset, product);
        }

        kernels.Binary(BinaryFunction.Add, candidate, product, candidate);
        Activate(_activations[1], candidate);

        // h' = n + z·(h - n)
        kernels.Binary(BinaryFunction.Sub, h, candidate, product);
        kernels.Binary(BinaryFunction.Mul, update, product, product);
        kernels.Binary(BinaryFunction.Add, candidate, product, h);
    }

    /// <summary>The four vectors of a cell that is composed of its gates, in its scratch.</summary>
    private readonly ref struct GateVectors(Span<float> scratch, int hidden)
    {
        private readonly Span<float> _scratch = scratch;

        public void Deconstruct(out Span<float> update, out Span<float> reset, out Span<float> candidate, out Span<float> product)
        {
            update = _scratch[..hidden];
            reset = _scratch.Slice(hidden, hidden);
            candidate = _scratch.Slice(2 * hidden, hidden);
            product = _scratch.Slice(3 * hidden, hidden);
        }
    }
}
