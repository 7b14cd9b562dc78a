namespace EdgeSeq.Quantize.FrontEnds.Tables;

/// <summary>The settings of TensorFlow Lite Micro's audio front end, by the names that its C code has.</summary>
internal sealed record MicrofrontendSpec
{
    public int SampleRate { get; init; } = 16000;

    public int WindowMs { get; init; } = 30;

    public int StepMs { get; init; } = 10;

    public int Channels { get; init; } = 40;

    public double LowerHz { get; init; } = 125;

    public double UpperHz { get; init; } = 7500;

    public int SmoothingBits { get; init; } = 10;

    public double EvenSmoothing { get; init; } = 0.025;

    public double OddSmoothing { get; init; } = 0.06;

    public double MinSignalRemaining { get; init; } = 0.05;

    public bool Pcan { get; init; } = true;

    public double PcanStrength { get; init; } = 0.95;

    public double PcanOffset { get; init; } = 80;

    public int GainBits { get; init; } = 21;

    public bool Log { get; init; } = true;

    public int ScaleShift { get; init; } = 6;

    /// <summary>What the 16-bit features are multiplied by.</summary>
    public double OutputScale { get; init; } = 1;

    /// <summary>Window entries that a build of the C code rounds the other way.</summary>
    public IReadOnlyDictionary<int, int> WindowOverrides { get; init; } = new Dictionary<int, int>();

    /// <summary>Band, bin, weight and unweight that a build rounds the other way.</summary>
    public IReadOnlyList<int[]> WeightOverrides { get; init; } = [];
}
