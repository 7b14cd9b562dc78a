namespace EdgeSeq.Quantize.FrontEnds.Stages;

/// <summary>
/// Rational resampling by a polyphase filter: y[m] = Σ_i taps[m·down + ahead − i·up]·x[i]. Outputs come <c>up</c> at a time, once the
/// <c>down</c> inputs that they stand for, and those ahead, are there.
/// </summary>
/// <param name="Taps">Already times <c>up</c>.</param>
/// <param name="Ahead">0: causal (upfirdn); half the filter: centred (resample_poly), which waits for that many inputs.</param>
internal sealed record ResampleStage(int Up, int Down, double[] Taps, int Ahead) : FrontEndStage
{
    public override (int Span, int Hop) Reach => (Last - Math.Min(0, First) + 1, Down);

    /// <summary>First and last input of the first <c>up</c> outputs.</summary>
    private int First => (int)Math.Ceiling((Ahead - (Taps.Length - 1)) / (double)Up);

    private int Last => ((Up - 1) * Down + Ahead) / Up;

    public override Signal Build(GraphScope g, Signal x)
    {
        if (Up < 1 || Down < 1 || Taps.Length == 0)
            throw FrontEndErrors.Invalid($"a ratio of {Up}/{Down} with {Taps.Length} taps");

        int first = First, length = Last - first + 1;
        var frames = SampleFrames.Cut(g, x, length, Down, first, behind: Last + 1 - Down);
        var matrix = new double[length * Up];
        for (var m = 0; m < Up; m++)
        {
            for (var i = 0; i < length; i++)
            {
                var tap = m * Down + Ahead - (first + i) * Up;
                matrix[i * Up + m] = tap >= 0 && tap < Taps.Length ? Taps[tap] : 0;
            }
        }

        var y = g.Add("MatMul", [frames.Wire, g.Floats(matrix, "polyphase", length, Up)]);
        var delay = Ahead / (double)Up;
        g.Notes.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"resampled {Up}/{Down}: outputs come {Up} at a time, {delay:0.###} input samples "
            + $"behind their time"));
        if (frames.RowsAnElement > 1)
            y = g.Reshape(y, 1, -1, (long)frames.RowsAnElement * Up);

        return new Signal(y, [frames.RowsAnElement * Up], SignalKind.Samples, x.Hz * Up / Down);
    }
}
