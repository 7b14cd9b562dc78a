using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.OnnxExport;

/// <summary>
/// What remembers elements of a stream. A program keeps them in rings; here each ring is a delay line in time order, the newest last.
/// After a reset both have the same content: slot e mod length of the ring stands for the element e &lt; 0 before the start.
/// </summary>
internal static class StreamEmission
{
    public static void Delay(Emission op)
    {
        int size = op.Int("size"), count = op.Int("count");
        var line = op.State("ring", count, size);
        op.Out("y", op.Slice(line, 0, 0, 1), 1, size);
        op.SetState("ring", Shifted(op, line, count, op.In("x", 1, size)), count, size);
    }

    public static void Push(Emission op)
    {
        int size = op.Int("size"), length = op.Int("length");
        op.SetState("ring", Shifted(op, op.State("ring", length, size), length, op.In("x", 1, size)), length, size);
    }

    public static void Window(Emission op)
    {
        int outer = op.Int("outer"), length = op.Int("length"), inner = op.Int("inner");
        var line = op.Reshape(Pushed(op, length, outer * inner), length, outer, inner);
        op.Out("y", op.Add("Transpose", [line], ("perm", (long[])[1, 0, 2])), outer, length, inner);
    }

    public static void Columns(Emission op)
    {
        int outer = op.Int("outer"), length = op.Int("length"), inner = op.Int("inner"), elements = op.Int("elements");
        var x = op.In("x", outer, elements, inner);
        op.Out("y", Continued(op, "ring", x, [outer, length, inner], elements), outer, length, inner);
    }

    /// <summary>A line along the last axis but one that gets several new elements, one of as many as there are turns: the due one lies
    /// first.</summary>
    public static string Continued(Emission op, string ring, string x, int[] shape, int elements)
    {
        int outer = shape[0], length = shape[1], inner = shape[2], turns = op.Int("turns");
        var lines = op.State(ring, turns, outer, length, inner);
        var due = op.Reshape(op.Slice(lines, 0, 0, 1), outer, length, inner);
        var line = elements == length ? x : op.Concat(1, op.Slice(due, 1, elements, length), x);
        var next = op.Reshape(line, 1, outer, length, inner);
        op.SetState(ring, turns == 1 ? next : op.Concat(0, op.Slice(lines, 0, 1, turns), next), turns, outer, length, inner);
        return line;
    }

    public static void Latch(Emission op)
    {
        var size = op.Int("size");
        var due = op.Add("Equal", op.Index, op.Scalar((long)op.Int("index")));
        var held = op.Add("Where", due, op.In("x", size), op.State("held", size));
        op.SetState("held", held, size);
        op.Out("y", op.Read(op.Value("held"), size), size);
    }

    public static void StepCount(Emission op)
    {
        if (op.Node.Out("y")!.Root.Type == ElementType.I64)
        {
            op.Out("y", op.Add("Div", op.Add("Add", op.Index, op.Scalar((long)op.Int("start"))), op.Scalar((long)op.Int("divisor"))));
            return;
        }

        var done = op.Cast(op.Add("Add", op.Step, op.Scalar(1L)), OnnxElementType.Float64);
        var scaled = op.Add("Mul", done, Exact(op.Float("scale")));
        op.Out("y", op.Cast(op.Add("Add", scaled, Exact(op.Float("offset"))), OnnxElementType.Float32));

        string Exact(float value) => op.Constant(OnnxTensor.Filled(OnnxElementType.Float64, [], value));
    }

    public static void Table(Emission op)
    {
        int rows = op.Int("rows"), size = op.Int("size");
        string last = op.Scalar((long)(rows - 1)), row = op.Add("Add", op.Index, op.Scalar((long)op.Int("start")));
        var chosen = op.Text("beyond").Equals("wrap", StringComparison.OrdinalIgnoreCase)
            ? op.Add("Mod", row, op.Scalar((long)rows))
            : op.Add("Min", row, last);
        op.Out("y", op.Add("Gather", op.In("table", rows, size), chosen), size);
    }

    public static void Running(Emission op)
    {
        var size = op.Int("size");
        var fn = op.Text("fn").ToLowerInvariant();
        string x = op.In("x", size), first = First(op);
        var y = fn is "sum" or "mean" or "sumsquare" or "l2"
            ? CompensatedSum(op, fn is "sumsquare" or "l2" ? op.Add("Mul", x, x) : x, first, size)
            : Extreme(op, fn, x, first, size);
        op.Out("y", fn switch
        {
            "mean" => op.Add("Div", y, op.Cast(op.Add("Add", op.Index, op.Scalar(1L)), OnnxElementType.Float32)),
            "l2" => op.Add("Sqrt", y),
            _ => y,
        }, size);
    }

    /// <summary>The delay line of operand 1 with this tick's element; where a Push at another clock fills it, as it is.</summary>
    public static string Pushed(Emission op, int length, int size)
    {
        var line = op.State("ring", length, size);
        if (op.Int("push") == 0)
            return line;

        var shifted = Shifted(op, line, length, op.In("x", 1, size));
        op.SetState("ring", shifted, length, size);
        return shifted;
    }

    /// <summary>A line along axis 0 without its oldest element and with a new one.</summary>
    public static string Shifted(Emission op, string line, int length, string element) =>
        length == 1 ? element : op.Concat(0, op.Slice(line, 0, 1, length), element);

    public static string First(Emission op) => op.Add("Equal", op.Index, op.Scalar(0L));

    /// <summary>State [2, size]: sums, and what their last roundings lost.</summary>
    private static string CompensatedSum(Emission op, string term, string first, int size)
    {
        string state = op.State("acc", 2, size), zero = op.Scalar(0f);
        var before = op.Add("Where", first, zero, state);
        string sum = op.Slice(before, 0, 0, 1), lost = op.Slice(before, 0, 1, 2);
        var corrected = op.Add("Sub", op.Reshape(term, 1, size), lost);
        var next = op.Add("Add", sum, corrected);
        var nextLost = op.Add("Sub", op.Add("Sub", next, sum), corrected);
        op.SetState("acc", op.Concat(0, next, nextLost), 2, size);
        return op.Reshape(next, size);
    }

    private static string Extreme(Emission op, string fn, string x, string first, int size)
    {
        var state = op.State("acc", size);
        var combined = op.Add(fn switch { "max" => "Max", "min" => "Min", _ => "Mul" }, state, x);
        var next = op.Add("Where", first, x, combined);
        op.SetState("acc", next, size);
        return next;
    }
}
