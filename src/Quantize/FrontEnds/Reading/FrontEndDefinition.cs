namespace EdgeSeq.Quantize.FrontEnds.Reading;

/// <summary>A front end by name.</summary>
/// <param name="Name">What users type.</param>
/// <param name="Places">Values that may come without a name.</param>
/// <param name="Call">The library's call that it stands for, or the formula.</param>
/// <param name="Create">Makes its stages from what the user set.</param>
internal sealed record FrontEndDefinition(string Name, int Places, string Call, Func<CallText, CallContext,
    IEnumerable<FrontEndStage>> Create);
