using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Conversion;

/// <summary>Models that are about more than what is state or time (see <see cref="SituationTests"/>): each becomes a program that
/// ONNX Runtime agrees with while it is converted, in float and in int8, or is refused with something to type.</summary>
public class CaseTableTests
{
    [SharedTheory]
    [InlineData("conv3d_depth1", "step")]
    [InlineData("slice_scalar_starts", "stream")]
    [InlineData("skip_cut_to_length", "stream")]
    [InlineData("pad_and_crop_time", "stream")]
    [InlineData("maxpool_whole_length", "stream")]
    [InlineData("tcn_pad_quantised", "stream")]
    [InlineData("window_conv_transpose_speed", "stream")]
    [InlineData("window_hop_bench", "stream")]
    [InlineData("gelu_erfc_of_exporter", "stream")]
    [InlineData("clip_infinite_bound", "stream")]
    [InlineData("loop_counter_parity", "stream")]
    [InlineData("int8_mixed_scales", "stream")]
    [InlineData("int8_stft_log", "stream")]
    [InlineData("labels_metadata", "stream")]
    [InlineData("labels_encoder", "stream")]
    [InlineData("labels_zipmap", "stream")]
    public void A_case_becomes_a_program_in_both_precisions(string model, string mode)
    {
        foreach (var precision in Enum.GetValues<ConvertPrecision>())
        {
            var result = Converter.Convert(Shared.Path($"cases/{model}.onnx"), new ConvertOptions { Precision = precision });
            Assert.Equal(mode, result.Mode);
            Assert.Empty(result.Noise?.Poor.Select(output => output.ToString()) ?? []);
        }
    }

    [SharedTheory]
    [InlineData("dft_large", "shorter frames")]
    public void A_case_that_does_not_stream_says_what_to_do(string model, string hint)
    {
        var refused = Assert.Throws<EdgeSeqException>(() => Converter.Convert(Shared.Path($"cases/{model}.onnx"), new ConvertOptions()));
        Assert.Equal(ExitCode.Unsupported, refused.ExitCode);
        Assert.Contains(hint, refused.Hint, StringComparison.Ordinal);
    }

    [SharedFact]
    public void A_fixed_batch_is_cut_to_one_stream() =>
        Assert.Equal([5], Assert.Single(Converter.Convert(Shared.Path("cases/stream_fixed_batch.onnx"), new ConvertOptions { Batch = 1 })
            .Steps.Inputs).Shape);

    [SharedFact]
    public void A_history_of_observations_is_kept_by_the_session() =>
        Assert.Equal("obs", Assert.Single(Converter.Convert(Shared.Path("cases/step_observation_history.onnx"),
            new ConvertOptions { Histories = ["hist=obs"] }).Steps.Inputs).Name);
}
