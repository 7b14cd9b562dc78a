using CsCheck;

namespace EdgeSeq.Quantize.Tests.Streaming;

public sealed class RandomGraphTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_causal_graph_streams_as_onnx_runtime_sees_its_prefixes(int seed)
    {
        var recipes = Gen.Select(Gen.Int[0, 1_000_000].Array[1, 8], Gen.Int[0, 4]);
        recipes.Sample((recipe, ending) => Streamed.Check(RandomGraph.Of(recipe, ending), steps: 36).Dispose(),
            seed: new PCG(1, (ulong)seed).ToString(), iter: 1, threads: 1);
    }

    /// <summary>Padding stays known however it is rounded: the program waits for what convolutions look ahead, and for nothing
    /// else.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void So_does_a_graph_that_was_quantised_at_any_of_its_edges(int seed)
    {
        Gen.Int[0, 1_000_000].Array[1, 6].Sample(recipe =>
        {
            var (graph, ahead) = RandomQuantizedGraph.Of(recipe);
            using var streamed = Streamed.Check(graph, steps: 20);
            Assert.Equal(ahead ?? streamed.Delay, streamed.Delay);
        }, seed: new PCG(1, (ulong)seed).ToString(), iter: 1, threads: 1);
    }
}
