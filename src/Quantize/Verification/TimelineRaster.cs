namespace EdgeSeq.Quantize.Verification;

/// <summary>Lays values along the columns of a <see cref="Timeline"/>.</summary>
/// <param name="steps">Of the whole width.</param>
internal sealed class TimelineRaster(int steps)
{
    /// <summary>A picture has at most so many rows; more values share them.</summary>
    private const int MaxRows = 128;

    /// <summary>Positive values that reach so far above their middle are shown by their logarithms.</summary>
    private const double LogarithmicRange = 50;

    /// <summary>Values in a row, the first of them at a step.</summary>
    /// <param name="perStep">How many come a step.</param>
    public TimelineCurve Samples(string name, IEnumerable<float> values, double first, double perStep)
    {
        var curve = Empty(name);
        var at = 0;
        foreach (var value in values)
            Add(curve, first + at++ / perStep, value);

        return curve;
    }

    /// <summary>Values that hold until the next one comes.</summary>
    public TimelineCurve Held(string name, IReadOnlyList<float> values, double first, double interval)
    {
        var curve = Empty(name);
        for (var column = 0; column < Timeline.Columns; column++)
        {
            var at = (int)Math.Floor(((column + 1.0) * steps / Timeline.Columns - first) / interval);
            if (values.Count > 0 && at >= 0)
                curve.Least[column] = curve.Largest[column] = values[Math.Min(at, values.Count - 1)];
        }

        for (var i = 0; i < values.Count; i++)
            Add(curve, first + i * interval, values[i]);

        return curve;
    }

    /// <summary>Elements of many values, each as a column that holds until the next one comes.</summary>
    public TimelinePicture Picture(string name, IReadOnlyList<float[]> elements, double first, double interval)
    {
        var size = elements.Count > 0 ? elements[0].Length : 0;
        var (from, to, isLogarithmic) = Range(elements);
        var rows = Enumerable.Range(0, Math.Min(size, MaxRows)).Select(_ => new byte[Timeline.Columns]).ToArray();
        for (var column = 0; column < Timeline.Columns && elements.Count > 0; column++)
        {
            var at = (int)Math.Floor(((column + 1.0) * steps / Timeline.Columns - first) / interval);
            if (at < 0 || at >= elements.Count)
                continue;

            for (var row = 0; row < rows.Length; row++)
            {
                int begin = row * size / rows.Length, end = Math.Max(begin + 1, (row + 1) * size / rows.Length);
                var value = elements[at].AsSpan(begin, end - begin).ToArray().Average(each => Level(each, isLogarithmic));
                rows[row][column] = (byte)Math.Clamp(255 * (value - from) / (to - from), 0, 255);
            }
        }

        return new TimelinePicture(name, size, rows, from, to, isLogarithmic);
    }

    private void Add(TimelineCurve curve, double step, float value)
    {
        var column = (int)(step / steps * Timeline.Columns);
        if (column is < 0 or >= Timeline.Columns || !float.IsFinite(value))
            return;

        curve.Least[column] = float.IsNaN(curve.Least[column]) ? value : Math.Min(curve.Least[column], value);
        curve.Largest[column] = float.IsNaN(curve.Largest[column]) ? value : Math.Max(curve.Largest[column], value);
    }

    private static TimelineCurve Empty(string name)
    {
        var curve = new TimelineCurve(name, new float[Timeline.Columns], new float[Timeline.Columns]);
        Array.Fill(curve.Least, float.NaN);
        Array.Fill(curve.Largest, float.NaN);
        return curve;
    }

    /// <summary>Without the hundredth part at either end, which would take the contrast of the rest.</summary>
    private static (double From, double To, bool IsLogarithmic) Range(IReadOnlyList<float[]> elements)
    {
        float[] sorted = [.. elements.SelectMany(element => element).Where(float.IsFinite).Order()];
        if (sorted.Length == 0)
            return (0, 1, false);

        var isLogarithmic = sorted[0] >= 0 && sorted[sorted.Length * 99 / 100] > LogarithmicRange * sorted[sorted.Length / 2];
        double from = Level(sorted[sorted.Length / 100], isLogarithmic), to = Level(sorted[sorted.Length * 99 / 100], isLogarithmic);
        return (from, to > from ? to : from + 1, isLogarithmic);
    }

    private static double Level(float value, bool isLogarithmic) => isLogarithmic ? Math.Log10(Math.Max(value, 1e-12)) : value;
}
