using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Ops.Products;

namespace EdgeSeq.Runtime.Ops.Recurrent;

/// <summary>What the recurrent ops share: gate-interleaved weights, the loop over steps and batch, and the hidden state
/// [batch, hidden]. A live stream has steps 1; more steps serve windows and layers inside one step.</summary>
internal abstract class RecurrentOp : StepOp
{
    /// <summary>Vectors x that share a pass over W where the op does several steps; a guess that keeps the products in the second
    /// cache.</summary>
    private const int BlockVectors = 16;

    /// <summary>A smaller W stays near enough from step to step. Measured: 256 KiB gain 9 % of a bidirectional layer's time, 32 KiB
    /// nothing, and 4 KiB lose 8 % to the extra calls; of a stream's in chunks, 128 KiB gain 14 %, and 9 KiB lose 12 %.</summary>
    private const long SmallestBlockWeights = 128 * 1024;

    private readonly Source<float> _x;
    private readonly Source<float> _h0;
    private readonly Target<float> _y;
    private readonly Target<float> _hn;
    private readonly Scratch<float> _product;
    private readonly int _gates;
    private readonly int _steps;
    private readonly bool _reverse;
    private readonly float? _clip;
    private readonly bool _isWide;
    private readonly KeptProducts? _kept;
    private GroupProduct? _inputProduct;
    private GroupProduct? _stateProduct;
    private BlockProduct? _blockInputProduct;
    private BlockProduct? _blockStateProduct;

    protected RecurrentOp(OpReader reader)
    {
        _gates = reader.Matrices[0].Gates;
        Hidden = reader.Int("hidden");
        InputSize = reader.Int("input");
        _steps = reader.Int("steps");
        Batch = reader.Int("batch");
        _reverse = reader.Flag("reverse");
        _clip = reader.OptionalFloat("clip");
        var rows = PackedLayout.GatedRows(Hidden, _gates);
        W = new PackedMatrix(reader, reader.Matrices[0], rows, InputSize);
        R = new PackedMatrix(reader, reader.Matrices[1], rows, Hidden, hasBias: reader.Matrices[0].Bias != reader.Matrices[1].Bias);
        if (W.IsInt8 != R.IsInt8)
            throw reader.Error("W and R must have one type");
        if (W.IsInt8)
        {
            XScale = reader.OptionalFloat("xScale") ?? 0;
            HScale = reader.OptionalFloat("hScale") ?? 0;
            _isWide = ActivationBits.AreWide(reader, hasStaticScale: XScale > 0 || HScale > 0);
        }

        var given = new NewSteps(reader.Int("head"), reader.Int("new"), reader.Int("tail"));
        if (given.Count > _steps)
            throw reader.Error("head, new and tail are more than steps");
        _x = reader.In<float>("x", reader.Product(given.Count, Batch, InputSize));
        _h0 = reader.In<float>("h0", reader.Product(Batch, Hidden));
        _y = reader.OptionalOut<float>("y", reader.Product(_steps, Batch, Hidden));
        _hn = reader.Out<float>("hn", _h0.Length);
        _product = reader.Scratch<float>(Hidden);
        if (reader.HasIn("products"))
        {
            var all = new BlockProduct(reader, W, XScale, given.Count * Batch, _isWide);
            _kept = new KeptProducts(reader, all, _steps, reader.Product(Batch, W.Rows), given);
        }
        else if (given.Count < _steps || reader.Int("turns") > 1)
        {
            throw reader.Error("steps are left out of x although there is no ring of their products");
        }

        Scratch = reader.Scratch<byte>(
            _isWide ? KernelScratch.WideS8(Math.Max(InputSize, Hidden))
            : W.IsInt8 ? KernelScratch.RecurrentS8(InputSize, Hidden) : KernelScratch.RecurrentF32(Hidden));
    }

    /// <inheritdoc/>
    /// <remarks>Only in float32: in int8 the kernels of a whole step, which compute gates while they read weights, are faster by up to
    /// 8 %, and no slower with 1 MiB of weights for the input.</remarks>
    public override bool SharesParts =>
        !W.IsInt8 && IsLarge && _steps == 1 && Batch == 1 && _inputProduct is not null && _stateProduct is not null;

    protected int Hidden { get; }

    protected int InputSize { get; }

    protected int Batch { get; }

    protected PackedMatrix W { get; }

    protected PackedMatrix R { get; }

    /// <summary>Scale of the quantised x, 0 for a dynamic one.</summary>
    protected float XScale { get; }

    protected float HScale { get; }

    /// <summary>Whether the fused kernels, which neither clip nor take 16-bit activations, will not do.</summary>
    protected bool NeedsGates => _clip is not null || _isWide;

    protected Scratch<byte> Scratch { get; }

    private bool IsLarge => (long)W.Rows * W.Columns * (W.IsInt8 ? sizeof(sbyte) : sizeof(float)) >= SmallestBlockWeights;

    private int StepsPerBlock => Math.Min(_steps, Math.Max(1, BlockVectors / Batch));

    public override void Step(in Frame frame)
    {
        Start(frame);
        if (_blockInputProduct is not null && _blockStateProduct is not null)
        {
            StepBlocks(frame, _blockInputProduct, _blockStateProduct);
            return;
        }

        if (_kept is not null)
        {
            StepKept(frame, _kept);
            return;
        }

        for (var i = 0; i < _steps; i++)
        {
            var step = StepAt(i);
            for (var batch = 0; batch < Batch; batch++)
                Cell(frame, batch, new CellInput(X(frame, step, batch), []), H(frame, batch));
            Emit(frame, step);
        }
    }

    public override void StepMany(in GroupFrame group)
    {
        if (_inputProduct is null || _stateProduct is null)
        {
            base.StepMany(group);
            return;
        }

        foreach (ref readonly var member in group.Members)
            Start(member);
        for (var i = 0; i < _steps; i++)
        {
            var step = StepAt(i);
            for (var batch = 0; batch < Batch; batch++)
                Cells(group, _inputProduct, _stateProduct, step, batch);
            foreach (ref readonly var member in group.Members)
                Emit(member, step);
        }
    }

    public override void BeginParts(in GroupFrame parts)
    {
        if (!SharesParts)
            return;
        for (var i = 0; i < parts.Members.Length; i++)
            _x.Span(parts.Members[i]).CopyTo(_inputProduct!.X(parts, i));
        _inputProduct!.Multiply(parts);
    }

    public override void StepPart(in GroupFrame parts, int part)
    {
        ref readonly var frame = ref parts.Members[part];
        if (!SharesParts)
        {
            Step(frame);
            return;
        }

        Start(frame);
        var h = H(frame, 0);
        var one = parts.One(part);
        h.CopyTo(_stateProduct!.X(one, 0));
        _stateProduct.Multiply(one);
        FinishCell(frame, 0, _inputProduct!.Y(parts, part), _stateProduct.Y(one, 0), h);
        Emit(frame, 0);
    }

    /// <summary>Makes the members of a group share the products of their cells, and several steps of one session those of W;
    /// <see cref="FinishCell"/> does the rest. Only for cells of two plain products and gates.</summary>
    protected void ShareProducts(OpReader reader)
    {
        if (_kept is not null)
        {
            _blockStateProduct = new BlockProduct(reader, R, HScale, 1);
            return;
        }

        _inputProduct = GroupProduct.Create(reader, W, XScale);
        _stateProduct = GroupProduct.Create(reader, R, HScale);
        if (_steps == 1 || !IsLarge)
            return;
        _blockInputProduct = new BlockProduct(reader, W, XScale, StepsPerBlock * Batch);
        _blockStateProduct = new BlockProduct(reader, R, HScale, 1);
    }

    /// <summary>Brings further state into its output.</summary>
    protected virtual void Begin(in Frame frame)
    {
    }

    /// <summary>One step of one element of the batch.</summary>
    /// <param name="frame">The session's memory.</param>
    /// <param name="batch">Which element.</param>
    /// <param name="x">What goes into it.</param>
    /// <param name="h">[hidden]: the hidden state before, and after the call the one after.</param>
    protected abstract void Cell(in Frame frame, int batch, in CellInput x, Span<float> h);

    /// <summary>The part of a cell after its products.</summary>
    /// <param name="frame">The session's memory.</param>
    /// <param name="batch">Which element.</param>
    /// <param name="wx">W·x plus its bias, in the matrix's row order.</param>
    /// <param name="rh">R·h plus its bias, in the matrix's row order.</param>
    /// <param name="h">[hidden]: the hidden state before, and after the call the one after.</param>
    protected abstract void FinishCell(in Frame frame, int batch, ReadOnlySpan<float> wx, ReadOnlySpan<float> rh, Span<float> h);

    /// <summary>y = one gate's product with x plus its bias.</summary>
    protected void InputProduct(in Frame frame, int gate, in CellInput x, Span<float> y)
    {
        if (x.IsProduct)
        {
            for (var unit = 0; unit < Hidden; unit += PackedLayout.TileRows)
            {
                var units = Math.Min(PackedLayout.TileRows, Hidden - unit);
                x.Products.Slice(PackedLayout.GatedRow(gate, unit, _gates), units).CopyTo(y[unit..]);
            }
        }
        else if (_isWide)
        {
            KernelSets.Active.MultiplyWideS8(W.S8(frame).Gate(gate, _gates, Hidden), new(x.X, 1, InputSize), y, Scratch.Span(frame));
        }
        else if (W.IsInt8)
        {
            KernelSets.Active.LinearS8(W.S8(frame).Gate(gate, _gates, Hidden), x.X, XScale, y, 1, Scratch.Span(frame));
        }
        else
        {
            KernelSets.Active.LinearF32(W.F32(frame).Gate(gate, _gates, Hidden), x.X, y, 1);
        }
    }

    /// <summary>y = one gate's product with h plus its bias beside R.</summary>
    protected void StateProduct(in Frame frame, int gate, ReadOnlySpan<float> h, Span<float> y)
    {
        if (_isWide)
            KernelSets.Active.MultiplyWideS8(R.S8(frame).Gate(gate, _gates, Hidden), new(h, 1, Hidden), y, Scratch.Span(frame));
        else if (R.IsInt8)
            KernelSets.Active.LinearS8(R.S8(frame).Gate(gate, _gates, Hidden), h, HScale, y, 1, Scratch.Span(frame));
        else
            KernelSets.Active.LinearF32(R.F32(frame).Gate(gate, _gates, Hidden), h, y, 1);
    }

    /// <summary>y = one gate's pre-activations: the input's product plus the state's.</summary>
    protected void GateProduct(in Frame frame, int gate, in CellInput x, ReadOnlySpan<float> h, Span<float> y)
    {
        var product = _product.Span(frame);
        InputProduct(frame, gate, x, y);
        StateProduct(frame, gate, h, product);
        KernelSets.Active.Binary(BinaryFunction.Add, y, product, y);
    }

    /// <summary>Clips and activates in place.</summary>
    protected void Activate(GateActivation activation, Span<float> y)
    {
        if (_clip is { } clip)
            KernelSets.Active.Unary(UnaryFunction.Clip, y, y, -clip, clip);
        activation.Apply(y);
    }

    /// <summary>W meets the x of the new steps at once.</summary>
    private void StepKept(in Frame frame, KeptProducts kept)
    {
        var products = kept.Advance(frame, _x.Span(frame));
        for (var i = 0; i < _steps; i++)
        {
            var step = StepAt(i);
            var wx = products.Step(frame, step);
            for (var batch = 0; batch < Batch; batch++)
            {
                var h = H(frame, batch);
                var own = wx.Slice(batch * W.Rows, W.Rows);
                if (_blockStateProduct is null)
                    Cell(frame, batch, new CellInput([], own), h);
                else
                    FinishCell(frame, batch, own, _blockStateProduct.Multiply(frame, h), h);
            }

            Emit(frame, step);
        }
    }

    /// <summary>W meets the x of many steps at once, R each state by itself.</summary>
    private void StepBlocks(in Frame frame, BlockProduct input, BlockProduct state)
    {
        for (var done = 0; done < _steps; done += StepsPerBlock)
        {
            var steps = Math.Min(StepsPerBlock, _steps - done);
            var first = Math.Min(StepAt(done), StepAt(done + steps - 1));
            var wx = input.Multiply(frame, _x.Span(frame).Slice(first * Batch * InputSize, steps * Batch * InputSize));
            for (var i = 0; i < steps; i++)
            {
                var step = StepAt(done + i);
                for (var batch = 0; batch < Batch; batch++)
                {
                    var h = H(frame, batch);
                    FinishCell(frame, batch, wx.Slice((((step - first) * Batch) + batch) * W.Rows, W.Rows), state.Multiply(frame, h), h);
                }

                Emit(frame, step);
            }
        }
    }

    /// <summary>One step of one element of the batch, for all members.</summary>
    private void Cells(in GroupFrame group, GroupProduct input, GroupProduct state, int step, int batch)
    {
        var members = group.Members;
        for (var i = 0; i < members.Length; i++)
        {
            X(members[i], step, batch).CopyTo(input.X(group, i));
            H(members[i], batch).CopyTo(state.X(group, i));
        }

        input.Multiply(group);
        state.Multiply(group);
        for (var i = 0; i < members.Length; i++)
            FinishCell(members[i], batch, input.Y(group, i), state.Y(group, i), H(members[i], batch));
    }

    private void Start(in Frame frame)
    {
        _h0.Span(frame).CopyTo(_hn.Span(frame));
        Begin(frame);
    }

    private int StepAt(int i) => _reverse ? _steps - 1 - i : i;

    private ReadOnlySpan<float> X(in Frame frame, int step, int batch) =>
        _x.Span(frame).Slice(((step * Batch) + batch) * InputSize, InputSize);

    private Span<float> H(in Frame frame, int batch) => _hn.Span(frame).Slice(batch * Hidden, Hidden);

    private void Emit(in Frame frame, int step)
    {
        var y = _y.Span(frame);
        if (!y.IsEmpty)
            _hn.Span(frame).CopyTo(y[(step * _hn.Length)..]);
    }
}
