using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Int8;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Tests.Reference;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Accuracy;

/// <summary>
/// int8 programs stand at least as far above their error as the best of the other runtimes that were measured on the same windows, LiteRT
/// with int8 weights. Each test writes rows of the table in docs/quantization.md: SQNR over all steps of the 950 test windows, and the
/// time of a step as a share of the float program's.
/// </summary>
public sealed class PeerAccuracyTests(ITestOutputHelper log) : IDisposable
{
    /// <summary>Test windows may be harder than those to calibrate with.</summary>
    private const double MarginDb = 2;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SharedTheory]
    [InlineData("har_lstm", 50.1)]
    [InlineData("har_gru", 51.3)]
    [InlineData("har_cnn_lstm", 49.9)]
    [InlineData("har_attn_mha", 46.4)]
    public void With_and_without_recordings_a_program_errs_no_more_than_the_best_peer(string name, double peerDb)
    {
        var path = Shared.Path($"models/{name}.onnx");
        var plain = new ConvertOptions { Normalize = name == "har_cnn_lstm" ? null : ActivityRecordings.Normalization };
        var calibrated = plain with { Calibrate = ActivityRecordings.Calibration(_folder, every: 8) };
        using var f32 = new StreamedModel(path, plain with { Precision = ConvertPrecision.F32 });
        var windows = ActivityRecordings.TestWindows();
        List<float[]>[] expected = [.. windows.Select(window => f32.Stream(window))];

        double Measured(string how, ConvertOptions options)
        {
            using var int8 = new StreamedModel(path, options);
            var error = new OutputError();
            foreach (var (window, outputs) in windows.Zip(expected))
            {
                foreach (var (actual, reference) in int8.Stream(window).Zip(outputs))
                    error.Add(actual, reference);
            }

            var (floats, codes) = NoiseComparison.StepTimes(f32.Model, int8.Model)!.Value;
            log.WriteLine(FormattableString.Invariant(
                $"| {name} | {how} | {error.SqnrDb:0.0} | {error.Agreement:0.00 %} | {codes:0} ns, {codes / floats:0.00} |"));
            return error.SqnrDb!.Value;
        }

        double[] reached =
        [
            Measured("not calibrated", plain),
            Measured("calibrated", calibrated),
            Measured($"calibrated, --min-sqnr {peerDb + MarginDb:0.0}", calibrated with { MinSqnrDb = peerDb + MarginDb }),
        ];
        Assert.True(reached.Min() >= peerDb, $"{reached.Min():0.0} dB, {peerDb} wanted");
    }
}
