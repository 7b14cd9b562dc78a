using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EdgeSeq.Runtime.Kernels.X64.MachineCode;

namespace EdgeSeq.Tool.Bench;

/// <summary>Reads memory once, as one stream, with the widest loads of the machine: no step that uses every byte can be faster. Whether
/// fetching ahead helps depends on the cache that the bytes lie in and on the processor, so there are both ways and the faster one is the
/// floor.</summary>
/// <remarks>Compiled at full strength from the first call on: a floor read by code that is not optimised yet would flatter the
/// steps.</remarks>
internal static unsafe class WideReads
{
    /// <summary>Bytes of a turn of the loops; a shorter rest is left out.</summary>
    public const int Turn = 512;

    private const int Line = 64;

    /// <summary>How far ahead. Measured on Zen 5 at 8 MiB: 0.8 of the time without.</summary>
    private const int Ahead = 1024;

    // A native binary for AVX2 has no loads of 512 bits, its kernels do: the floor is the same in all binaries.
    private static readonly delegate* unmanaged[SuppressGCTransition]<byte*, byte*, void> Plain = Write(fetchAhead: false);
    private static readonly delegate* unmanaged[SuppressGCTransition]<byte*, byte*, void> FetchedAhead = Write(fetchAhead: true);

    /// <summary>Whether the second way is another one here.</summary>
    public static bool CanFetchAhead => Sse.IsSupported;

    /// <returns>Only keeps the reads from being left out.</returns>
    public static long Read(byte* data, nint length, bool fetchAhead)
    {
        var end = data + (length & -Turn);
        if (data == end)
            return 0;
        if (Plain != null)
        {
            (fetchAhead ? FetchedAhead : Plain)(data, end);
            return 0;
        }

        return fetchAhead ? Read(data, end, Ahead) : Read(data, end, 0);
    }

    private static delegate* unmanaged[SuppressGCTransition]<byte*, byte*, void> Write(bool fetchAhead)
    {
        const Register Data = Register.Rdi;
        const Register End = Register.Rsi;
        const int Sums = 4;
        if (!Avx512VnniCode.IsSupported)
            return null;
        var code = new Assembler();
        var turn = code.Here;
        for (var line = 0; line < Turn / Line; line++)
        {
            if (fetchAhead)
                code.Fetch(new Place(Data, Ahead + line * Line));
            code.Xor(new Zmm(line % Sums), new Zmm(line % Sums), new Place(Data, line * Line));
        }

        code.Add(Data, Turn);
        code.Compare(Data, End);
        code.JumpIfBelow(turn);
        code.Return();
        return (delegate* unmanaged[SuppressGCTransition]<byte*, byte*, void>)ExecutableMemory.Load(code.ToArray());
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static long Read(byte* data, byte* end, int ahead)
    {
        Vector256<long> a = default, b = default, c = default, d = default;
        for (; data < end; data += Line * 4)
        {
            if (ahead != 0 && Sse.IsSupported)
            {
                Sse.Prefetch0(data + ahead);
                Sse.Prefetch0(data + ahead + Line);
                Sse.Prefetch0(data + ahead + 2 * Line);
                Sse.Prefetch0(data + ahead + 3 * Line);
            }

            a |= Vector256.Load((long*)data);
            b |= Vector256.Load((long*)(data + 32));
            c |= Vector256.Load((long*)(data + 64));
            d |= Vector256.Load((long*)(data + 96));
            a |= Vector256.Load((long*)(data + 128));
            b |= Vector256.Load((long*)(data + 160));
            c |= Vector256.Load((long*)(data + 192));
            d |= Vector256.Load((long*)(data + 224));
        }

        return (a | b | (c | d))[0];
    }
}
