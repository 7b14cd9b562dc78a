using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.Accuracy;

/// <summary>
/// 10⁶ steps in one stream, never reset: the error of int8 states does not grow. Each test writes the mean absolute difference from the
/// float program in each tenth.
/// </summary>
public sealed class LongStreamTests(ITestOutputHelper log)
{
    private const int Parts = 10, StepsPerPart = 100_000;

    /// <summary>States begin at zero, equal in both programs; until they have settled there is little error, which the first tenth gains
    /// over the others.</summary>
    private const int StepsToSettle = 100;

    [SharedTheory]
    [InlineData("har_gru")]
    [InlineData("har_lstm")]
    public void Error_is_no_larger_at_the_end(string name)
    {
        var path = Shared.Path($"models/{name}.onnx");
        var options = new ConvertOptions { Normalize = ActivityRecordings.Normalization };
        using var int8 = Model.Load(Converter.Convert(path, options).Program, "int8");
        using var f32 = Model.Load(Converter.Convert(path, options with { Precision = ConvertPrecision.F32 }).Program, "f32");

        var errors = MeanErrors(int8, f32, ActivityRecordings.Stream());

        log.WriteLine($"| {name} | {string.Join(" | ", errors.Select(error => $"{error:g8}"))} |");
        Assert.InRange(errors[^1], double.Epsilon, errors[0] * StepsPerPart / (StepsPerPart - StepsToSettle));
    }

    /// <summary>The mean absolute difference in each part of the stream, which is repeated.</summary>
    private static double[] MeanErrors(Model int8, Model f32, float[] samples)
    {
        using Session actual = int8.CreateSession(), expected = f32.CreateSession();
        var errors = Enumerable.Range(0, Parts).Select(_ => new OutputError()).ToArray();
        int channels = int8.Inputs[0].Length, at = 0;
        for (var step = 0; step < Parts * StepsPerPart; step++)
        {
            var sample = samples.AsSpan(at, channels);
            errors[step / StepsPerPart].Add(Step(actual, sample), Step(expected, sample));
            at = (at + channels) % samples.Length;
        }

        return [.. errors.Select(error => error.MeanError)];
    }

    private static ReadOnlySpan<float> Step(Session session, ReadOnlySpan<float> sample)
    {
        sample.CopyTo(session.Input(0));
        session.Step();
        return session.Output(0);
    }
}
