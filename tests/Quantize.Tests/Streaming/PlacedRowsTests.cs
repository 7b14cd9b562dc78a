using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.Streaming.Rules;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Rows of a position table from a place on that is an input.</summary>
public sealed class PlacedRowsTests
{
    private const int Features = 4;
    private readonly GraphBuilder _g = new();

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void A_step_takes_the_rows_from_its_place_on(long place)
    {
        var offset = _g.Input("offset", OnnxElementType.Int64, 1);
        var end = _g.Node("Add", [offset, _g.Ints(2)]);
        var rows = _g.Node("Slice", [_g.Weights([12, Features]), offset, end, _g.Ints(0)]);
        OneStep.Check(_g.Output(_g.Node("Add", [_g.Input("x", 2, Features), rows])), ("offset", OnnxTensor.Vector(place)));
    }

    [Fact]
    public void A_range_from_a_place_on()
    {
        var offset = _g.Input("offset", OnnxElementType.Int64, 1);
        var start = _g.Node("Squeeze", [offset, _g.Ints(0)]);
        var end = _g.Node("Add", [start, _g.Constant(OnnxTensor.Scalar(3L))]);
        var places = _g.Node("Range", [start, end, _g.Constant(OnnxTensor.Scalar(1L))]);
        var rows = _g.Node("Gather", [_g.Weights([12, Features]), places]);
        OneStep.Check(_g.Output(_g.Node("Add", [_g.Input("x", 3, Features), rows])), ("offset", OnnxTensor.Vector(4)));
    }

    [Fact]
    public void A_stream_begins_at_the_first_row_and_counts_its_steps()
    {
        var x = _g.Input("x", 1, "time", Features);
        var offset = _g.Input("offset", OnnxElementType.Int64, 1);
        var length = _g.Node("Slice", [_g.Node("Shape", [x]), _g.Ints(1), _g.Ints(2)]);
        var rows = _g.Node("Slice", [_g.Weights([12, Features]), offset, _g.Node("Add", [offset, length]), _g.Ints(0)]);
        using var folder = new TemporaryFolder();
        var path = folder.Write("model.onnx", _g.Output(_g.Node("Add", [x, rows])).ToBytes());
        var converted = Converter.Convert(path, new ConvertOptions { Precision = ConvertPrecision.F32 });
        Assert.Equal("stream", converted.Mode);
        Assert.Equal(["x"], converted.Steps.Inputs.Select(input => input.Name));
    }
}
