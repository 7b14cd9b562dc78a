using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgeSeq.Runtime.Kernels.X64;

/// <summary>How x64 multiplies two signed bytes exactly with an instruction that wants one of them unsigned.</summary>
/// <remarks>
/// With s = 0xFF where x is negative and 0 elsewhere, x·w = |x|·(w xor s) + (|x| where x is negative), because w xor 0xFF = -w - 1.
/// The second term does not depend on the row: its sum over the vector is where all sums start. The 16-bit sum of two
/// products is at most 2·127·128 in magnitude, so it cannot saturate, as it could with x moved to an unsigned range.
/// </remarks>
internal static unsafe class SignSplit
{
    /// <summary>Replaces values by magnitudes, fills the signs and returns the sum of the negative values' magnitudes.</summary>
    public static int Prepare(sbyte* values, sbyte* signs, nint length)
    {
        var sum = Vector128<int>.Zero;
        for (nint i = 0; i < length; i += 16)
        {
            var value = Vector128.Load(values + i);
            var sign = Vector128.LessThan(value, Vector128<sbyte>.Zero);
            var magnitude = (value ^ sign) - sign;
            magnitude.Store(values + i);
            sign.Store(signs + i);
            sum += Sse2.SumAbsoluteDifferences((magnitude & sign).AsByte(), Vector128<byte>.Zero).AsInt32();
        }

        return Vector128.Sum(sum);
    }
}
