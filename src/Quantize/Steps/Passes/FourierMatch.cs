using EdgeSeq.Runtime.Kernels;

namespace EdgeSeq.Quantize.Steps.Passes;

/// <summary>A matrix whose numbers are those of a windowed Fourier transform.</summary>
/// <param name="Samples">The transform's length.</param>
/// <param name="Bins">Those that the matrix has, from 0 on.</param>
/// <param name="Layout">Where real and imaginary parts stand.</param>
/// <param name="Window">What each sample is multiplied by.</param>
/// <param name="Conjugate">Imaginary parts have the other sign.</param>
internal sealed record FourierMatch(int Samples, int Bins, FourierLayout Layout, float[] Window, bool Conjugate)
{
    /// <summary>How far a number may be from the formula's, relative to the largest: tables are made in float32.</summary>
    private const double Tolerance = 2e-5;

    private static readonly FourierLayout[] WithReal = [FourierLayout.Pairs, FourierLayout.Halves, FourierLayout.Real];

    private static readonly bool[] Signs = [false, true];

    /// <summary>Samples to bins: the real part of bin 0 is the window.</summary>
    /// <param name="matrix">[rows, columns].</param>
    /// <param name="others">Transforms of the same samples: the window of a matrix of imaginary parts only is that of one of
    /// them.</param>
    public static FourierMatch? Forward(float[] matrix, int rows, int columns, IEnumerable<FourierMatch> others)
    {
        var found = WithReal.SelectMany(layout => Lengths(BinsOf(layout, rows), columns).SelectMany(samples => Signs.Select(sign =>
            new FourierMatch(samples, BinsOf(layout, rows), layout, matrix[..columns], sign))));
        var imaginary = others.SelectMany(other => Signs.Select(sign =>
            other with { Bins = rows, Layout = FourierLayout.Imaginary, Conjugate = sign }));
        return found.Concat(imaginary).FirstOrDefault(match => match.IsForward(matrix, rows, columns));
    }

    /// <summary>Bins to samples: a column of real parts of bin 0 is the window, divided by the length.</summary>
    /// <param name="matrix">[rows, columns].</param>
    public static FourierMatch? Inverse(float[] matrix, int rows, int columns)
    {
        if (columns != rows + 2 || !FourierPlan.TryCreate(rows, out _))
            return null;

        float[] window = [.. Enumerable.Range(0, rows).Select(n => matrix[n * columns] * rows)];
        return ((FourierLayout[])[FourierLayout.Pairs, FourierLayout.Halves])
            .Select(layout => new FourierMatch(rows, columns / 2, layout, window, Conjugate: false))
            .FirstOrDefault(match => match.IsInverse(matrix, rows, columns));
    }

    /// <summary>Whether the window changes anything.</summary>
    public bool IsPlain(int given) => Window.Length == given && Window.All(weight => Math.Abs(weight - 1) < Tolerance);

    private static int BinsOf(FourierLayout layout, int rows) =>
        layout == FourierLayout.Real ? rows : rows % 2 == 0 ? rows / 2 : 0;

    /// <summary>Lengths whose bins these may be: all of them, all but the last, or some.</summary>
    private static IEnumerable<int> Lengths(int bins, int given) => new[] { 2 * (bins - 1), 2 * bins, given + given % 2 }.Distinct()
        .Where(samples => bins > 1 && samples >= given && bins <= samples / 2 + 1 && FourierPlan.TryCreate(samples, out _));

    private bool IsForward(float[] matrix, int rows, int columns)
    {
        if (Window.Length != columns || Bins > Samples / 2 + 1)
            return false;

        var allowed = Window.Max(Math.Abs) * Tolerance;
        for (var row = 0; row < rows; row++)
        {
            var (bin, isReal) = Place(row, rows);
            for (var n = 0; n < columns; n++)
            {
                var (cos, sin) = Turn(n, bin);
                if (Math.Abs(matrix[row * columns + n] - Window[n] * (isReal ? cos : sin)) > allowed)
                    return false;
            }
        }

        return allowed > 0;
    }

    private bool IsInverse(float[] matrix, int rows, int columns)
    {
        var allowed = Window.Max(Math.Abs) * Tolerance;
        for (var column = 0; column < columns; column++)
        {
            var (bin, isReal) = Place(column, columns);
            var share = bin == 0 || bin == rows / 2 ? 1 : 2;
            for (var n = 0; n < rows; n++)
            {
                var (cos, sin) = Turn(n, bin);
                var expected = share * Window[n] * (isReal ? cos : share == 1 ? 0 : sin);
                if (Math.Abs(matrix[n * columns + column] * rows - expected) > share * allowed)
                    return false;
            }
        }

        return allowed > 0;
    }

    private (int Bin, bool IsReal) Place(int index, int count) => Layout switch
    {
        FourierLayout.Pairs => (index / 2, index % 2 == 0),
        FourierLayout.Halves => (index % (count / 2), index < count / 2),
        _ => (index, Layout == FourierLayout.Real),
    };

    private (double Cos, double Sin) Turn(int n, int bin)
    {
        var (sin, cos) = Math.SinCos(2 * Math.PI * ((long)n * bin % Samples) / Samples);
        return (cos, Conjugate ? sin : -sin);
    }
}
