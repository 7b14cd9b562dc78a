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
}
