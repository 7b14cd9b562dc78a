using EdgeSeq.Runtime.Kernels;

namespace EdgeSeq.KernelSweep;

/// <summary>Deterministic operands, extremes among them.</summary>
internal sealed class KernelData(int seed)
{
    private static readonly float[] Extremes =
    [
        0f, -0f, 1f, -1f, float.Epsilon, -float.Epsilon, 1.17549435e-38f, float.MaxValue, -float.MaxValue, 1e20f, -1e20f, 1e-20f,
        88.8f, -104f, 0.5f, 1.5f, 2.5f, -2.5f, float.PositiveInfinity, float.NegativeInfinity, float.NaN,
    ];

    private readonly Random _random = new(seed);

    public float[] Floats(int length, float scale = 2f)
    {
        var values = new float[length];
        for (var i = 0; i < length; i++)
            values[i] = (float)(_random.NextDouble() * 2 - 1) * scale;
        return values;
    }

    /// <summary>Ordinary values with one extreme in four.</summary>
    public float[] FloatsWithExtremes(int length)
    {
        var values = Floats(length);
        for (var i = 0; i < length; i++)
        {
            if (_random.Next(4) == 0)
                values[i] = Extremes[_random.Next(Extremes.Length)];
        }

        return values;
    }

    public float[] Positive(int length, float scale)
    {
        var values = Floats(length, scale);
        for (var i = 0; i < length; i++)
            values[i] = Math.Abs(values[i]) + scale * 1e-3f;
        return values;
    }

    /// <summary>All of [low, 127], with runs of the largest magnitudes, where products would overflow 16 bits if they could.</summary>
    public sbyte[] Bytes(int length, int low)
    {
        var values = new sbyte[length];
        var kind = _random.Next(3);
        for (var i = 0; i < length; i++)
            values[i] = (sbyte)(kind == 0 ? low : kind == 1 ? (_random.Next(2) == 0 ? low : 127) : _random.Next(low, 128));
        return values;
    }

    /// <summary>Packed weights [rows, columns] with zero padding.</summary>
    public sbyte[] PackedS8(int rows, int columns)
    {
        var packed = new sbyte[PackedLayout.LengthS8(rows, columns)];
        PackedLayout.PackS8(Bytes(rows * columns, -128), rows, columns, packed);
        return packed;
    }

    /// <summary>Packed weights [rows, columns] with zero padding.</summary>
    public float[] PackedF32(int rows, int columns)
    {
        var packed = new float[PackedLayout.LengthF32(rows, columns)];
        PackedLayout.PackF32(Floats(rows * columns, 0.5f), rows, columns, packed);
        return packed;
    }
}
