using System.Diagnostics.CodeAnalysis;

namespace EdgeSeq.Runtime.Kernels;

/// <summary>
/// How a Fourier transform of an even number of real samples goes: as one of half as many complex points, in passes after Stockham whose
/// outputs stand in their natural order. Tables of sines and cosines, which the program brings along, serve all passes.
/// </summary>
/// <remarks>A buffer of points is the real parts, and from its middle on the imaginary ones.</remarks>
internal sealed class FourierPlan
{
    /// <summary>Longest transform.</summary>
    public const int MostSamples = 1 << 16;

    /// <summary>Lanes of the widest registers.</summary>
    internal const int Line = 16;

    private FourierPlan(int samples, List<FourierPass> passes, int tables)
    {
        Samples = samples;
        Passes = [.. passes];
        SplitTable = tables;
        TableLength = tables + 2 * Padded(Bins);
        var room = Padded(Bins);
        foreach (var pass in passes)
            room = Math.Max(room, pass.Room);
        BufferLength = 2 * room;
    }

    /// <summary>Real samples.</summary>
    public int Samples { get; }

    /// <summary>Complex points, half as many.</summary>
    public int Points => Samples / 2;

    /// <summary>Bins from 0 to half the rate.</summary>
    public int Bins => Points + 1;

    public FourierPass[] Passes { get; }

    /// <summary>Where the cosines and sines begin that make bins of real samples of the points' transform.</summary>
    public int SplitTable { get; }

    /// <summary>Elements of all tables.</summary>
    public int TableLength { get; }

    /// <summary>Elements of a buffer.</summary>
    public int BufferLength { get; }

    /// <summary>A plan for an even number of samples without prime factors other than 2, 3 and 5.</summary>
    public static bool TryCreate(int samples, [NotNullWhen(true)] out FourierPlan? plan)
    {
        plan = null;
        if (samples is < 4 or > MostSamples || samples % 2 != 0)
            return false;

        var passes = new List<FourierPass>();
        int left = samples / 2, stride = 1, tables = 0;
        foreach (var radix in (ReadOnlySpan<int>)[4, 2, 3, 5])
        {
            for (; left % radix == 0; left /= radix, stride *= radix)
            {
                passes.Add(new FourierPass(radix, stride, left / radix, tables));
                tables += passes[^1].TableLength;
            }
        }

        plan = left == 1 ? new FourierPlan(samples, passes, tables) : null;
        return plan is not null;
    }

    /// <param name="inverse">For spectra to samples: the cosines of the last table change their sign.</param>
    public float[] Tables(bool inverse)
    {
        var tables = new float[TableLength];
        foreach (var pass in Passes)
            pass.Fill(tables.AsSpan(pass.Table, pass.TableLength));

        var split = tables.AsSpan(SplitTable);
        for (var k = 0; k <= Points; k++)
        {
            var (cos, sin) = Turn(k, Samples);
            split[k] = inverse ? -cos : cos;
            split[Padded(Bins) + k] = sin;
        }

        return tables;
    }

    /// <summary>Whole lines of lanes.</summary>
    internal static int Padded(int length) => (length + Line - 1) & -Line;

    /// <summary>e^(-2πi·part/whole); a multiple of a quarter turn exactly.</summary>
    internal static (float Cos, float Sin) Turn(long part, int whole)
    {
        part %= whole;
        if (part * 4 % whole == 0)
            return (part * 4 / whole) switch { 0 => (1, 0), 1 => (0, -1), 2 => (-1, 0), _ => (0, 1) };

        var (sin, cos) = Math.SinCos(2 * Math.PI * part / whole);
        return ((float)cos, (float)-sin);
    }
}
