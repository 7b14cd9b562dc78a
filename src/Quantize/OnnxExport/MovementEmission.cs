using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.OnnxExport;

/// <summary>Ops that move elements. Indices from data count from the end where negative and go to the nearest row where outside, as on
/// the device.</summary>
internal static class MovementEmission
{
    public static void Copy(Emission op)
    {
        int[] shape = op.IntList("shape"), sources = op.IntList("srcStrides");
        var x = Strided.Read(op, op.Value("x"), shape, sources, op.Int("srcOffset"));
        var repeats = shape.Zip(sources, (dim, stride) => dim != 1 && stride == 0).Any(repeated => repeated);
        Strided.Write(op, op.Target("y"), repeats ? ElementwiseEmission.Broadcast(op, x, shape) : x, shape, op.IntList("dstStrides"),
            op.Int("dstOffset"));
    }

    public static void Fill(Emission op)
    {
        var y = op.Target("y");
        var value = Convert.ToDouble(op.Node.Attributes["value"], System.Globalization.CultureInfo.InvariantCulture);
        op.Out("y", op.Constant(OnnxTensor.Filled(StepTensor.OnnxType(y.Root.Type), StepTensor.Dims(y.Shape), value)), y.Shape);
    }

    public static void Gather(Emission op)
    {
        int outer = op.Int("outer"), rows = op.Int("rows"), inner = op.Int("inner"), count = op.Value("indices").Length;
        var indices = Wrapped(op, op.In("indices", count), op.Scalar((long)rows));
        op.Out("y", op.Add("Gather", [op.In("data", outer, rows, inner), indices], ("axis", 1L)), outer, count, inner);
    }

    public static void GatherElements(Emission op)
    {
        var (shape, indexShape, axis, indices) = Elements(op);
        op.Out("y", op.Add("GatherElements", [op.In("data", shape), indices], ("axis", (long)axis)), indexShape);
    }

    public static void ScatterElements(Emission op)
    {
        var (shape, indexShape, axis, indices) = Elements(op);
        string[] inputs = [op.In("data", shape), indices, op.In("updates", indexShape)];
        op.Out("y", op.Add("ScatterElements", inputs, ("axis", (long)axis), ("reduction", op.Text("reduction"))), shape);
    }

    public static void GatherND(Emission op)
    {
        var (shape, indexShape, batch, indices) = Slices(op);
        int[] slices = [.. indexShape[..^1], .. shape[(batch + indexShape[^1])..]];
        op.Out("y", op.Add("GatherND", [op.In("data", shape), indices], ("batch_dims", (long)batch)), slices);
    }

    public static void ScatterND(Emission op)
    {
        var (shape, indexShape, batch, indices) = Slices(op);
        if (batch != 0)
            throw op.Refuse("ONNX's ScatterND has no batch dimensions");

        int[] slices = [.. indexShape[..^1], .. shape[indexShape[^1]..]];
        op.Out("y", op.Add("ScatterND", [op.In("data", shape), indices, op.In("updates", slices)], ("reduction", op.Text("reduction"))),
            shape);
    }

    public static void OneHot(Emission op)
    {
        int outer = op.Int("outer"), depth = op.Int("depth"), inner = op.Int("inner");
        op.Out("y", op.Add("OneHot", [op.In("indices", outer, inner), op.Scalar((long)depth), op.In("values", 2)], ("axis", 1L)), outer,
            depth, inner);
    }

    private static (int[] Shape, int[] IndexShape, int Axis, string Indices) Elements(Emission op)
    {
        int[] shape = op.IntList("shape"), indexShape = op.IntList("indexShape");
        var axis = op.Int("axis");
        return (shape, indexShape, axis, Wrapped(op, op.In("indices", indexShape), op.Scalar((long)shape[axis])));
    }

    private static (int[] Shape, int[] IndexShape, int Batch, string Indices) Slices(Emission op)
    {
        int[] shape = op.IntList("shape"), indexShape = op.IntList("indexShape");
        var batch = op.Int("batchDims");
        return (shape, indexShape, batch, Wrapped(op, op.In("indices", indexShape), op.Ints(shape[batch..(batch + indexShape[^1])])));
    }

    /// <summary>Indices into that many rows.</summary>
    private static string Wrapped(Emission op, string indices, string rows)
    {
        var zero = op.Scalar(0L);
        var fromStart = op.Add("Where", op.Add("Less", indices, zero), op.Add("Add", indices, rows), indices);
        return op.Add("Max", op.Add("Min", fromStart, op.Add("Sub", rows, op.Scalar(1L))), zero);
    }
}
