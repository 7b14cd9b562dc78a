using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Tests.Streaming;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.Conversion;

/// <summary>Programs that take several elements a step: the values of as many single steps.</summary>
public sealed class ChunkTests : IDisposable
{
    private const int Channels = 3, Steps = 24;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(4, ConvertPrecision.F32)]
    [InlineData(6, ConvertPrecision.Int8)]
    public void A_chunk_gives_what_as_many_single_steps_give(int chunk, ConvertPrecision precision)
    {
        using Model single = Converted(Recurrent(), null, precision), chunked = Converted(Recurrent(), chunk, precision);
        Assert.Equal(chunk, chunked.Chunk);
        Assert.Equal([chunk, Channels], chunked.Inputs[0].Shape);
        Assert.Equal(chunk, chunked.Outputs[0].Shape[0]);
        Assert.Equal("latest", chunked.Outputs[1].Kind);
        Assert.Equal(single.Outputs[1].Length, chunked.Outputs[1].Length);

        var (steps, last) = Run(single);
        var (calls, lastOfCalls) = Run(chunked);
        Assert.Equal(steps, calls);
        Assert.Equal(last.Chunk(chunk * single.Outputs[1].Length).SelectMany(call => call[^single.Outputs[1].Length..]), lastOfCalls);
        Assert.True(chunked.SelfTest().Passed);
    }

    [Fact]
    public void Delay_and_rate_are_those_of_whole_chunks()
    {
        // Outputs every 2 elements, the first once 3 have come: the first call gives none, every later one 2.
        using Model single = Converted(Strided(), null, ConvertPrecision.F32), chunked = Converted(Strided(), 4, ConvertPrecision.F32);
        Assert.Equal((1, 1), (chunked.Outputs[0].Rate, chunked.Delay));
        var (steps, _) = Run(single);
        var (calls, _) = Run(chunked);
        Assert.Equal(steps[..calls.Length], calls);
        Assert.Equal((Steps / 4 - 1) * chunked.Outputs[0].Length, calls.Length);
    }

    [Fact]
    public void Outputs_that_are_rarer_than_chunks_come_with_some_of_them()
    {
        using Model single = Converted(Strided(8), null, ConvertPrecision.F32), chunked = Converted(Strided(8), 4, ConvertPrecision.F32);
        Assert.Equal(2, chunked.Outputs[0].Rate);
        Assert.Equal(Run(single).Sequence, Run(chunked).Sequence);
    }

    [Fact]
    public void A_chunk_that_does_not_fit_the_rate_is_refused() => Assert.Contains("--chunk 2 or a multiple",
        Assert.Throws<EdgeSeqException>(() => Converted(Strided(), 3, ConvertPrecision.F32)).Hint, StringComparison.Ordinal);

    [Fact]
    public void State_is_saved_between_chunks_and_a_bad_element_refuses_its_chunk()
    {
        using var model = Converted(Recurrent(), 4, ConvertPrecision.F32);
        using Session first = model.CreateSession(), second = model.CreateSession();
        Fill(first, 0);
        Assert.True(first.Step());
        using var state = new MemoryStream();
        first.Save(state);
        state.Position = 0;
        second.Restore(state);

        first.Input(0).Fill(0.5f);
        first.Input(0)[5] = float.NaN;
        Assert.True(first.Step().IsRefused);
        Fill(first, 1);
        Fill(second, 1);
        Assert.True(first.Step());
        Assert.True(second.Step());
        Assert.Equal(first.Output(0), second.Output(0));
        Assert.Equal(2, first.StepCount);
    }

    [Fact]
    public void A_group_steps_chunks()
    {
        using var model = Converted(Recurrent(), 4, ConvertPrecision.F32);
        using var group = model.CreateSessionGroup(2);
        using var alone = model.CreateSession();
        Fill(group[0], 0);
        Fill(group[1], 7);
        Fill(alone, 7);
        Assert.True(group.Step());
        Assert.True(alone.Step());
        Assert.Equal(alone.Output(0), group[1].Output(0));
        Assert.False(alone.Output(0).SequenceEqual(group[0].Output(0)));
    }

    /// <summary>A sequence and a latest value.</summary>
    private static GraphBuilder Recurrent()
    {
        var g = new GraphBuilder();
        var x = g.Input("x", "batch", "time", Channels);
        var y = g.Lstm(x, Channels, 8);
        var last = g.Node("Gather", [y, g.Constant(Quantize.Onnx.OnnxTensor.Scalar(-1L))], ("axis", 1L));
        return g.Output(g.Linear(y, 8, 5)).Output(g.Linear(last, 8, 2));
    }

    private static GraphBuilder Strided(int stride = 2)
    {
        var g = new GraphBuilder();
        return g.Output(g.Conv(g.Input("x", "batch", Channels, "time"), Channels, 4, 3, stride: stride));
    }

    private Model Converted(GraphBuilder graph, int? chunk, ConvertPrecision precision)
    {
        var path = _folder.Write("model.onnx", graph.ToBytes());
        return Model.Load(Converter.Convert(path, new ConvertOptions { Chunk = chunk, Precision = precision }).Program, "test");
    }

    private static (float[] Sequence, float[] Latest) Run(Model model)
    {
        using var session = model.CreateSession();
        List<float> sequence = [], latest = [];
        for (var call = 0; call < Steps / model.Chunk; call++)
        {
            Fill(session, call);
            session.Step();
            if (session.IsReady(0))
                sequence.AddRange(session.Output(0));
            if (model.Outputs.Count > 1 && session.IsReady(1))
                latest.AddRange(session.Output(1));
        }

        return ([.. sequence], [.. latest]);
    }

    /// <summary>Elements of one signal, whatever the chunk.</summary>
    private static void Fill(Session session, int call)
    {
        var input = session.Input(0);
        for (var i = 0; i < input.Length; i++)
            input[i] = MathF.Sin(0.7f * (call * input.Length + i));
    }
}
