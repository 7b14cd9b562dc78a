using NWaves.FeatureExtractors;
using NWaves.FeatureExtractors.Base;
using NWaves.FeatureExtractors.Options;
using NWaves.Filters.Fda;
using NWaves.Windows;

namespace EdgeSeq.Benchmarks.FrontEnds;

/// <summary>A frame of 25 ms of 16 kHz to features by NWaves.</summary>
internal sealed class NWavesStep(FeatureExtractor extractor)
{
    private const int Hz = 16000;
    private const int FftSize = 512;
    private const int FrameSize = 400;

    private readonly float[] _samples = Kernels.Data.Floats(FrameSize);
    private readonly float[] _frame = new float[FftSize];
    private readonly float[] _features = new float[extractor.FeatureCount];

    public static NWavesStep LogMel(int bands) => new(new FilterbankExtractor(new FilterbankOptions
    {
        SamplingRate = Hz,
        FrameSize = FrameSize,
        HopSize = 160,
        FftSize = FftSize,
        Window = WindowType.Hann,
        FilterBank = FilterBanks.MelBankSlaney(bands, FftSize, Hz),
        SpectrumType = SpectrumType.Power,
        NonLinearity = NonLinearityType.ToDecibel,
    }));

    public static NWavesStep Mfcc() => new(new MfccExtractor(new MfccOptions
    {
        SamplingRate = Hz,
        FrameSize = FrameSize,
        HopSize = 160,
        FftSize = FftSize,
        Window = WindowType.Hann,
        FeatureCount = 13,
        FilterBank = FilterBanks.MelBankSlaney(40, FftSize, Hz),
        SpectrumType = SpectrumType.Power,
        NonLinearity = NonLinearityType.ToDecibel,
        DctType = "2N",
    }));

    /// <summary>The library windows the frame in place.</summary>
    public void Step()
    {
        _samples.CopyTo(_frame, 0);
        extractor.ProcessFrame(_frame, _features);
    }
}
