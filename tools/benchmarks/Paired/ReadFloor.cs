using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EdgeSeq.Benchmarks.Paired;

/// <summary>Reads a block once with the widest loads of the machine: no step that uses every byte can be faster.</summary>
internal sealed unsafe class ReadFloor(AlignedBlock data)
{
    public const int Block = 512;

    private long _sink;

    public void Read() => _sink ^= Vector512.IsHardwareAccelerated ? Read512(data.Address, data.Length)
        : Vector256.IsHardwareAccelerated ? Read256(data.Address, data.Length)
        : Read128(data.Address, data.Length);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Read512(byte* data, nint length)
    {
        var a = Vector512<long>.Zero;
        var b = a;
        var c = a;
        var d = a;
        for (var end = data + length; data < end; data += Block)
        {
            a |= Vector512.Load((long*)data);
            b |= Vector512.Load((long*)(data + 64));
            c |= Vector512.Load((long*)(data + 128));
            d |= Vector512.Load((long*)(data + 192));
            a |= Vector512.Load((long*)(data + 256));
            b |= Vector512.Load((long*)(data + 320));
            c |= Vector512.Load((long*)(data + 384));
            d |= Vector512.Load((long*)(data + 448));
        }

        return (a | b | (c | d))[0];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Read256(byte* data, nint length)
    {
        var a = Vector256<long>.Zero;
        var b = a;
        var c = a;
        var d = a;
        for (var end = data + length; data < end; data += Block / 2)
        {
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

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Read128(byte* data, nint length)
    {
        var a = Vector128<long>.Zero;
        var b = a;
        var c = a;
        var d = a;
        for (var end = data + length; data < end; data += Block / 8)
        {
            a |= Vector128.Load((long*)data);
            b |= Vector128.Load((long*)(data + 16));
            c |= Vector128.Load((long*)(data + 32));
            d |= Vector128.Load((long*)(data + 48));
        }

        return (a | b | (c | d))[0];
    }
}
