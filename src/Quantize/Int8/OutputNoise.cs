namespace EdgeSeq.Quantize.Int8;

/// <summary>One output on noise.</summary>
/// <param name="Name">Of the output.</param>
/// <param name="SqnrDb">Decibels above the error; null where there is none.</param>
/// <param name="Agreement">Share of the same decisions; null where it decides nothing.</param>
public sealed record OutputNoise(string Name, double? SqnrDb, double? Agreement);
