using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Program;

/// <summary>SHA-256 (FIPS 180-4) in plain C#: the framework's own would load the system's OpenSSL, which costs a small device
/// several milliseconds and megabytes at start.</summary>
internal sealed class Sha256
{
    public const int HashBytes = 32;

    private const int BlockBytes = 64;
    private const int LengthBytes = 8;

    /// <summary>The first 32 bits of the fractional parts of the cube roots of the first 64 primes.</summary>
    private static readonly uint[] RoundConstants = FractionalRoots(64, cube: true);

    private readonly uint[] _hash = FractionalRoots(8, cube: false);
    private readonly uint[] _schedule = new uint[BlockBytes];
    private readonly byte[] _pending = new byte[BlockBytes];
    private int _pendingBytes;
    private ulong _totalBytes;

    public void Append(ReadOnlySpan<byte> data)
    {
        _totalBytes += (ulong)data.Length;
        if (_pendingBytes > 0)
        {
            var taken = Math.Min(data.Length, BlockBytes - _pendingBytes);
            data[..taken].CopyTo(_pending.AsSpan(_pendingBytes));
            _pendingBytes += taken;
            data = data[taken..];
            if (_pendingBytes < BlockBytes)
                return;
            Compress(_pending);
            _pendingBytes = 0;
        }

        while (data.Length >= BlockBytes)
        {
            Compress(data[..BlockBytes]);
            data = data[BlockBytes..];
        }

        data.CopyTo(_pending);
        _pendingBytes = data.Length;
    }

    /// <summary>The hash of everything appended. Ends the instance's use.</summary>
    public byte[] Finish()
    {
        var bits = _totalBytes * 8;
        Span<byte> padding = stackalloc byte[2 * BlockBytes];
        padding.Clear();
        padding[0] = 0x80;
        var zerosAndMark = BlockBytes - LengthBytes - _pendingBytes;
        if (zerosAndMark < 1)
            zerosAndMark += BlockBytes;
        BinaryPrimitives.WriteUInt64BigEndian(padding[zerosAndMark..], bits);
        Append(padding[..(zerosAndMark + LengthBytes)]);

        var result = new byte[HashBytes];
        for (var i = 0; i < _hash.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(result.AsSpan(4 * i), _hash[i]);
        return result;
    }

    private void Compress(ReadOnlySpan<byte> block)
    {
        var w = _schedule.AsSpan();
        for (var i = 0; i < 16; i++)
            w[i] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * i)..]);
        for (var i = 16; i < w.Length; i++)
            w[i] = SmallSigma1(w[i - 2]) + w[i - 7] + SmallSigma0(w[i - 15]) + w[i - 16];

        uint a = _hash[0], b = _hash[1], c = _hash[2], d = _hash[3], e = _hash[4], f = _hash[5], g = _hash[6], h = _hash[7];
        for (var i = 0; i < w.Length; i++)
            w[i] += RoundConstants[i];
        // Eight rounds at a time: each renames the eight variables instead of moving their values.
        for (; w.Length >= 8; w = w[8..])
        {
            Round(a, b, c, ref d, e, f, g, ref h, w[0]);
            Round(h, a, b, ref c, d, e, f, ref g, w[1]);
            Round(g, h, a, ref b, c, d, e, ref f, w[2]);
            Round(f, g, h, ref a, b, c, d, ref e, w[3]);
            Round(e, f, g, ref h, a, b, c, ref d, w[4]);
            Round(d, e, f, ref g, h, a, b, ref c, w[5]);
            Round(c, d, e, ref f, g, h, a, ref b, w[6]);
            Round(b, c, d, ref e, f, g, h, ref a, w[7]);
        }

        _hash[0] += a;
        _hash[1] += b;
        _hash[2] += c;
        _hash[3] += d;
        _hash[4] += e;
        _hash[5] += f;
        _hash[6] += g;
        _hash[7] += h;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(uint a, uint b, uint c, ref uint d, uint e, uint f, uint g, ref uint h, uint scheduled)
    {
        var t = h + BigSigma1(e) + (g ^ (e & (f ^ g))) + scheduled;
        d += t;
        h = t + BigSigma0(a) + ((a & b) | (c & (a | b)));
    }

    private static uint BigSigma0(uint x) =>
        BitOperations.RotateRight(x, 2) ^ BitOperations.RotateRight(x, 13) ^ BitOperations.RotateRight(x, 22);

    private static uint BigSigma1(uint x) =>
        BitOperations.RotateRight(x, 6) ^ BitOperations.RotateRight(x, 11) ^ BitOperations.RotateRight(x, 25);

    private static uint SmallSigma0(uint x) => BitOperations.RotateRight(x, 7) ^ BitOperations.RotateRight(x, 18) ^ (x >> 3);

    private static uint SmallSigma1(uint x) => BitOperations.RotateRight(x, 17) ^ BitOperations.RotateRight(x, 19) ^ (x >> 10);

    /// <summary>The first 32 fractional bits of the square or cube roots of the first primes, in whole numbers.</summary>
    private static uint[] FractionalRoots(int count, bool cube)
    {
        var roots = new uint[count];
        var prime = 1;
        for (var i = 0; i < count; i++)
        {
            do
                prime++;
            while (!IsPrime(prime));
            roots[i] = (uint)ScaledRoot((UInt128)prime, cube);
        }

        return roots;
    }

    /// <summary>floor(root(n) · 2^32) by bisection; the root is below 2^5.</summary>
    private static ulong ScaledRoot(UInt128 n, bool cube)
    {
        ulong low = 0;
        for (var bit = 1UL << 36; bit > 0; bit >>= 1)
        {
            var candidate = (UInt128)(low | bit);
            // Cubes of 37-bit numbers have 111 bits, n · 2^96 at most 105: no overflow.
            var fits = cube ? candidate * candidate * candidate <= n << 96 : candidate * candidate <= n << 64;
            if (fits)
                low |= bit;
        }

        return low;
    }

    private static bool IsPrime(int n)
    {
        for (var d = 2; d * d <= n; d++)
        {
            if (n % d == 0)
                return false;
        }

        return true;
    }
}
