using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.FrontEnds;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.FrontEnds;

/// <summary>What a front end gives for a recording, step by step.</summary>
internal static class FeatureRun
{
    /// <param name="samples">[T, channels], or T samples of one channel.</param>
    /// <returns>All rows, one after the other.</returns>
    public static float[] Of(FrontEnd frontEnd, ReadOnlySpan<float> samples, int chunk = 1)
    {
        var program = Converter.ConvertFrontEnd(frontEnd, new ConvertOptions { Chunk = chunk }).Program;
        using var model = Model.Load(program, "front end");
        using var session = model.CreateSession();
        var size = session.Input(0).Length;
        var rows = new List<float>();
        for (var at = 0; at + size <= samples.Length; at += size)
        {
            samples.Slice(at, size).CopyTo(session.Input(0));
            session.Step();
            if (session.IsReady(0))
                rows.AddRange(session.Output(0));
        }

        while (!session.Flush().IsEnded)
        {
            if (session.IsReady(0))
                rows.AddRange(session.Output(0));
        }

        return [.. rows];
    }
}
