using System.Globalization;
using EdgeSeq.Quantize.FrontEnds.Stages;
using EdgeSeq.Quantize.FrontEnds.Tables;

namespace EdgeSeq.Quantize.FrontEnds.Reading;

/// <summary>The microfrontend from its JSON form.</summary>
internal static class MicrofrontendChain
{
    public static MicrofrontendStage Read(ChainObject chain)
    {
        var standard = new MicrofrontendSpec();
        var overrides = chain.Object("table_overrides");
        var spec = standard with
        {
            SampleRate = chain.OptionalWhole("sample_rate") ?? standard.SampleRate,
            WindowMs = chain.OptionalWhole("window_ms") ?? standard.WindowMs,
            StepMs = chain.OptionalWhole("step_ms") ?? standard.StepMs,
            Channels = chain.OptionalWhole("num_channels") ?? standard.Channels,
            LowerHz = chain.OptionalNumber("lower_band_limit") ?? standard.LowerHz,
            UpperHz = chain.OptionalNumber("upper_band_limit") ?? standard.UpperHz,
            SmoothingBits = chain.OptionalWhole("smoothing_bits") ?? standard.SmoothingBits,
            EvenSmoothing = chain.OptionalNumber("even_smoothing") ?? standard.EvenSmoothing,
            OddSmoothing = chain.OptionalNumber("odd_smoothing") ?? standard.OddSmoothing,
            MinSignalRemaining = chain.OptionalNumber("min_signal_remaining") ?? standard.MinSignalRemaining,
            Pcan = chain.Flag("enable_pcan"),
            PcanStrength = chain.OptionalNumber("pcan_strength") ?? standard.PcanStrength,
            PcanOffset = chain.OptionalNumber("pcan_offset") ?? standard.PcanOffset,
            GainBits = chain.OptionalWhole("gain_bits") ?? standard.GainBits,
            Log = chain.Flag("enable_log", absent: true),
            ScaleShift = chain.OptionalWhole("scale_shift") ?? standard.ScaleShift,
            OutputScale = chain.OptionalNumber("output_scale") ?? 1,
            WindowOverrides = overrides?.Object("window")?.NumbersByName()
                .ToDictionary(pair => int.Parse(pair.Name, CultureInfo.InvariantCulture), pair => (int)pair.Value) ?? [],
            WeightOverrides = overrides?.Rows("weights_band_bin_weight_unweight")?.Select(row =>
                row.Select(value => (int)value).ToArray()).ToArray() ?? [],
        };
        return new MicrofrontendStage(spec) { Scale = chain.Object("input")?.OptionalNumber("multiply_by") ?? 32768 };
    }
}
