namespace EdgeSeq.Runtime.Sessions;

/// <summary>Outcome of a model's self-test. Output, Step and Element name the first value whose bits differ.</summary>
public sealed record SelfTestResult(bool Passed, int Steps, string? Output = null, int? Step = null, int? Element = null);
