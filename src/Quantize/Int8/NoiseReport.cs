namespace EdgeSeq.Quantize.Int8;

/// <summary>How an int8 program stands beside the float program of the same model, on noise.</summary>
/// <param name="Steps">Steps compared, on all noises together.</param>
/// <param name="Outputs">One for each output, as it is on the noise that it is worst on.</param>
public sealed record NoiseReport(int Steps, IReadOnlyList<OutputNoise> Outputs)
{
    /// <summary>Below this an output is too far from the float program's to be trusted unseen.</summary>
    public const double LeastSqnrDb = 25, LeastAgreement = 0.95;

    /// <summary>Outputs that differ too much.</summary>
    public IEnumerable<OutputNoise> Poor =>
        Outputs.Where(output => output.SqnrDb < LeastSqnrDb || output.Agreement < LeastAgreement);
}
