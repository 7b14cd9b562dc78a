using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Definitions.Ops;
using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>
/// LSTM, GRU and RNN. Along their own time axis they keep h (and c) as state; on static shapes they run over all steps, in either
/// direction.
/// </summary>
internal static class RecurrentOps
{
    private const int X = 0, W = 1, R = 2, B = 3, SequenceLengths = 4, InitialH = 5, InitialC = 6, Peephole = 7;

    public static void Register(OpTable table)
    {
        foreach (var op in new[] { "LSTM", "GRU", "RNN" })
            table.Add(op, Static, Stream, "forward direction; the state is kept from step to step", int8: "weights");
    }

    /// <summary>The step ops have ONNX's names.</summary>
    private static int Gates(OnnxNode node) => OpDefinitions.Find(node.OpType)!.Matrices[0].Gates;

    private static Wire?[] Stream(NodeContext c)
    {
        var stream = c.Stream(X) ?? throw c.Refuse("its initial state or sequence lengths are a sequence");
        if (stream.Axis == 1)
        {
            c.TimeIsBatchOfRecurrence();
            return c.TrackRows(k => k == 0 ? 2 : 1, [InitialH, InitialC], constantAxis: 1);
        }

        if (stream.Axis == 2)
            throw c.NotCausal("the time axis is its feature axis");

        var direction = c.Node.String("direction", "forward");
        if (direction != "forward")
            throw c.NotCausal($"direction '{direction}' reads the sequence from its end");

        c.TimeIsOfRecurrence();
        var counted = c.Input(SequenceLengths) is LatestWire && CountedRecurrence.Counts(c, c.Node.Inputs[SequenceLengths]);
        if (!counted)
            RequireWholeSequence(c.Node, c.Constant(SequenceLengths), stream.FullLength);
        else if (c.Uses(0))
            throw c.NotCausal("its outputs end at a length that grows with later inputs");

        Wire?[] initial = [.. new[] { c.Input(InitialH), c.Input(InitialC) }.Select(wire => InitialValue.Starts(wire) ? wire : null)];
        var aligned = c.Aligner.Align(c.Node, [stream, .. initial]);
        stream = (StreamWire)aligned.Wires[0]!;
        if (c.Uses(1) || c.Uses(2))
            c.RequireNoTail(stream, "its final state is used");

        var hidden = Hidden(c.Node, c.FullInputShape(R));
        var batch = stream.FullShape[1];
        var lowering = c.LoweringFor(stream.Clock);
        var h = State(c, InitialH, "h", batch, hidden);
        var cell = c.Node.OpType == "LSTM" ? State(c, InitialC, "c", batch, hidden) : null;
        foreach (var (state, start) in new[] { (h, aligned.Wires[1]), (cell, aligned.Wires[2]) })
        {
            if (start is LatestWire latest)
                InitialValue.Set(lowering, state!, latest.Value);
        }

        // In a chunk the steps of this op come before those of the next, which then needs all of its outputs.
        var y = c.Options.Chunk > 1 && !counted && c.Node.Outputs[0].Length > 0 ? lowering.New(h.Shape).Value : null;
        if (counted)
            AddCounted(c, lowering, stream, h, cell);
        else
            AddOp(lowering, 0, stream.Value, 1, batch, reverse: false, new RecurrentState(h, cell), new RecurrentState(h, cell), y);

        var full = c.Node.Outputs[0].Length > 0 ? c.FullShape() : [];
        return
        [
            full.Length == 0 ? null : new StreamWire((y ?? h).View(Shapes.With(full, 0, 1)), stream.Clock, 0, full),
            c.Uses(1) ? new LatestWire(h.View(c.FullShape(1)), stream.Clock) : null,
            c.Uses(2) && cell is not null ? new LatestWire(cell.View(c.FullShape(2)), stream.Clock) : null,
        ];
    }

    private static void AddCounted(NodeContext c, Lowering lowering, StreamWire stream, StepValue h, StepValue? cell)
    {
        var (element, advances) = CountedRecurrence.Next(c, stream, (LatestWire)c.Input(SequenceLengths)!);
        var next = new RecurrentState(lowering.New(h.Shape).Value!, cell is null ? null : lowering.New(cell.Shape).Value);
        AddOp(lowering, 0, element, 1, stream.FullShape[1], reverse: false, new RecurrentState(h, cell), next, null);
        CountedRecurrence.Set(lowering, advances, next.H, h);
        if (cell is not null)
            CountedRecurrence.Set(lowering, advances, next.C!, cell);
    }

    /// <summary>State of one direction [batch, hidden], starting from the constant initial state or from zero.</summary>
    private static StepValue State(NodeContext c, int input, string name, int batch, int hidden)
    {
        var initial = c.Input(input) switch
        {
            null => null,
            ConstantWire { VariesWithTime: false } constant => constant.Tensor.ToFloats(),
            var wire when InitialValue.Starts(wire) => null,
            _ => throw c.Refuse($"its initial state {name} is computed from the input",
                "export with a constant initial state, or with state inputs and outputs for step mode"),
        };
        return c.Graph.State($"{c.Node.Name}.{name}", ElementType.F32, [batch, hidden], initial is null || initial.All(v => v == 0) ? null
            : initial);
    }

    /// <summary>Sequence lengths must say that every sequence is as long as the input.</summary>
    private static void RequireWholeSequence(OnnxNode node, OnnxTensor? lengths, int length)
    {
        if (node.Inputs.Count <= SequenceLengths || node.Inputs[SequenceLengths].Length == 0)
            return;

        var whole = lengths is not null && lengths.ToInts().All(l => l == length);
        if (!whole)
        {
            throw Refusal.Of(node, "its sequence lengths differ from the input's length",
                "name the input that holds them lengths, or export without sequence_lens (packed sequences)");
        }
    }

    private static StepOperand?[] Static(Lowering c)
    {
        var x = c.Operand(X);
        int steps = c.KeptSteps?.Steps ?? x.Shape[0], batch = x.Shape[1], hidden = Hidden(c.Node, c.Shape(R));
        RequireWholeSequence(c.Node, c.Constant(SequenceLengths), steps);
        var direction = c.Node.String("direction", "forward");
        bool[] reversed = direction switch { "bidirectional" => [false, true], "reverse" => [true], _ => [false] };

        var directions = reversed.Length;
        var y = c.New([steps, directions, batch, hidden]);
        var last = new[] { c.New([directions, batch, hidden]), c.New([directions, batch, hidden]) };
        for (var d = 0; d < directions; d++)
        {
            var start = new RecurrentState(Initial(c, InitialH, d, directions, batch, hidden)!, c.Node.OpType == "LSTM"
                ? Initial(c, InitialC, d, directions, batch, hidden) : null);
            var end = new RecurrentState(c.New([batch, hidden]).Value!, start.C is null ? null : c.New([batch, hidden]).Value);
            var part = directions == 1 ? y.Value! : c.New([steps, batch, hidden]).Value!;
            AddOp(c, d, c.Value(x, $"{c.Node.Name}.x"), steps, batch, reversed[d], start, end, part);
            if (directions > 1)
            {
                var size = batch * hidden;
                StepMoves.CopyInto(c, part, y.Value!, [steps, size], 0, [size, 1], d * size, [directions * size, 1]);
            }

            PutDirection(c, end.H, last[0].Value!, d);
            if (end.C is not null)
                PutDirection(c, end.C, last[1].Value!, d);
        }

        return [.. new List<StepOperand?> { y, last[0], c.Node.OpType == "LSTM" ? last[1] : null }.Take(c.OutputCount)];
    }

    private static void PutDirection(Lowering c, StepValue from, StepValue to, int direction) =>
        StepMoves.CopyInto(c, from, to, [from.Length], 0, [1], direction * from.Length, [1]);

    /// <summary>One direction's initial state [batch, hidden]: a part of the input, or zeros.</summary>
    private static StepValue? Initial(Lowering c, int input, int direction, int directions, int batch, int hidden)
    {
        if (!c.Has(input))
            return c.Graph.Constant($"{c.Node.Name}.zeros", new float[batch * hidden], [batch, hidden]);

        return directions == 1
            ? c.Value(c.Operand(input), $"{c.Node.Name}.initial")
            : StepMoves.CopyStrided(c, c.Operand(input), [batch, hidden], direction * batch * hidden, [hidden, 1]).Value;
    }

    private static void AddOp(Lowering c, int direction, StepValue x, int steps, int batch, bool reverse, RecurrentState start,
        RecurrentState end, StepValue? y)
    {
        var node = c.Node;
        int gates = Gates(node), hidden = Hidden(node, c.Shape(R)), input = c.Shape(W)[2];
        var layout = new MatrixLayout(1, gates * hidden, input, gates);
        var recurrentLayout = layout with { Columns = hidden };
        var w = Matrix(c, W, "W", direction, layout);
        var r = Matrix(c, R, "R", direction, recurrentLayout);
        var (wBias, rBias) = Biases(c, direction, gates * hidden, layout.RowVector);
        (string, StepValue?)[] inputs =
        [
            ("x", x), ("W", w), ("R", r), (node.OpType == "GRU" ? "wBias" : "bias", wBias), ("rBias", rBias),
            ("peephole", node.OpType == "LSTM" ? PeepholeWeights(c, direction, hidden) : null), ("h0", start.H), ("c0", start.C),
            ("products", c.KeptSteps is { } kept ? Products(c, kept, batch, layout) : null),
        ];
        var (activations, alpha, beta) = RecurrentActivations.Of(node, direction);
        c.Add(node.OpType, inputs, [("y", y), ("hn", end.H), ("cn", end.C)],
            ("hidden", hidden), ("input", input), ("steps", steps), ("batch", batch), ("reverse", reverse ? 1 : 0),
            ("activations", activations), ("alpha", alpha), ("beta", beta), ("clip", node.Has("clip") ? node.Float("clip") : null),
            ("inputForget", node.OpType == "LSTM" ? (int)node.Int("input_forget", 0) : null),
            ("linearBeforeReset", node.OpType == "GRU" ? (int)node.Int("linear_before_reset", 0) : null),
            ("head", c.KeptSteps?.Head), ("new", c.KeptSteps?.New), ("tail", c.KeptSteps?.Tail), ("turns", c.KeptSteps?.Turns));
    }

    /// <summary>The ring of the input's products that later windows repeat, those of each step as the packed matrix has its rows.</summary>
    private static StepValue Products(Lowering c, KeptSteps kept, int batch, MatrixLayout layout)
    {
        var rows = PackedLayout.GatedRows(layout.Rows / layout.Gates, layout.Gates);
        return c.Graph.State($"{c.Node.Name}.products", ElementType.F32,
            [kept.Turns * (kept.Steps - kept.Head - kept.Tail), batch * rows]);
    }

    private static int Hidden(OnnxNode node, int[] recurrentShape) => (int)node.Int("hidden_size", recurrentShape[^1]);

    private static StepValue Matrix(Lowering c, int input, string name, int direction, MatrixLayout layout)
    {
        var count = layout.Rows * layout.Columns;
        var weights = Weights.Of(c.RequireConstant(input, "weights")).Moved(all => all.AsSpan(direction * count, count).ToArray());
        return weights.Constant(c.Graph, $"{c.Node.Name}.{name}", [layout.Rows, layout.Columns], layout);
    }

    private static float[] Part(Lowering c, int input, int direction, int count) =>
        c.RequireConstant(input, "weights").ToFloats().AsSpan(direction * count, count).ToArray();

    /// <summary>Input and recurrent bias. Only the GRU needs them apart (linear_before_reset); the others add them up.</summary>
    private static (StepValue? W, StepValue? R) Biases(Lowering c, int direction, int rows, MatrixLayout layout)
    {
        if (!c.Has(B))
            return (null, null);

        var both = Part(c, B, direction, 2 * rows);
        if (c.Node.OpType == "GRU")
            return (Vector("Wb", both[..rows]), Vector("Rb", both[rows..]));

        return (Vector("bias", [.. both[..rows].Zip(both[rows..], (w, r) => w + r)]), null);

        StepValue Vector(string name, float[] data) => c.Graph.Constant($"{c.Node.Name}.{name}", data, [rows], layout);
    }

    /// <summary>ONNX orders peepholes i, o, f.</summary>
    private static StepValue? PeepholeWeights(Lowering c, int direction, int hidden) =>
        c.Has(Peephole)
            ? c.Graph.Constant($"{c.Node.Name}.P", Part(c, Peephole, direction, 3 * hidden), [3 * hidden],
            new MatrixLayout(1, 3 * hidden, 0, 3))
            : null;

    private readonly record struct RecurrentState(StepValue H, StepValue? C);
}
