namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Of what the zeros are made that a state begins with.</summary>
public enum ZerosForm
{
    Expanded,
    InputTimesZero,
    InputLessItself,
}
