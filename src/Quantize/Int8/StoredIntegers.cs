using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Int8;

/// <summary>
/// The integers of weights that the model brings with it: weight = integer · scale of its row. They keep their bytes in an int8 program
/// where they lie in [-127, 127]; int8 models may have -128, and unsigned ones with a zero point up to 255.
/// </summary>
internal static class StoredIntegers
{
    /// <summary>How far a quotient may be from a whole number: both factors were rounded to float32.</summary>
    private const double Tolerance = 1e-3;

    /// <summary>Whether int8 weights can be this integer.</summary>
    public static bool IsInt8(int integer) => Math.Abs(integer) <= RowQuantizer.Largest;

    /// <returns>The integers, row-major; null where the model has none with one scale a row.</returns>
    public static int[]? Of(StepValue weights)
    {
        if (weights.RowScales is not float[] scales)
            return null;

        var values = weights.Floats;
        var integers = new int[values.Length];
        var columns = values.Length / scales.Length;
        for (var i = 0; i < values.Length; i++)
        {
            double scale = scales[i / columns], integer = scale > 0 ? Math.Round(values[i] / scale) : 0;
            if (Math.Abs(values[i] - integer * scale) > Tolerance * scale)
                return null;

            integers[i] = (int)integer;
        }

        return integers;
    }
}
