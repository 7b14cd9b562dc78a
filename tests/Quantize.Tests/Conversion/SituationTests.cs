using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Conversion;

/// <summary>Small models of situations that users met: what is taken for time, state and data. Each is checked against ONNX Runtime while
/// it is converted.</summary>
public class SituationTests
{
    [SharedTheory]
    [InlineData("step_two_in_two_out", "step", "mic far", "")]
    [InlineData("step_two_in_two_out_state", "step", "mic far", "h=hn")]
    [InlineData("stream_two_sensors_two_heads", "stream", "acc gyro", "")]
    [InlineData("step_controller_setpoint", "step", "obs setpoint", "")]
    [InlineData("step_names_in_out", "step", "audio_in", "h_in=h_out")]
    [InlineData("stream_names_in_out", "stream", "input_frame", "h0=hn")]
    [InlineData("step_cell_alone", "step", "x", "h=h_out")]
    [InlineData("step_state_listed_first", "step", "input_2", "input_3=Identity")]
    [InlineData("step_four_states_open_shapes", "step", "x",
        "onnx::Mul_1=onnx::Sub_20 onnx::Mul_2=onnx::Add_26 onnx::Mul_3=onnx::Sub_40 onnx::Mul_4=onnx::Add_46")]
    [InlineData("step_batch_symbols", "step", "x", "h_in=h_out c_in=c_out")]
    [InlineData("step_scalar_input", "step", "x", "s=s_out")]
    [InlineData("step_observation_history", "step", "obs hist", "")]
    [InlineData("policy_unity_memory", "step", "obs_0", "recurrent_in=recurrent_out")]
    [InlineData("lengths_gather_last", "stream", "x", "")]
    [InlineData("stream_time_axis_named_batch", "stream", "x", "")]
    [InlineData("stream_time_axis_unbatched", "stream", "x", "")]
    [InlineData("stream_one_element_stateful", "stream", "x", "")]
    [InlineData("stream_fixed_batch", "stream", "x", "")]
    public void A_situation_is_understood(string model, string mode, string inputs, string states)
    {
        var result = Convert(model, new ConvertOptions { Precision = ConvertPrecision.F32 });
        Assert.Equal(mode, result.Mode);
        Assert.Equal(inputs, string.Join(' ', result.Steps.Inputs.Select(input => input.Name)));
        Assert.Equal(states, string.Join(' ', result.KeptStates.Select(pair => $"{pair.Input}={pair.Output}")));
    }

    [SharedFact]
    public void A_new_state_that_is_the_only_result_is_given_out() =>
        Assert.Equal(["h_out"],
        Convert("step_cell_alone", new ConvertOptions { Precision = ConvertPrecision.F32 }).Steps.Outputs.Select(output => output.Name));

    [SharedFact]
    public void A_loop_that_was_written_out_is_a_stream_again_or_a_window()
    {
        var stream = Convert("unrolled_fixed_length", new ConvertOptions { Precision = ConvertPrecision.F32 });
        Assert.Equal("stream", stream.Mode);
        Assert.Single(stream.Steps.Nodes, node => node.Op is "RNN" or "GRU" or "LSTM");
        Assert.Equal("window", Convert("unrolled_fixed_length",
            new ConvertOptions { Precision = ConvertPrecision.F32, Mode = ConvertMode.Window, Window = 12, Hop = 12 }).Mode);
    }

    [SharedFact]
    public void A_window_lies_along_the_fixed_axis_and_not_along_an_open_batch()
    {
        var window = Convert("window_keras_bilstm",
            new ConvertOptions { Precision = ConvertPrecision.F32, Mode = ConvertMode.Window, Window = 200, Hop = 200 });
        Assert.Equal([200, 1], Assert.Single(window.Steps.Outputs).Shape);
    }

    private static ConversionResult Convert(string model, ConvertOptions options) =>
        Converter.Convert(Shared.Path($"cases/{model}.onnx"), options);
}
