using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.Streaming.Rules;

public sealed class LpNormTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Zeros_stay_zeros(long p)
    {
        var g = new GraphBuilder();
        g.Output(g.Node("LpNormalization", [g.Input("x", 1, 3)], ("axis", 1L), ("p", p)), "y");
        using var model = Model.Load(Converter.Convert(_folder.Write("m.onnx", g.ToBytes()),
            new ConvertOptions { Precision = ConvertPrecision.F32 }).Program, "m");
        using var session = model.CreateSession();
        session.Step();
        Assert.Equal([0f, 0, 0], session.Output(0).ToArray());
        session.Input(0)[1] = -4;
        session.Step();
        Assert.Equal([0f, -1, 0], session.Output(0).ToArray());
    }
}
