using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.FrontEnds.Stages;

/// <summary>Fourier transforms of real frames, along the last axis.</summary>
internal static class Fourier
{
    /// <summary>[.., n] to [.., size/2 + 1, 2]: real and imaginary part of each bin; missing samples are zero.</summary>
    public static string Forward(GraphScope g, string frames, int rank, int size)
    {
        var x = g.Add("Unsqueeze", [frames, g.Vector(rank)]);
        return g.Add("DFT", [x, g.Constant(OnnxTensor.Scalar((long)size), "size"), g.Whole(rank - 1)], ("onesided", 1L));
    }

    /// <summary>The matrix from the bins' real and imaginary parts in turn to samples [2·bins, length], each column times a
    /// weight.</summary>
    public static double[] InverseMatrix(int size, double[] weights)
    {
        int bins = size / 2 + 1, length = weights.Length;
        var matrix = new double[2 * bins * length];
        for (var k = 0; k < bins; k++)
        {
            // The bins above half the rate are the mirror of those below.
            var isAlone = k == 0 || (size % 2 == 0 && k == bins - 1);
            for (var n = 0; n < length; n++)
            {
                var turn = 2 * Math.PI * ((long)n * k % size) / size;
                matrix[2 * k * length + n] = (isAlone ? 1.0 : 2.0) / size * Math.Cos(turn) * weights[n];
                matrix[(2 * k + 1) * length + n] = isAlone ? 0 : -2.0 / size * Math.Sin(turn) * weights[n];
            }
        }

        return matrix;
    }
}
