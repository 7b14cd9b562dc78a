using System.Runtime.InteropServices;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.Reference;

/// <summary>Step graphs that others published, over whole recordings, against ONNX Runtime with the states fed back by hand.</summary>
public class PublishedModelTests
{
    private const float Tolerance = 1e-4f;

    private static readonly ConvertOptions Float = new() { Precision = ConvertPrecision.F32 };

    [SharedFact]
    public void Silero_gives_the_speech_probability_of_every_chunk()
    {
        var path = Shared.Path("real/silero_vad_16k_op15.onnx");
        var converted = Converter.Convert(path, Float with { Set = new Dictionary<string, string> { ["sr"] = "16000" } });
        using var model = Model.Load(converted.Program, "silero");
        using var session = model.CreateSession();
        using var oracle = OrtSession.Open(path);
        var state = OnnxTensor.FromFloats(new float[2 * 128], 2, 1, 128);
        float worst = 0;

        Assert.Equal(576, model.Inputs[0].Length);
        foreach (var frame in Frames(Samples("real/speech_16k.wav"), length: 576, hop: 512))
        {
            var expected = oracle.Run(new Dictionary<string, OnnxTensor>
            {
                ["input"] = OnnxTensor.FromFloats(frame, 1, 576),
                ["state"] = state,
                ["sr"] = OnnxTensor.Scalar(16000L),
            });
            state = expected["stateN"];
            worst = Math.Max(worst, Math.Abs(Step(session, frame)[0] - expected["output"].ToFloats()[0]));
        }

        Assert.True(worst <= Tolerance, $"differs by {worst:g3}");
    }

    [SharedFact]
    public void Dtln_gives_the_mask_of_every_frame()
    {
        var path = Shared.Path("real/dtln_1.onnx");
        using var model = Model.Load(Converter.Convert(path, Float).Program, "dtln");
        using var session = model.CreateSession();
        using var oracle = OrtSession.Open(path);
        var state = OnnxTensor.FromFloats(new float[2 * 128 * 2], 1, 2, 128, 2);
        float worst = 0;

        Assert.Equal("input_2", Assert.Single(model.Inputs).Name);
        foreach (var frame in Frames(Samples("real/noisy_speech_16k.wav"), length: 512, hop: 128).Take(400))
        {
            var magnitude = frame.Take(257).Select(MathF.Abs).ToArray();
            var expected = oracle.Run(new Dictionary<string, OnnxTensor>
            {
                ["input_2"] = OnnxTensor.FromFloats(magnitude, 1, 1, 257),
                ["input_3"] = state
            });
            state = expected[oracle.Outputs[1]];
            worst = Math.Max(worst, Step(session, magnitude).Zip(expected[oracle.Outputs[0]].ToFloats(), (a, e) => Math.Abs(a - e)).Max());
        }

        Assert.True(worst <= Tolerance, $"differs by {worst:g3}");
    }

    private static float[] Step(Session session, float[] input)
    {
        input.CopyTo(session.Input(0));
        session.Step();
        return session.Output(0).ToArray();
    }

    /// <summary>Frames that end at each hop, zeros before the start.</summary>
    private static IEnumerable<float[]> Frames(float[] samples, int length, int hop)
    {
        for (var end = hop; end <= samples.Length; end += hop)
        {
            var frame = new float[length];
            var from = Math.Max(0, end - length);
            samples.AsSpan(from, end - from).CopyTo(frame.AsSpan(length - (end - from)));
            yield return frame;
        }
    }

    /// <summary>Samples of a mono 16-bit PCM file in [-1, 1); the shared recordings have the plain 44-byte header.</summary>
    private static float[] Samples(string name) =>
        [.. MemoryMarshal.Cast<byte, short>(File.ReadAllBytes(Shared.Path(name)).AsSpan(44)).ToArray().Select(sample => sample / 32768f)];
}
