namespace EdgeSeq.Quantize.FrontEnds;

/// <summary>One link of a front end: a formula that continues a signal. Adding one is one file in <c>Stages</c>, and its name in
/// <c>Reading/FrontEndCatalog.cs</c>.</summary>
internal abstract record FrontEndStage
{
    /// <summary>Elements of the input until the first output is there, and from one output to the next: how much of it a check
    /// needs.</summary>
    public abstract (int Span, int Hop) Reach { get; }

    /// <summary>Adds the formula's nodes.</summary>
    /// <exception cref="Runtime.Errors.EdgeSeqException">ES0706: it does not fit the signal; ES0417: it needs the whole
    /// recording.</exception>
    public abstract Signal Build(GraphScope g, Signal x);
}
