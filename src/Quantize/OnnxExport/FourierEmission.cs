using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.OnnxExport;

/// <summary>Fourier transforms as the DFT op of ONNX.</summary>
internal static class FourierEmission
{
    public static void Dft(Emission op)
    {
        int vectors = op.Int("vectors"), given = op.Int("given"), bins = op.Int("samples") / 2 + 1;
        var x = op.In("x", vectors, given);
        if (op.HasIn("window"))
            x = op.Add("Mul", x, op.In("window", 1, given));

        var z = op.Add("DFT", [op.Reshape(x, vectors, given, 1), op.Scalar((long)op.Int("samples")), op.Scalar(1L)], ("onesided", 1L));
        if (op.Int("conjugate") != 0)
            z = op.Add("Mul", z, op.Constant(OnnxTensor.FromFloats([1, -1], 2)));

        op.OptionalOut("complex", z, vectors, bins, 2);
        foreach (var (output, reduction) in (ReadOnlySpan<(string, string)>)[("magnitude", "ReduceL2"), ("power", "ReduceSumSquare")])
        {
            if (op.Node.Out(output) is not null)
                op.Out(output, op.Add(reduction, [z, op.Ints(2)], ("keepdims", 0L)), vectors, bins);
        }
    }

    /// <summary>The bins above half the rate are the mirrored conjugates of those below.</summary>
    public static void Inverse(Emission op)
    {
        int vectors = op.Int("vectors"), samples = op.Int("samples"), bins = samples / 2 + 1;
        var half = op.In("x", vectors, bins, 2);
        int[] mirrored = [.. Enumerable.Range(1, bins - 2).Reverse()];
        var rest = op.Add("Gather", [half, op.Ints(mirrored)], ("axis", 1L));
        var whole = op.Concat(1, half, op.Add("Mul", rest, op.Constant(OnnxTensor.FromFloats([1, -1], 2))));
        var z = op.Add("DFT", [whole, op.Scalar((long)samples), op.Scalar(1L)], ("inverse", 1L));
        var y = op.Reshape(op.Slice(z, 2, 0, 1), vectors, samples);
        op.Out("y", op.HasIn("window") ? op.Add("Mul", y, op.In("window", 1, samples)) : y, vectors, samples);
    }
}
