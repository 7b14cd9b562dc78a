using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

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
    [InlineData("convtranspose2d_depthwise", "stream")]
    [InlineData("convtranspose2d_two_frames", "stream")]
    [InlineData("loop_keras_counter_conditions", "stream")]
    [InlineData("loop_tf_while_rnn", "stream")]
    [InlineData("retention_parallel", "stream")]
    [InlineData("text_mask_zero_lengths", "stream")]
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
    public void Inputs_of_very_different_size_keep_their_classes_in_int8_without_recordings()
    {
        float[] middle = [1e5f, 0, 0, 0], width = [200, 0.01f, 1, 1];
        var error = Int8Error("int8_mixed_scales", 2000, (random, _) =>
            [.. middle.Zip(width, (m, w) => m + w * (random.NextSingle() * 2 - 1))]);
        Assert.True(error.Agreement >= 0.98, $"{error.Agreement:P1} of the same classes");
    }

    [SharedFact]
    public void A_spectrum_before_a_logarithm_keeps_its_small_values_in_int8_without_recordings()
    {
        var error = Int8Error("int8_stft_log", 20_000, (random, t) =>
            [0.1f * (MathF.Sin(0.07f * t) * MathF.Sin(0.0003f * t) + 0.1f * (random.NextSingle() * 2 - 1))]);
        Assert.False(error.SqnrDb < 25, $"{error.SqnrDb:0.0} dB");
    }

    [SharedFact]
    public void A_fixed_batch_is_cut_to_one_stream() =>
        Assert.Equal([5], Assert.Single(Converter.Convert(Shared.Path("cases/stream_fixed_batch.onnx"), new ConvertOptions { Batch = 1 })
            .Steps.Inputs).Shape);

    [SharedFact]
    public void A_history_of_observations_is_kept_by_the_session() =>
        Assert.Equal("obs", Assert.Single(Converter.Convert(Shared.Path("cases/step_observation_history.onnx"),
            new ConvertOptions { Histories = ["hist=obs"] }).Steps.Inputs).Name);

    /// <summary>The int8 program of a case beside its float program, on what its sensors give.</summary>
    private static OutputError Int8Error(string model, int steps, Func<Random, int, float[]> sample)
    {
        var result = Converter.Convert(Shared.Path($"cases/{model}.onnx"), new ConvertOptions());
        using Model int8 = Model.Load(result.Program, "int8"), f32 = Model.Load(result.FloatProgram, "f32");
        using Session codes = int8.CreateSession(), floats = f32.CreateSession();
        var random = new Random(3);
        var error = new OutputError();
        for (var t = 0; t < steps; t++)
        {
            var x = sample(random, t);
            x.CopyTo(codes.Input(0));
            x.CopyTo(floats.Input(0));
            codes.Step();
            floats.Step();
            if (floats.IsReady(0))
                error.Add(codes.Output(0), floats.Output(0));
        }

        return error;
    }
}
