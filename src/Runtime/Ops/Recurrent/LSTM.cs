using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Recurrent;

/// <summary>ONNX's LSTM, gates i, o, f, c.</summary>
internal sealed class LSTM : RecurrentOp
{
    private const int Gates = 4;
    private const int InputGate = 0;
    private const int OutputGate = 1;
    private const int ForgetGate = 2;
    private const int CellGate = 3;
    private const int PeepholeGates = 3;

    private readonly Source<float> _c0;
    private readonly Source<float> _peephole;
    private readonly Target<float> _cn;
    private readonly Scratch<float> _gates;
    private readonly Scratch<float> _peepholeGate;
    private readonly GateActivation[] _activations;
    private readonly bool _inputForget;
    private readonly bool _plain;

    public LSTM(OpReader reader)
        : base(reader)
    {
        _activations = GateActivation.ReadAll(reader);
        _inputForget = reader.Flag("inputForget");
        _peephole = reader.OptionalIn<float>("peephole", PackedLayout.GatedRows(Hidden, PeepholeGates));
        _c0 = reader.In<float>("c0", reader.Product(Batch, Hidden));
        _cn = reader.Out<float>("cn", _c0.Length);
        _plain = !NeedsGates && !_inputForget && !_peephole.Exists && _activations[0].Is(UnaryFunction.Sigmoid)
            && _activations[1].Is(UnaryFunction.Tanh) && _activations[2].Is(UnaryFunction.Tanh);
        if (_plain)
        {
            ShareProducts(reader);
            return;
        }

        _gates = reader.Scratch<float>((long)Gates * Hidden);
        _peepholeGate = reader.Scratch<float>(Hidden);
    }

    protected override void Begin(in Frame frame) => _c0.Span(frame).CopyTo(_cn.Span(frame));

    protected override void Cell(in Frame frame, int batch, in CellInput x, Span<float> h)
    {
        var c = _cn.Span(frame).Slice(batch * Hidden, Hidden);
        if (!_plain)
            ComposedCell(frame, x, h, c);
        else if (W.IsInt8)
            KernelSets.Active.LstmStepS8(W.S8(frame), R.S8(frame), x.X, XScale, h, HScale, c, h, c, Scratch.Span(frame));
        else
            KernelSets.Active.LstmStepF32(W.F32(frame), R.F32(frame), x.X, h, c, h, c, Scratch.Span(frame));
    }

    protected override void FinishCell(in Frame frame, int batch, ReadOnlySpan<float> wx, ReadOnlySpan<float> rh, Span<float> h)
    {
        var c = _cn.Span(frame).Slice(batch * Hidden, Hidden);
        KernelSets.Active.LstmGates(W.IsInt8, wx, rh, c, h, c);
    }

    private void ComposedCell(in Frame frame, in CellInput x, Span<float> h, Span<float> c)
    {
        var kernels = KernelSets.Active;
        var gates = _gates.Span(frame);
        for (var gate = 0; gate < Gates; gate++)
            GateProduct(frame, gate, x, h, Gate(gates, gate));
        var input = Gate(gates, InputGate);
        var output = Gate(gates, OutputGate);
        var forget = Gate(gates, ForgetGate);
        var cell = Gate(gates, CellGate);

        AddPeephole(frame, InputGate, c, input);
        Activate(_activations[0], input);
        if (_inputForget)
        {
            // A collection expression of constants would allocate in unoptimised code.
            var one = 1f;
            kernels.Binary(BinaryFunction.Sub, new(in one), input, forget);
        }
        else
        {
            AddPeephole(frame, ForgetGate, c, forget);
            Activate(_activations[0], forget);
        }

        Activate(_activations[1], cell);
        kernels.Binary(BinaryFunction.Mul, forget, c, c);
        kernels.Binary(BinaryFunction.Mul, input, cell, cell);
        kernels.Binary(BinaryFunction.Add, c, cell, c);

        AddPeephole(frame, OutputGate, c, output);
        Activate(_activations[0], output);
        c.CopyTo(cell);
        _activations[2].Apply(cell);
        kernels.Binary(BinaryFunction.Mul, output, cell, h);
    }

    private void AddPeephole(in Frame frame, int gate, ReadOnlySpan<float> c, Span<float> y)
    {
        if (!_peephole.Exists)
            return;
        var weights = _peephole.Span(frame);
        var product = _peepholeGate.Span(frame);
        for (var unit = 0; unit < Hidden; unit++)
            product[unit] = weights[PackedLayout.GatedRow(gate, unit, PeepholeGates)];
        KernelSets.Active.Binary(BinaryFunction.Mul, product, c, product);
        KernelSets.Active.Binary(BinaryFunction.Add, y, product, y);
    }

    private Span<float> Gate(Span<float> gates, int gate) => gates.Slice(gate * Hidden, Hidden);
}
