namespace EdgeSeq.Quantize.FrontEnds.Tables;

/// <summary>The compression of spectral energies.</summary>
/// <param name="Kind">none, ln, log10, db, or piecewise_ln: ln(y) above e and y/e below.</param>
internal sealed record LogSpec(string Kind)
{
    public static readonly LogSpec None = new("none");

    public double Mult { get; init; } = 1;

    /// <summary>Added before the logarithm.</summary>
    public double Offset { get; init; }

    /// <summary>The least that goes into the logarithm.</summary>
    public double? Floor { get; init; }

    /// <summary>db: what is 0 dB.</summary>
    public double Reference { get; init; } = 1;

    /// <summary>What stands for 0.</summary>
    public double? ZeroBecomes { get; init; }

    /// <summary>piecewise_ln.</summary>
    public double Gain { get; init; } = 1;

    /// <summary>Each is relative to the maximum of the recording.</summary>
    public double? TopDb { get; init; }

    public double? ClampBelowMax { get; init; }

    public string Apply(GraphScope g, string s)
    {
        Require();
        if (Kind == "piecewise_ln")
            return Piecewise(g, s);

        if (ZeroBecomes is double zero)
            s = g.Add("Where", [g.Add("Equal", [s, g.Number(0)]), g.Number(zero), s]);

        if (Kind == "none")
            return s;

        s = g.Plus(s, Offset);
        if (Floor is double floor)
            s = g.Add("Max", [s, g.Number(floor)]);

        var y = g.Times(g.Add("Log", [s]), Kind == "ln" ? Mult : Mult / Math.Log(10));
        return Kind == "db" ? g.Plus(y, -Mult * Math.Log10(Math.Max(Floor ?? 0, Reference))) : y;
    }

    private string Piecewise(GraphScope g, string s)
    {
        var y = g.Times(s, Gain);
        var log = g.Add("Log", [g.Add("Max", [y, g.Number(1)])]);
        return g.Add("Where", [g.Add("Greater", [y, g.Number(Math.E)]), log, g.Times(y, 1 / Math.E)]);
    }

    private void Require()
    {
        if (Kind is not ("none" or "ln" or "log10" or "db" or "piecewise_ln"))
            throw FrontEndErrors.Invalid($"there is no logarithm '{Kind}'", "none, ln, log10, db or piecewise_ln");

        if (TopDb is not null)
        {
            throw FrontEndErrors.NeedsRecording("top_db, which cuts relative to the recording's maximum,",
                "give top_db=none (null in JSON): the same without the cut");
        }

        if (ClampBelowMax is not null)
        {
            throw FrontEndErrors.NeedsRecording("clamp_below_max, which cuts relative to the recording's maximum,",
                "leave it out (null in JSON): whisper without the cut is the preset 'whisper'");
        }
    }
}
