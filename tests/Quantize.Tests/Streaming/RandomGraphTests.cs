using CsCheck;

namespace EdgeSeq.Quantize.Tests.Streaming;

public sealed class RandomGraphTests
{
    [Fact]
    public void Every_causal_graph_streams_as_onnx_runtime_sees_its_prefixes()
    {
        var recipes = Gen.Select(Gen.Int[0, 1_000_000].Array[1, 8], Gen.Int[0, 3]);
        recipes.Sample((recipe, ending) => Streamed.Check(RandomGraph.Of(recipe, ending), steps: 36).Dispose(), seed: "0N0XIzNsQ0O2", iter: 25, threads: 1);
    }
}
