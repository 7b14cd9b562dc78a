using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Tool.Bench;

/// <summary>The least that a step could cost: reading the program's weight bytes once, with the widest loads there are.</summary>
internal sealed unsafe class WeightFloor
{
    /// <summary>Gaps up to this are alignment: tensors that lie next to each other in the file are read in one go.</summary>
    private const int Alignment = 64;

    /// <summary>Where the weights lie. A model's bytes do not move while it lives; looking them up by name would be measured too.</summary>
    private readonly List<(nint Address, int Length)> _weights = [];

    public WeightFloor(Model model)
    {
        var tensors = model.Program.Values.Where(value => value.Place == ValuePlace.Constant).Select(value => value.Tensor!).Distinct();
        foreach (var (address, length) in tensors.Select(tensor => Locate(model.Tensor(tensor))).Order())
        {
            if (_weights.Count > 0 && address - (_weights[^1].Address + _weights[^1].Length) < Alignment)
                _weights[^1] = (_weights[^1].Address, (int)(address - _weights[^1].Address) + length);
            else
                _weights.Add((address, length));
        }
    }

    /// <summary>Reads every byte; the result only keeps the reads from being left out.</summary>
    public int Read()
    {
        var sum = 0;
        foreach (var (address, length) in _weights)
            sum ^= Read(new ReadOnlySpan<byte>((void*)address, length));
        return sum;
    }

    private static (nint Address, int Length) Locate(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* pointer = bytes)
            return ((nint)pointer, bytes.Length);
    }

    private static int Read(ReadOnlySpan<byte> bytes)
    {
        if (Vector512.IsHardwareAccelerated)
            return Read512(bytes);
        return Vector256.IsHardwareAccelerated ? Read256(bytes) : Read128(bytes);
    }

    // Compiled at full strength from the first call on: a floor read by code that is not optimised yet would flatter the steps.
    // Four independent sums, so that the loads and not the additions bound the loop. Bytes that do not fill four vectors are left
    // out: weights are stored in multiples of 64 bytes, so this is under 1 % where it matters.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Read512(ReadOnlySpan<byte> bytes)
    {
        Vector512<byte> a = default, b = default, c = default, d = default;
        for (; bytes.Length >= 256; bytes = bytes[256..])
        {
            a ^= Vector512.Create(bytes);
            b ^= Vector512.Create(bytes[64..]);
            c ^= Vector512.Create(bytes[128..]);
            d ^= Vector512.Create(bytes[192..]);
        }

        return Vector512.Sum((a ^ b ^ c ^ d).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Read256(ReadOnlySpan<byte> bytes)
    {
        Vector256<byte> a = default, b = default, c = default, d = default;
        for (; bytes.Length >= 128; bytes = bytes[128..])
        {
            a ^= Vector256.Create(bytes);
            b ^= Vector256.Create(bytes[32..]);
            c ^= Vector256.Create(bytes[64..]);
            d ^= Vector256.Create(bytes[96..]);
        }

        return Vector256.Sum((a ^ b ^ c ^ d).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Read128(ReadOnlySpan<byte> bytes)
    {
        Vector128<byte> a = default, b = default, c = default, d = default;
        for (; bytes.Length >= 64; bytes = bytes[64..])
        {
            a ^= Vector128.Create(bytes);
            b ^= Vector128.Create(bytes[16..]);
            c ^= Vector128.Create(bytes[32..]);
            d ^= Vector128.Create(bytes[48..]);
        }

        return Vector128.Sum((a ^ b ^ c ^ d).AsInt32());
    }
}
