using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using EdgeSeq.Runtime.Kernels.X64.MachineCode;

namespace EdgeSeq.Benchmarks.Paired;

/// <summary>As many multiplications as a product has, with the widest instruction of this machine and on registers alone: no product of a
/// matrix with many vectors can be faster.</summary>
internal static unsafe class MultiplierFloor
{
    /// <summary>Independent sums, more than any processor starts before the first is done.</summary>
    private const int Sums = 12;

    private const string Name = "multipliers";

    private static readonly delegate* unmanaged[SuppressGCTransition]<nint, void> ByteProducts = WriteByteProducts();

    private interface IMultiply<T>
    {
        static abstract T Add(T sum, T a);
    }

    /// <param name="products">Of two bytes. Without an instruction that adds four of them, x64 takes two multiplications for 32.</param>
    public static Subject S8(long products)
    {
        if (ByteProducts != null)
        {
            var turns = Turns(products, Vector512<sbyte>.Count);
            return new Subject(Name, () => ByteProducts(turns));
        }

        return AvxVnni.IsSupported ? Of<Vector256<int>, Bytes256>(products, Vector256<sbyte>.Count)
            : Avx2.IsSupported ? Of<Vector256<int>, Pairs256>(products, Vector256<sbyte>.Count / 2)
            : Dp.IsSupported ? Of<Vector128<int>, Bytes128>(products, Vector128<sbyte>.Count)
            : Of<Vector128<int>, Widening128>(products, Vector128<sbyte>.Count / 2);
    }

    /// <param name="products">Of two float32 numbers.</param>
    public static Subject F32(long products) =>
        Vector512.IsHardwareAccelerated ? Of<Vector512<float>, Floats512>(products, Vector512<float>.Count)
        : Vector256.IsHardwareAccelerated ? Of<Vector256<float>, Floats256>(products, Vector256<float>.Count)
        : Of<Vector128<float>, Floats128>(products, Vector128<float>.Count);

    private static nint Turns(long products, int each) => (nint)(products / (Sums * each));

    private static Subject Of<T, TMultiply>(long products, int each)
        where T : struct
        where TMultiply : struct, IMultiply<T>
    {
        var turns = Turns(products, each);
        return new Subject(Name, () => Run<T, TMultiply>(turns));
    }

    private static delegate* unmanaged[SuppressGCTransition]<nint, void> WriteByteProducts()
    {
        if (!Avx512VnniCode.IsSupported)
            return null;
        var code = new Assembler();
        var turn = code.Here;
        for (var sum = 0; sum < Sums; sum++)
            code.AddByteProducts(new Zmm(sum), new Zmm(30), new Zmm(31));
        code.Subtract(Register.Rdi, 1);
        code.JumpIfPositive(turn);
        code.Return();
        return (delegate* unmanaged[SuppressGCTransition]<nint, void>)ExecutableMemory.Load(code.ToArray());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static T Run<T, TMultiply>(nint turns)
        where T : struct
        where TMultiply : struct, IMultiply<T>
    {
        T a = default, s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default,
            s8 = default, s9 = default, s10 = default, s11 = default;
        for (; turns > 0; turns--)
        {
            s0 = TMultiply.Add(s0, a);
            s1 = TMultiply.Add(s1, a);
            s2 = TMultiply.Add(s2, a);
            s3 = TMultiply.Add(s3, a);
            s4 = TMultiply.Add(s4, a);
            s5 = TMultiply.Add(s5, a);
            s6 = TMultiply.Add(s6, a);
            s7 = TMultiply.Add(s7, a);
            s8 = TMultiply.Add(s8, a);
            s9 = TMultiply.Add(s9, a);
            s10 = TMultiply.Add(s10, a);
            s11 = TMultiply.Add(s11, a);
        }

        s0 = TMultiply.Add(TMultiply.Add(TMultiply.Add(s0, s1), s2), s3);
        s4 = TMultiply.Add(TMultiply.Add(TMultiply.Add(s4, s5), s6), s7);
        s8 = TMultiply.Add(TMultiply.Add(TMultiply.Add(s8, s9), s10), s11);
        return TMultiply.Add(TMultiply.Add(s0, s4), s8);
    }

    private readonly struct Floats512 : IMultiply<Vector512<float>>
    {
        public static Vector512<float> Add(Vector512<float> sum, Vector512<float> a) => Vector512.FusedMultiplyAdd(a, a, sum);
    }

    private readonly struct Floats256 : IMultiply<Vector256<float>>
    {
        public static Vector256<float> Add(Vector256<float> sum, Vector256<float> a) => Vector256.FusedMultiplyAdd(a, a, sum);
    }

    private readonly struct Floats128 : IMultiply<Vector128<float>>
    {
        public static Vector128<float> Add(Vector128<float> sum, Vector128<float> a) => Vector128.FusedMultiplyAdd(a, a, sum);
    }

    private readonly struct Bytes256 : IMultiply<Vector256<int>>
    {
        public static Vector256<int> Add(Vector256<int> sum, Vector256<int> a) =>
            AvxVnni.MultiplyWideningAndAdd(sum, a.AsByte(), a.AsSByte());
    }

    private readonly struct Pairs256 : IMultiply<Vector256<int>>
    {
        public static Vector256<int> Add(Vector256<int> sum, Vector256<int> a) => Avx2.MultiplyAddAdjacent(sum.AsInt16(), a.AsInt16());
    }

    private readonly struct Bytes128 : IMultiply<Vector128<int>>
    {
        public static Vector128<int> Add(Vector128<int> sum, Vector128<int> a) => Dp.DotProduct(sum, a.AsSByte(), a.AsSByte());
    }

    private readonly struct Widening128 : IMultiply<Vector128<int>>
    {
        public static Vector128<int> Add(Vector128<int> sum, Vector128<int> a) =>
            AdvSimd.MultiplyWideningLowerAndAdd(sum.AsInt16(), a.GetLower().AsSByte(), a.GetLower().AsSByte()).AsInt32();
    }
}
