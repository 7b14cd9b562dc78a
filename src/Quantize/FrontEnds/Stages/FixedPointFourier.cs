using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.FrontEnds.Stages;

/// <summary>
/// The 16-bit Fourier transform of real numbers that kissfft computes (radix 4, then 2; halved at each stage), to the bit: [1, F, size] to
/// the real and imaginary parts of size/2 + 1 bins.
/// </summary>
internal static class FixedPointFourier
{
    private const int One = 32767;

    public static (string Re, string Im) Forward(GraphScope g, string x, int size)
    {
        var half = size / 2;
        var (order, radices) = Order(half);
        var pairs = g.Reshape(x, 1, -1, half, 2);
        var re = Taken(g, pairs, 0, order, half);
        var im = Taken(g, pairs, 1, order, half);
        var length = 1;
        foreach (var radix in Enumerable.Reverse(radices))
        {
            (re, im) = Stage(g, re, im, radix, length, half);
            length *= radix;
        }

        return Unpacked(g, g.Reshape(re, 1, -1, half), g.Reshape(im, 1, -1, half), half);
    }

    private static string Taken(GraphScope g, string pairs, int part, long[] order, int half) =>
        g.Add("Gather", [g.Reshape(g.Slice(pairs, 3, part, part + 1), 1, -1, half),
            g.Constant(OnnxTensor.FromInts(order, order.Length), "order")], ("axis", 2L));

    /// <summary>Where the elements stand before the first stage, and the radices from the whole down.</summary>
    private static (long[] Order, List<int> Radices) Order(int length)
    {
        var radices = new List<int>();
        for (var rest = length; rest > 1; rest /= radices[^1])
            radices.Add(rest % 4 == 0 ? 4 : 2);

        var result = new List<long>();
        Visit(0, 0);
        return ([.. result], radices);

        void Visit(int level, long start)
        {
            if (level == radices.Count)
            {
                result.Add(start);
                return;
            }

            var step = radices.Take(level).Aggregate(1L, (product, radix) => product * radix);
            for (var q = 0; q < radices[level]; q++)
                Visit(level + 1, start + q * step);
        }
    }

    /// <summary>Transforms of <paramref name="length"/> elements become ones of radix times as many.</summary>
    private static (string Re, string Im) Stage(GraphScope g, string re, string im, int radix, int length, int half)
    {
        var blocks = half / (radix * length);
        string Halved(string x) => WholeNumbers.Round15(g, g.Times(g.Reshape(x, 1, -1, blocks, radix, length), g.Whole(One / radix)));
        var (r, i) = (Halved(re), Halved(im));
        long[] turns = [.. Enumerable.Range(0, radix * length).Select(at => (long)(at / length) * (at % length) * blocks)];
        var cos = Twiddle(g, turns, half, Math.Cos, radix, length);
        var sin = Twiddle(g, turns, half, Math.Sin, radix, length);

        // The first of each has the factor 1, by which the C code does not multiply: its rounding would change it.
        var (tr, ti) = Product(g, r, i, cos, sin);
        string[] a = Parts(g, r, tr, radix), b = Parts(g, i, ti, radix);
        var (outR, outI) = radix == 2 ? Two(g, a, b) : Four(g, a, b);
        return (WholeNumbers.Wrap16(g, g.Concat(3, outR)), WholeNumbers.Wrap16(g, g.Concat(3, outI)));
    }

    private static string Twiddle(GraphScope g, long[] turns, int period, Func<double, double> part, int radix, int length) =>
        g.Constant(OnnxTensor.FromInts([.. turns.Select(turn => Fixed(part(-2 * Math.PI * turn / period)))], radix, length), "twiddles");

    private static long Fixed(double x) => (long)Math.Floor(0.5 + One * x);

    private static (string Re, string Im) Product(GraphScope g, string ar, string ai, string br, string bi) =>
        (WholeNumbers.Round15(g, g.Minus(g.Times(ar, br), g.Times(ai, bi))),
        WholeNumbers.Round15(g, g.Plus(g.Times(ar, bi), g.Times(ai, br))));

    private static string[] Parts(GraphScope g, string plain, string turned, int radix) =>
        [.. Enumerable.Range(0, radix).Select(q => g.Slice(q == 0 ? plain : turned, 3, q, q + 1))];

    private static (string[] Re, string[] Im) Two(GraphScope g, string[] r, string[] i) =>
        ([g.Plus(r[0], r[1]), g.Minus(r[0], r[1])], [g.Plus(i[0], i[1]), g.Minus(i[0], i[1])]);

    private static (string[] Re, string[] Im) Four(GraphScope g, string[] r, string[] i)
    {
        string evenR = g.Plus(r[0], r[2]), evenI = g.Plus(i[0], i[2]), oddR = g.Plus(r[1], r[3]), oddI = g.Plus(i[1], i[3]);
        string acrossR = g.Minus(r[0], r[2]), acrossI = g.Minus(i[0], i[2]), turnR = g.Minus(r[1], r[3]), turnI = g.Minus(i[1], i[3]);
        return ([g.Plus(evenR, oddR), g.Plus(acrossR, turnI), g.Minus(evenR, oddR), g.Minus(acrossR, turnI)],
            [g.Plus(evenI, oddI), g.Minus(acrossI, turnR), g.Minus(evenI, oddI), g.Plus(acrossI, turnR)]);
    }

    /// <summary>The transform of n complex numbers as that of 2n real ones.</summary>
    private static (string Re, string Im) Unpacked(GraphScope g, string re, string im, int n)
    {
        string HalfOf(string x) => WholeNumbers.Round15(g, g.Times(x, g.Whole(One / 2)));
        var (r, i) = (HalfOf(re), HalfOf(im));

        // Bins k = 1 .. n/2, and their mirrors n - k.
        var middle = n / 2;
        long[] mirrored = [.. Enumerable.Range(1, middle).Select(k => (long)n - k)];
        string Forwards(string x) => g.Slice(x, 2, 1, middle + 1);
        string Backwards(string x) => g.Add("Gather", [x, g.Constant(OnnxTensor.FromInts(mirrored, middle), "mirrored")], ("axis", 2L));
        string ar = Forwards(r), ai = Forwards(i), br = Backwards(r), bi = HalfOf(WholeNumbers.Wrap16(g, g.Add("Neg", [Backwards(im)])));
        string f1r = WholeNumbers.Wrap16(g, g.Plus(ar, br)), f1i = WholeNumbers.Wrap16(g, g.Plus(ai, bi));
        string f2r = WholeNumbers.Wrap16(g, g.Minus(ar, br)), f2i = WholeNumbers.Wrap16(g, g.Minus(ai, bi));
        double[] phases = [.. Enumerable.Range(1, middle).Select(k => -Math.PI * ((double)k / n + 0.5))];
        var (tr, ti) = Product(g, f2r, f2i, Super(g, phases, Math.Cos), Super(g, phases, Math.Sin));

        string lowR = WholeNumbers.Shift(g, g.Plus(f1r, tr), 1), lowI = WholeNumbers.Shift(g, g.Plus(f1i, ti), 1);
        string highR = WholeNumbers.Shift(g, g.Minus(f1r, tr), 1), highI = WholeNumbers.Shift(g, g.Minus(ti, f1i), 1);
        string r0 = g.Slice(r, 2, 0, 1), i0 = g.Slice(i, 2, 0, 1), zero = g.Minus(r0, r0);
        return (Joined(g, WholeNumbers.Wrap16(g, g.Plus(r0, i0)), lowR, highR, WholeNumbers.Wrap16(g, g.Minus(r0, i0)), middle),
            Joined(g, zero, lowI, highI, zero, middle));
    }

    private static string Super(GraphScope g, double[] phases, Func<double, double> part) =>
        g.Constant(OnnxTensor.FromInts([.. phases.Select(phase => Fixed(part(phase)))], phases.Length), "super");

    /// <summary>Bins 0, 1 .. n/2, n/2+1 .. n-1, n. Bin n/2 is written twice by the C code, the mirror last.</summary>
    private static string Joined(GraphScope g, string first, string low, string high, string last, int middle)
    {
        long[] back = [.. Enumerable.Range(0, middle).Select(k => (long)middle - 1 - k)];
        var upper = g.Add("Gather", [high, g.Constant(OnnxTensor.FromInts(back, middle), "back")], ("axis", 2L));
        return middle == 1 ? g.Concat(2, first, upper, last)
            : g.Concat(2, first, g.Slice(low, 2, 0, middle - 1), upper, last);
    }
}
