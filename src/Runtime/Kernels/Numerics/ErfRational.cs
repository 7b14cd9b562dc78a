namespace EdgeSeq.Runtime.Kernels.Numerics;

/// <summary>The error function by degree 11 over 10, absolute error 2.9e-7.</summary>
internal readonly struct ErfRational : IOddRational
{
    /// <summary>Beyond it the function is 1 to the last bit but one.</summary>
    public const float Highest = 3.9f;

    public const float P5 = 2.0503859271e-6f;
    public const float P4 = 0.00028745737662f;
    public const float P3 = 0.0038368823806f;
    public const float P2 = 0.052966937705f;
    public const float P1 = 0.19194115861f;
    public const float P0 = 1.1283790324f;
    public const float Q5 = 3.8230734081e-5f;
    public const float Q4 = 0.0011817359182f;
    public const float Q3 = 0.015109216879f;
    public const float Q2 = 0.11475826289f;
    public const float Q1 = 0.50343520099f;
    public const float Q0 = 1f;

    public static float Bound => Highest;

    public static ReadOnlySpan<float> Coefficients => [P5, P4, P3, P2, P1, P0, Q5, Q4, Q3, Q2, Q1, Q0];
}
