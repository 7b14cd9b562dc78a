using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgeSeq.Runtime.Kernels.X64;

/// <summary>How x64 multiplies signed bytes with a dot-product instruction that wants one of them unsigned.</summary>
/// <remarks>
/// Flipping a weight's top bit makes it unsigned and adds 128: Σ (w + 128)·x = Σ w·x + 128·Σ x. The second term does not depend on
/// the row, so -128·Σ x is where all sums start. Sums wrap around without saturating, so only the result need fit into 32 bits.
/// </remarks>
internal static unsafe class TopBits
{
    public static int Start(int sum) => -128 * sum;

    /// <summary>-128·Σ values, in 32 bits that wrap around as the sums do; the values stay as they are.</summary>
    public static int Prepare(sbyte* values, nint length)
    {
        var wide = Vector256<long>.Zero;
        nint i = 0;
        for (; i <= length - 32; i += 32)
        {
            wide += Avx2.SumAbsoluteDifferences((Vector256.Load(values + i) ^ Vector256.Create(sbyte.MinValue)).AsByte(),
                Vector256<byte>.Zero).AsInt64();
        }

        var sums = wide.GetLower() + wide.GetUpper();
        if (i < length)
        {
            sums += Sse2.SumAbsoluteDifferences((Vector128.Load(values + i) ^ Vector128.Create(sbyte.MinValue)).AsByte(),
                Vector128<byte>.Zero).AsInt64();
        }

        return (int)(128 * (128 * length - Vector128.Sum(sums)));
    }
}
