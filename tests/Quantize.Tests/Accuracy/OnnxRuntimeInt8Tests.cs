using EdgeSeq.Device.Files;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Folding;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Onnx.Reading;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Tests.Reference;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Accuracy;

/// <summary>
/// int8 programs beside the same models as ONNX Runtime's dynamic quantisation makes them, both against ONNX Runtime in float32. Each test
/// writes a row of the table in docs/quantization.md: SQNR in dB of ONNX Runtime with one scale a tensor, with one a channel, of the
/// program, and of the calibrated program.
/// </summary>
public sealed class OnnxRuntimeInt8Tests(ITestOutputHelper log) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SharedTheory]
    [InlineData("har_lstm")]
    [InlineData("har_cnn_lstm")]
    [InlineData("har_attn")]
    [InlineData("har_attn_mha")]
    public void Activity_models_err_less_than_in_onnx_runtimes_int8(string name)
    {
        var raw = name == "har_cnn_lstm";
        var options = new ConvertOptions { Normalize = raw ? null : ActivityRecordings.Normalization };

        AssertLessError(name, ActivityRecordings.TestWindows(), raw ? ChannelsFirst : ChannelsLast, options,
            options with { Calibrate = ActivityRecordings.Calibration(_folder) });
    }

    [SharedFact]
    public void Judgements_of_sentences_err_less_than_in_onnx_runtimes_int8()
    {
        var options = new ConvertOptions { Vocabulary = VocabularyFile.Read(Shared.Path("data/text_vocab.json")) };

        AssertLessError("text_lstm", [.. Sentences("test").Where((_, i) => i % 4 == 0)], Words, options,
            options with { Calibrate = CalibrationSentences() });
    }

    private void AssertLessError(string name, List<float[]> recordings, Func<float[], OnnxTensor> input, ConvertOptions options,
        ConvertOptions calibrated)
    {
        var path = Shared.Path($"models/{name}.onnx");
        var graph = ConstantFolding.Fold(OnnxModel.Load(path).Graph);
        if (options.Normalize is { } stats)
            InputNormalization.Apply(graph, stats);

        var expected = Run(graph, recordings, input);
        var tensorScales = Error(Run(DynamicQuantization.Of(graph, perChannel: false), recordings, input), expected);
        var channelScales = Error(Run(DynamicQuantization.Of(graph, perChannel: true), recordings, input), expected);
        var ours = Error(Stream(path, options, recordings), expected);
        var oursCalibrated = Error(Stream(path, calibrated, recordings), expected);

        log.WriteLine($"| {name} | {tensorScales.SqnrDb:f1} | {channelScales.SqnrDb:f1} | {ours.SqnrDb:f1} | {oursCalibrated.SqnrDb:f1} |");
        var theirs = Math.Min(tensorScales.RmsError, channelScales.RmsError);
        Assert.True(ours.RmsError < theirs, $"rms error {ours.RmsError:g3}, in ONNX Runtime {theirs:g3}");
        Assert.True(oursCalibrated.RmsError < theirs, $"calibrated: rms error {oursCalibrated.RmsError:g3}, in ONNX Runtime {theirs:g3}");
    }

    /// <summary>The first output for each recording on its own, all steps or the last one, as the model gives it.</summary>
    private static List<float[]> Run(OnnxGraph graph, List<float[]> recordings, Func<float[], OnnxTensor> input)
    {
        using var session = OrtSession.Open(graph);
        var output = graph.Outputs[0].Name;
        return [.. recordings.Select(recording =>
            session.Run(new Dictionary<string, OnnxTensor> { [session.Inputs[0]] = input(recording) })[output].ToFloats())];
    }

    private static List<float[]> Stream(string path, ConvertOptions options, List<float[]> recordings)
    {
        using var model = new StreamedModel(path, options);
        return [.. recordings.Select(recording => model.Stream(recording).SelectMany(values => values).ToArray())];
    }

    /// <summary>A model that gives its last output only is compared there: programs give one at every step.</summary>
    private static OutputError Error(List<float[]> actual, List<float[]> expected)
    {
        var error = new OutputError();
        foreach (var (values, reference) in actual.Zip(expected))
        {
            error.Add(values.AsSpan(values.Length - reference.Length), reference);
        }

        return error;
    }

    private static OnnxTensor ChannelsLast(float[] window) =>
        OnnxTensor.FromFloats(window, 1, ActivityRecordings.Steps, ActivityRecordings.Channels);

    private static OnnxTensor ChannelsFirst(float[] window)
    {
        const int Steps = ActivityRecordings.Steps, Channels = ActivityRecordings.Channels;
        return OnnxTensor.FromFloats([.. Enumerable.Range(0, window.Length).Select(i => window[i % Steps * Channels + i / Steps])], 1,
            Channels, Steps);
    }

    private static OnnxTensor Words(float[] ids) => OnnxTensor.FromInts([.. ids.Select(id => (long)id)], 1, ids.Length);

    /// <summary>The first 20 words of training sentences that have as many.</summary>
    private RecordingSet CalibrationSentences()
    {
        const int Count = 100, Length = 20;
        var path = _folder.File("sentences.npy");
        using var writer = new NpyWriter(path, isFloat: false);
        foreach (var ids in Sentences("train").Where(ids => ids.Length >= Length).Take(Count))
            writer.Write([.. ids.Take(Length).Select(id => (long)id)]);

        writer.Complete([Count, Length, 1]);
        return new RecordingSet(path);
    }

    /// <summary>Word ids of each sentence, without the padding in front.</summary>
    private static IEnumerable<float[]> Sentences(string part)
    {
        using var ids = NpyReader.Open(Shared.Path($"data/text_{part}_ids.npy"));
        using var lengths = NpyReader.Open(Shared.Path($"data/text_{part}_len.npy"));
        var length = new long[ids.Header.Shape[0]];
        lengths.Read(length);
        var padded = new float[ids.Header.Shape[1]];
        foreach (var words in length)
        {
            ids.Read(padded);
            if (words > 0)
                yield return padded[^(int)words..];
        }
    }
}
