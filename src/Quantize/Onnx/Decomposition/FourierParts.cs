using System.Globalization;

namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>Discrete Fourier transforms of constant length as products with a matrix of sines and cosines.</summary>
internal static class FourierParts
{
    /// <summary>A transform of 4,096 real samples: 67 MB of weights.</summary>
    private const long MostElements = 1 << 25;

    /// <summary>Input [.., n, .., 1 or 2] with the transformed axis second to last.</summary>
    public static bool Dft(NodeParts parts)
    {
        var node = parts.Node;
        var x = node.RequiredInput(0);
        var rank = parts.Rank(x);
        if (rank < 2 || parts.Size(x, -1) is not long parts2 || parts2 is not (1 or 2) || AxisOf(parts, rank) is not int axis
            || parts.Size(x, axis) is not long available)
        {
            return false;
        }

        bool oneSided = node.Int("onesided", 0) != 0, inverse = node.Int("inverse", 0) != 0, toReal = oneSided && inverse;
        var length = node.Input(1) is null ? toReal ? 2 * (available - 1) : available : parts.Constant(1)?.ToInts()[0] ?? -1;
        if (length < 1 || (toReal && (parts2 != 2 || available != length / 2 + 1)))
            return false;

        var (results, numbers) = toReal ? (length, 1) : (oneSided ? length / 2 + 1 : length, 2);
        RequireSize(node, length, available * parts2 * results * numbers);
        long[] swap = [.. Enumerable.Range(0, rank).Select(i => (long)(i == axis ? rank - 2 : i == rank - 2 ? axis : i))];
        var moved = parts.Transpose(x, swap);
        long[] lead = [.. Enumerable.Repeat(0L, rank - 2)];
        var flat = parts.Reshape(moved, [.. lead, available * parts2]);
        var matrix = toReal ? RealMatrix((int)available, (int)length)
            : Matrix((int)available, (int)length, (int)results, (int)parts2, inverse);
        var product = parts.Add("MatMul", [flat, parts.Constant(matrix, "dft")]);
        parts.Output(0, parts.Transpose(parts.Reshape(product, [.. lead, results, numbers]), swap));
        return true;
    }

    /// <summary>Frames of a real signal [batch, time, 1] or [batch, time]: a strided convolution with windowed sines and cosines.</summary>
    public static bool Stft(NodeParts parts)
    {
        var node = parts.Node;
        var x = node.RequiredInput(0);
        var rank = parts.Rank(x);
        var real = rank == 2 || (rank == 3 && parts.Size(x, 2) == 1);
        var window = parts.Constant(2);
        var length = parts.Constant(3)?.ToInts()[0] ?? window?.Count;
        if (!real || parts.Constant(1) is not { Count: 1 } step || length is not long frame
            || (node.Input(2) is not null && window is null))
        {
            return false;
        }

        var bins = node.Int("onesided", 1) != 0 ? frame / 2 + 1 : frame;
        RequireSize(node, frame, frame * 2 * bins);
        var weights = Windowed((int)frame, (int)bins, window?.ToFloats());
        var channels = rank == 2 ? parts.Unsqueeze(x, 1) : parts.Transpose(x, 0, 2, 1);
        var y = parts.Add("Conv", [channels, parts.Constant(weights, "stft")], ("kernel_shape", (long[])[frame]),
            ("strides", (long[])[step.ToInts()[0]]));
        parts.Output(0, parts.Reshape(parts.Transpose(y, 0, 2, 1), 0, 0, bins, 2));
        return true;
    }

    /// <summary>Said before time and memory are spent on it.</summary>
    private static void RequireSize(OnnxNode node, long length, long elements)
    {
        if (elements > MostElements)
        {
            throw Refusal.Of(node, string.Create(CultureInfo.InvariantCulture,
                $"a transform of {length:N0} samples at once needs a matrix of {elements:N0} numbers, more than {MostElements:N0}"),
                "cut the signal into shorter frames in the model (STFT), of 2,048 samples or so");
        }
    }

    private static int? AxisOf(NodeParts parts, int rank)
    {
        var axis = parts.Node.Input(2) is null ? -2 : parts.Constant(2)?.ToInts()[0];
        return axis is long given ? (int)(given < 0 ? given + rank : given) : null;
    }

    /// <summary>[samples · parts, bins · 2]; samples beyond the length are cut off, missing ones are zero.</summary>
    private static OnnxTensor Matrix(int samples, int length, int bins, int parts, bool inverse)
    {
        var data = new float[samples * parts * bins * 2];
        for (var n = 0; n < Math.Min(samples, length); n++)
        {
            for (var k = 0; k < bins; k++)
            {
                var (cos, sin) = Turn(n, k, length, inverse);
                Put(n, 0, k, cos, sin);
                if (parts == 2)
                    Put(n, 1, k, -sin, cos);
            }
        }

        return OnnxTensor.FromFloats(data, samples * parts, bins * 2);

        void Put(int n, int part, int k, float re, float im)
        {
            var row = (n * parts + part) * bins * 2;
            data[row + 2 * k] = re;
            data[row + 2 * k + 1] = im;
        }
    }

    /// <summary>[bins · 2, length], from one side of the spectrum of a real signal: a bin stands for its mirror image too, where it has
    /// one.</summary>
    private static OnnxTensor RealMatrix(int bins, int length)
    {
        var data = new float[bins * 2 * length];
        for (var k = 0; k < bins; k++)
        {
            var images = k == 0 || 2 * k == length ? 1 : 2;
            for (var n = 0; n < length; n++)
            {
                var (cos, sin) = Turn(n, k, length, inverse: true);
                data[2 * k * length + n] = images * cos;
                data[(2 * k + 1) * length + n] = -images * sin;
            }
        }

        return OnnxTensor.FromFloats(data, bins * 2, length);
    }

    /// <summary>[bins · 2, 1, frame]: real and imaginary part of each bin in turn.</summary>
    private static OnnxTensor Windowed(int frame, int bins, float[]? window)
    {
        var data = new float[bins * 2 * frame];
        for (var k = 0; k < bins; k++)
        {
            for (var n = 0; n < frame; n++)
            {
                var (cos, sin) = Turn(n, k, frame, inverse: false);
                var weight = window is null ? 1 : window[n];
                data[2 * k * frame + n] = weight * cos;
                data[(2 * k + 1) * frame + n] = weight * sin;
            }
        }

        return OnnxTensor.FromFloats(data, bins * 2, 1, frame);
    }

    /// <summary>e^(∓2πi·n·k/length), divided by the length in the inverse transform; quarter turns exactly, so that what is real stays
    /// real.</summary>
    private static (float Cos, float Sin) Turn(int n, int k, int length, bool inverse)
    {
        var part = (long)n * k % length;
        var (sin, cos) = part * 4 % length == 0 ? (part * 4 / length) switch { 0 => (0, 1), 1 => (1, 0), 2 => (0, -1), _ => (-1, 0) }
            : Math.SinCos(2 * Math.PI * part / length);
        var scale = inverse ? 1.0 / length : 1;
        return ((float)(scale * cos), (float)(scale * (inverse ? sin : -sin)));
    }
}
