namespace EdgeSeq.Quantize.Tests.Conformance;

/// <summary>How a case ended.</summary>
internal enum Outcome
{
    /// <summary>The step program gives the published outputs.</summary>
    Passed,

    /// <summary>The result depends on shapes and constants only: the converter evaluates it and no step computes it.</summary>
    Evaluated,

    /// <summary>The converter refuses the model and says why.</summary>
    Refused,

    /// <summary>The step program gives other values, for a stated reason.</summary>
    Intended,

    /// <summary>The step program gives other values, or the converter crashes.</summary>
    Wrong,
}

/// <param name="Reason">Why it did not pass; empty where it did.</param>
internal sealed record CaseResult(NodeCase Case, Outcome Outcome, string Reason);
