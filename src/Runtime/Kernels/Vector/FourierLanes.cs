using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>The passes of a Fourier transform, lanes along the points of a part.</summary>
internal static unsafe class FourierLanes<TLanes>
    where TLanes : struct, IWideLanes<TLanes>
{
    /// <param name="apart">From real to imaginary parts.</param>
    public static void RadixFour(FourierPass pass, float* turns, float* from, nint apart, float* to)
    {
        nint points = pass.Points, padded = pass.Padded, run = pass.Run;
        for (nint block = 0; block < pass.Runs; block++)
        {
            for (nint q = 0; q < run; q += TLanes.Count)
            {
                var re = from + block * run + q;
                var im = re + apart;
                TLanes ar = TLanes.Load(re), cr = TLanes.Load(re + 2 * points), ai = TLanes.Load(im), ci = TLanes.Load(im + 2 * points);
                TLanes br = TLanes.Load(re + points), dr = TLanes.Load(re + 3 * points);
                TLanes bi = TLanes.Load(im + points), di = TLanes.Load(im + 3 * points);
                TLanes sr = ar + cr, si = ai + ci, tr = br + dr, ti = bi + di;
                var y = to + 4 * block * run + q;
                TLanes.Store(sr + tr, y);
                TLanes.Store(si + ti, y + apart);
                TLanes ur = ar - cr, ui = ai - ci, vr = br - dr, vi = bi - di;
                var w = turns == null ? null : turns + block * run + q;
                Put(ur + vi, ui - vr, w, 0, padded, y + run, apart);
                Put(sr - tr, si - ti, w, 1, padded, y + 2 * run, apart);
                Put(ur - vi, ui + vr, w, 2, padded, y + 3 * run, apart);
            }
        }
    }

    public static void AnyRadix(FourierPass pass, float* roots, float* turns, float* from, nint apart, float* to)
    {
        nint points = pass.Points, padded = pass.Padded, run = pass.Run, radix = pass.Radix;
        for (nint block = 0; block < pass.Runs; block++)
        {
            for (nint q = 0; q < run; q += TLanes.Count)
            {
                var w = turns == null ? null : turns + block * run + q;
                for (nint k = 0; k < radix; k++)
                {
                    var part = from + block * run + q;
                    TLanes re = TLanes.Load(part), im = TLanes.Load(part + apart);
                    for (nint j = 1, root = k; j < radix; j++, root = root + k >= radix ? root + k - radix : root + k)
                    {
                        part += points;
                        TLanes x = TLanes.Load(part), y = TLanes.Load(part + apart);
                        TLanes cos = TLanes.Create(roots[root]), sin = TLanes.Create(roots[radix + root]);
                        re = TLanes.Fma(TLanes.Negate(y), sin, TLanes.Fma(x, cos, re));
                        im = TLanes.Fma(x, sin, TLanes.Fma(y, cos, im));
                    }

                    Put(re, im, k == 0 ? null : w, k - 1, padded, to + (radix * block + k) * run + q, apart);
                }
            }
        }
    }

    public static void Split(float* tables, float half, float* points, float* mirror, nint apart, float* re, float* im, nint length)
    {
        var factor = TLanes.Create(half);
        for (nint k = 0; k < length; k += TLanes.Count)
        {
            TLanes zr = TLanes.Load(points + k), rr = TLanes.Load(mirror + k);
            TLanes zi = TLanes.Load(points + apart + k), ri = TLanes.Load(mirror + apart + k);
            TLanes c = TLanes.Load(tables + k), s = TLanes.Load(tables + length + k);
            TLanes dr = (zr - rr) * factor, di = (zi + ri) * factor;
            TLanes.Store(TLanes.Fma(c, di, TLanes.Fma(s, dr, (zr + rr) * factor)), re + k);
            TLanes.Store(TLanes.Fma(s, di, TLanes.Fma(TLanes.Negate(dr), c, (zi - ri) * factor)), im + k);
        }
    }

    /// <summary>Turns and stores lanes of a part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(TLanes re, TLanes im, float* turns, nint part, nint padded, float* to, nint apart)
    {
        if (turns != null)
        {
            turns += 2 * part * padded;
            TLanes cos = TLanes.Load(turns), sin = TLanes.Load(turns + padded);
            (re, im) = (TLanes.Fma(re, cos, TLanes.Negate(im * sin)), TLanes.Fma(re, sin, im * cos));
        }

        TLanes.Store(re, to);
        TLanes.Store(im, to + apart);
    }
}
