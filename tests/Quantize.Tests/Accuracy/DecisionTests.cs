using EdgeSeq.Device.Files;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Tests.Onnx;
using EdgeSeq.Quantize.Tests.Reference;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Accuracy;

/// <summary>What int8 costs in the terms of each task, on all of its test recordings: right decisions, and errors of forecasts.</summary>
public sealed class DecisionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>har_rnn is the one model that needs calibration for 30 dB.</summary>
    [SharedTheory]
    [InlineData("har_rnn", true)]
    [InlineData("har_gru", true)]
    [InlineData("har_gru", false)]
    [InlineData("har_lstm", true)]
    [InlineData("har_lstm", false)]
    [InlineData("har_cnn_lstm", true)]
    [InlineData("har_cnn_lstm", false)]
    [InlineData("har_attn", true)]
    [InlineData("har_attn", false)]
    [InlineData("har_attn_mha", true)]
    [InlineData("har_attn_mha", false)]
    public void Activities_are_recognised_as_often_as_in_float(string name, bool calibrated)
    {
        var expected = NpyFile.Read(Shared.Path($"models/{name}.test_out.npy")).ToFloats().Chunk(6);
        using var model = new StreamedModel(Shared.Path($"models/{name}.onnx"), new ConvertOptions
        {
            Normalize = name == "har_cnn_lstm" ? null : ActivityRecordings.Normalization,
            Calibrate = calibrated ? ActivityRecordings.Calibration(_folder) : null,
        });

        var error = new OutputError();
        int windows = 0, f32 = 0, int8 = 0;
        foreach (var (window, logits, label) in ActivityRecordings.TestWindows().Zip(expected, ActivityRecordings.TestClasses()))
        {
            var actual = model.Stream(window)[^1];
            error.Add(actual, logits);
            windows++;
            f32 += Decision.Of(logits) == label ? 1 : 0;
            int8 += Decision.Of(actual) == label ? 1 : 0;
        }

        Assert.True(f32 - int8 <= 0.002 * windows, $"{int8} of {windows} right, in float {f32}");
        Assert.True(error.Agreement >= 0.99, $"agreement {error.Agreement}");
        Assert.True(error.SqnrDb >= 30, $"SQNR {error.SqnrDb} dB");
    }

    [SharedFact]
    public void Forecasts_of_temperature_keep_their_error()
    {
        const float Mean = 88.343925f, Std = 9.889752f;
        var path = Shared.Path("models/nab_gru.onnx");
        using var reader = NpyReader.Open(Shared.Path("data/nab_machine_temp_v.npy"));
        var temperatures = new float[reader.Header.Shape[0]];
        reader.Read(temperatures);
        float[] samples = [.. temperatures.Select(temperature => (temperature - Mean) / Std)];

        using var oracle = OrtSession.Open(path);
        var f32 = oracle.Run(new Dictionary<string, OnnxTensor>
        {
            [oracle.Inputs[0]] = OnnxTensor.FromFloats(samples, samples.Length, 1,
            1)
        })[oracle.Outputs[0]].ToFloats();
        using var model = new StreamedModel(path, new ConvertOptions());
        float[] int8 = [.. model.Stream(samples).Select(forecast => forecast[0])];

        double float32Error = ForecastError(f32, samples), int8Error = ForecastError(int8, samples);
        Assert.True(int8Error <= 1.002 * float32Error, $"RMSE {int8Error * Std} degrees, in float {float32Error * Std}");
    }

    /// <summary>Root of the mean squared error of the forecast of each next sample, on the part that the model was not trained
    /// with.</summary>
    private static double ForecastError(float[] forecasts, float[] samples)
    {
        const int TrainedWith = 10_000;
        return Math.Sqrt(Enumerable.Range(TrainedWith, samples.Length - 1 - TrainedWith)
            .Average(i => Math.Pow(forecasts[i] - samples[i + 1], 2)));
    }
}
