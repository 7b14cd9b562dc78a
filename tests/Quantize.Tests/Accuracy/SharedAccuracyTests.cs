using System.Runtime.InteropServices;
using EdgeSeq.Device.Files;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Quantize.Verification;

namespace EdgeSeq.Quantize.Tests.Accuracy;

/// <summary>
/// int8 programs of the shared models, calibrated on other recordings than they are verified on, against ONNX Runtime. A part of the
/// recordings keeps this short; docs/quantization.md has the figures of all of them and the commands.
/// </summary>
public sealed class SharedAccuracyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SharedTheory]
    [InlineData("har_rnn")]
    [InlineData("har_gru")]
    [InlineData("har_lstm")]
    [InlineData("har_lstm_stateful")]
    [InlineData("har_lstm_qdq")]
    [InlineData("har_attn")]
    [InlineData("har_attn_mha")]
    [InlineData("har_cnn_lstm", false)]
    [InlineData("har_bilstm", true, ConvertMode.Window)]
    public void Activity_models_decide_as_in_float(string name, bool normalize = true, ConvertMode mode = ConvertMode.Auto)
    {
        var report = Verify($"models/{name}.onnx", ActivityRecordings.Test(_folder, every: 50), new ConvertOptions
        {
            Mode = mode,
            Window = mode == ConvertMode.Window ? 128 : null,
            Normalize = normalize ? ActivityRecordings.Normalization : null,
            Calibrate = ActivityRecordings.Calibration(_folder),
        });

        var output = Assert.Single(report.Outputs);
        Assert.True(output.Error.SqnrDb >= 30, $"SQNR {output.Error.SqnrDb} dB");
        Assert.True(output.Error.Agreement >= 0.99, $"agreement {output.Error.Agreement}");

        // All but the last layer, which is as fast in float, and what has to rise.
        Assert.True(report.Int8MacShare >= 0.9, $"{report.Int8MacShare:P1} int8");
    }

    [SharedFact]
    public void Sentences_are_judged_as_in_float()
    {
        var sentences = _folder.File("sentences.txt");
        File.WriteAllLines(sentences, File.ReadLines(Shared.Path("data/text_test_sentences.txt")).Take(100));

        var report = Verify("models/text_lstm.onnx", new RecordingSet(sentences),
            new ConvertOptions { Vocabulary = VocabularyFile.Read(Shared.Path("data/text_vocab.json")) });

        Assert.All(report.Outputs, output =>
            Assert.True(output.Error.Agreement >= 0.995, $"{output.Name}: agreement {output.Error.Agreement}"));
    }

    [SharedFact]
    public void Voice_activity_is_found_as_in_float()
    {
        var speech = new RecordingSet(Shared.Path("real/speech_16k.wav"), 512);

        var report = Verify("real/silero_vad_16k_op15.onnx", speech, new ConvertOptions
        {
            Set = new Dictionary<string, string> { ["sr"] = "16000" },
            Calibrate = speech,
        });

        Assert.True(report.Outputs[0].Error.Agreement >= 0.995, $"agreement {report.Outputs[0].Error.Agreement}");
        Assert.True(report.Outputs[0].Error.MaxError <= 0.05, $"largest difference {report.Outputs[0].Error.MaxError}");
    }

    [SharedFact]
    public void The_mask_of_noisy_speech_is_as_in_float()
    {
        var spectra = Spectra("real/noisy_speech_16k.wav");
        var half = spectra.Count / 2;

        var report = Verify("real/dtln_1.onnx", Frames("test", spectra[half..]),
            new ConvertOptions { Calibrate = Frames("calibration", spectra[..half]) });

        Assert.True(report.Outputs[0].Error.SqnrDb >= 30, $"SQNR {report.Outputs[0].Error.SqnrDb} dB");
        Assert.Equal(1, report.Int8MacShare);
    }

    /// <summary>Magnitudes of the spectra of 512 samples, every 128 samples; the recording has the plain 44-byte header.</summary>
    private static List<float[]> Spectra(string name)
    {
        const int Length = 512, Hop = 128;
        float[] samples = [.. MemoryMarshal.Cast<byte, short>(File.ReadAllBytes(Shared.Path(name)).AsSpan(44)).ToArray()
            .Select(sample => sample / 32768f)];
        double[] sines = [.. Enumerable.Range(0, Length).Select(i => Math.Sin(2 * Math.PI * i / Length))];
        var spectra = new List<float[]>();
        for (var start = 0; start + Length <= samples.Length; start += Hop)
            spectra.Add([.. Enumerable.Range(0, Length / 2 + 1).Select(bin => Magnitude(samples.AsSpan(start, Length), bin))]);

        return spectra;

        float Magnitude(ReadOnlySpan<float> frame, int bin)
        {
            double real = 0, imaginary = 0;
            for (var i = 0; i < Length; i++)
            {
                real += frame[i] * sines[(i * bin + Length / 4) % Length];
                imaginary += frame[i] * sines[i * bin % Length];
            }

            return (float)Math.Sqrt(real * real + imaginary * imaginary);
        }
    }

    private RecordingSet Frames(string name, List<float[]> frames)
    {
        var path = _folder.File($"{name}.npy");
        using var writer = new NpyWriter(path, isFloat: true);
        frames.ForEach(frame => writer.Write(frame));
        writer.Complete([frames.Count, frames[0].Length]);
        return new RecordingSet(path);
    }

    private VerifyReport Verify(string model, RecordingSet data, ConvertOptions options)
    {
        var program = _folder.Write("program.eseq", Converter.Convert(Shared.Path(model), options).Program);
        return Verifier.Verify(Shared.Path(model), program, new VerifyOptions { Data = data });
    }
}
