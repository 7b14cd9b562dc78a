using EdgeSeq.Device.Files;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Int8;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Onnx.Reading;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Tests.Streaming.Rules;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Quantize.Writing;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.Int8;

/// <summary>Models that were quantised before they were exported keep their integers and scales in an int8 program.</summary>
public sealed class StoredIntegersTests
{
    private const int Rows = 5, Columns = 8, Hidden = 4;

    private readonly GraphBuilder _g = new GraphBuilder(opset: 21).Domain("com.microsoft", 1);

    [Fact]
    public void Matrix_with_a_scale_for_each_column()
    {
        var w = Integers(OnnxElementType.Int8, Columns, Rows);
        _g.Output(_g.Node("MatMul", [Input(), Dequantized(w, PerChannel(Rows), axis: 1)]));

        AssertKept("Linear", Transposed(w));
    }

    [Fact]
    public void Matrix_of_a_gemm_with_one_scale()
    {
        var w = Integers(OnnxElementType.Int8, Rows, Columns);
        _g.Output(_g.Node("Gemm", [Input(), Dequantized(w, OnnxTensor.Scalar(0.01f)), _g.Weights([Rows])], ("transB", 1L)));

        AssertKept("Linear", w.ToInts());
    }

    [Fact]
    public void Unsigned_integers_lose_their_zero_point()
    {
        var w = OnnxTensor.FromInts([.. Integers(OnnxElementType.Int8, Rows, Columns).ToInts().Select(value => value + 128)], Rows, Columns)
            .Cast(OnnxElementType.UInt8);
        var weights = _g.Node("DequantizeLinear", [_g.Constant(w), _g.Scalar(0.01f), Zero(OnnxElementType.UInt8, 128)]);
        _g.Output(_g.Node("Gemm", [Input(), weights], ("transB", 1L)));

        AssertKept("Linear", [.. w.ToInts().Select(value => value - 128)]);
    }

    [Fact]
    public void Convolution()
    {
        var w = Integers(OnnxElementType.Int8, Rows, 1, Columns);
        _g.Output(_g.Node("Conv", [_g.Input("x", 1, 1, "time"), Dequantized(w, PerChannel(Rows), axis: 0)]));

        AssertKept("ConvStep", w.ToInts());
    }

    [Fact]
    public void Recurrent_layer()
    {
        var w = Integers(OnnxElementType.Int8, 1, 4 * Hidden, Columns);
        var r = Integers(OnnxElementType.Int8, 1, 4 * Hidden, Hidden);
        var y = _g.Node("LSTM", [_g.Input("x", "time", 1, Columns), Dequantized(w, PerChannel(4 * Hidden), 1),
            Dequantized(r, PerChannel(4 * Hidden), 1)], 3, ("hidden_size", (long)Hidden));
        _g.Output(y[0]);

        AssertKept("LSTM", w.ToInts(), r.ToInts());
    }

    [Fact]
    public void Recurrent_layer_of_onnx_runtimes_dynamic_quantisation()
    {
        var w = Integers(OnnxElementType.Int8, 1, Columns, 4 * Hidden);
        var r = Integers(OnnxElementType.Int8, 1, Hidden, 4 * Hidden);
        string Zeros() => _g.Constant(OnnxTensor.Filled(OnnxElementType.Int8, [1, 4 * Hidden], 0));
        string Scales() => _g.Constant(PerChannel(4 * Hidden).Reshaped(1, 4 * Hidden));
        var y = _g.Node("com.microsoft::DynamicQuantizeLSTM",
            [_g.Input("x", "time", 1, Columns), _g.Constant(w), _g.Constant(r), "", "", "", "", "", Scales(), Zeros(), Scales(), Zeros()],
                3, ("hidden_size", (long)Hidden));
        _g.Output(y[0]);

        AssertKept("LSTM", Transposed(w.Reshaped(Columns, 4 * Hidden)), Transposed(r.Reshaped(Hidden, 4 * Hidden)));
    }

    [Fact]
    public void Integer_product_behind_dynamic_quantisation()
    {
        var w = Integers(OnnxElementType.Int8, Columns, Rows);
        var quantized = _g.Node("DynamicQuantizeLinear", [Input()], 3);
        var product = _g.Node("MatMulInteger", [quantized[0], _g.Constant(w), quantized[2], Zero(OnnxElementType.Int8, 0)]);
        _g.Output(_g.Node("Mul", [_g.Node("Cast", [product], ("to", 1L)), _g.Node("Mul", [quantized[1], _g.Scalar(0.01f)])]));

        AssertKept("Linear", Transposed(w));
    }

    [Fact]
    public void Fused_integer_product()
    {
        var w = Integers(OnnxElementType.Int8, Columns, Rows);
        var quantized = _g.Node("DynamicQuantizeLinear", [Input()], 3);
        _g.Output(_g.Node("com.microsoft::MatMulIntegerToFloat",
            [quantized[0], _g.Constant(w), quantized[1], _g.Constant(PerChannel(Rows)), quantized[2], "", _g.Weights([Rows])]));

        AssertKept("Linear", Transposed(w));
    }

    [Fact]
    public void Dynamically_quantised_product()
    {
        var w = Integers(OnnxElementType.Int8, Columns, Rows);
        _g.Output(_g.Node("com.microsoft::DynamicQuantizeMatMul",
            [Input(), _g.Constant(w), _g.Constant(PerChannel(Rows)), "", _g.Weights([Rows])]));

        AssertKept("Linear", Transposed(w));
    }

    [Fact]
    public void Product_of_quantised_tensors()
    {
        var w = Integers(OnnxElementType.Int8, Columns, Rows);
        var a = _g.Node("QuantizeLinear", [Input(), _g.Scalar(0.02f), Zero(OnnxElementType.UInt8, 120)]);
        var y = _g.Node("QLinearMatMul", [a, _g.Scalar(0.02f), Zero(OnnxElementType.UInt8, 120), _g.Constant(w), _g.Scalar(0.01f),
            Zero(OnnxElementType.Int8, 0), _g.Scalar(0.05f), Zero(OnnxElementType.UInt8, 100)]);
        _g.Output(_g.Node("DequantizeLinear", [y, _g.Scalar(0.05f), Zero(OnnxElementType.UInt8, 100)]));

        AssertKept("Linear", Transposed(w));
    }

    /// <summary>Of symmetric weights -128 is the one integer that int8 codes do not have; unsigned ones reach further.</summary>
    [Theory]
    [InlineData(128)]
    [InlineData(97)]
    [InlineData(0)]
    public void Integers_beyond_int8_are_split_over_copies_of_their_column(int zero)
    {
        var random = new Random(3);
        var w = OnnxTensor.FromInts([0, 255, .. Enumerable.Range(0, (Columns * Rows) - 2).Select(_ => (long)random.Next(256))], Rows,
            Columns).Cast(OnnxElementType.UInt8);
        var weights = _g.Node("DequantizeLinear", [_g.Constant(w), _g.Scalar(0.01f), Zero(OnnxElementType.UInt8, zero)]);
        _g.Output(_g.Node("Gemm", [Input(), weights], ("transB", 1L)));

        var result = Converted(ConvertPrecision.Int8);

        var linear = result.Steps.Nodes.Single(node => node.Op == "Linear");
        var gather = result.Steps.Nodes.Single(node => node.Op == "Gather");
        var (codes, order) = ((sbyte[])linear.Inputs[1]!.Data!, (long[])gather.Inputs[1]!.Data!);
        var sums = new long[Rows * Columns];
        for (var i = 0; i < codes.Length; i++)
            sums[(i / order.Length * Columns) + order[i % order.Length]] += codes[i];
        Assert.Equal(w.ToInts().Select(value => value - zero), sums);
        Assert.DoesNotContain(codes, code => code == sbyte.MinValue);
        AssertScales(0.01f, linear, 2);
    }

    [Theory]
    [InlineData(OnnxElementType.Int8, 0)]
    [InlineData(OnnxElementType.UInt8, 128)]
    [InlineData(OnnxElementType.UInt8, 131)]
    [InlineData(OnnxElementType.UInt8, 0)]
    [InlineData(OnnxElementType.UInt8, 255)]
    public void Activations_keep_their_static_scale_and_the_program_gives_what_integers_give(OnnxElementType type, int zero)
    {
        var w = Integers(OnnxElementType.Int8, Rows, Columns);
        var x = Requantized(Input(), type, zero);
        _g.Output(_g.Node("Gemm", [x, Dequantized(w, PerChannel(Rows), axis: 0), _g.Weights([Rows])], ("transB", 1L)));
        using var folder = new TemporaryFolder();
        using var oracle = OrtSession.Open(folder.Write("model.onnx", _g.ToBytes()), optimized: false);

        var result = Converted(ConvertPrecision.Int8);

        Assert.Equal(0.02f, result.Steps.Nodes.Single(node => node.Op == "Linear").Attributes["xScale"]);
        using var model = Model.Load(result.Program, "test");
        using var session = model.CreateSession();
        var random = new Random(5);
        for (var step = 0; step < 50; step++)
        {
            // Within the levels of the int8 codes: the outermost of 256 is not among them.
            float low = (Low(type) - zero + 1) * 0.02f, high = (Low(type) + 254 - zero) * 0.02f;
            float[] sample = [.. Enumerable.Range(0, Columns).Select(_ => low + (random.NextSingle() * (high - low)))];
            sample.CopyTo(session.Input(0));
            session.Step();
            var expected = oracle.Run(new Dictionary<string, OnnxTensor> { ["x"] = OnnxTensor.FromFloats(sample, 1, Columns) })
                .Single().Value.ToFloats();
            OneStep.AssertNear($"step {step}", expected, session.Output(0).ToArray(), 1e-5f);
        }
    }

    [Fact]
    public void Calibration_leaves_them_as_they_are()
    {
        var w = Integers(OnnxElementType.Int8, Rows, Columns);
        _g.Output(_g.Node("Gemm", [_g.Input("x", "time", Columns), Dequantized(w, PerChannel(Rows), axis: 0)], ("transB", 1L)));
        using var folder = new TemporaryFolder();
        var data = folder.File("x.npy");
        using (var writer = new NpyWriter(data, isFloat: true))
        {
            writer.Write(GraphBuilder.Random(new Random(7), [300, Columns]).ToFloats());
            writer.Complete([300, Columns]);
        }

        var result = Converter.Convert(folder.Write("model.onnx", _g.ToBytes()), new ConvertOptions { Calibrate = new RecordingSet(data) });

        AssertKept(result, "Linear", w.ToInts());
    }

    [Fact]
    public void Scales_that_differ_within_a_row_are_told()
    {
        var w = Integers(OnnxElementType.Int8, Rows, Columns);
        _g.Output(_g.Node("Gemm", [Input(), Dequantized(w, PerChannel(Columns), axis: 1)], ("transB", 1L)));

        var report = Converted(ConvertPrecision.Int8).Nodes.Single(node => node.OpType == "Gemm");

        Assert.Contains("quantised anew", report.Note, StringComparison.Ordinal);
    }

    [SharedFact]
    public void A_quantised_model_of_layers_keeps_its_integers()
    {
        var path = Shared.Path("models/har_lstm_qdq.onnx");
        OnnxTensor[] stored = [.. OnnxModel.Load(path).Graph.Initializers.Values.Where(tensor => tensor.ElementType == OnnxElementType.Int8
            && tensor.Count > 1)];

        var result = Converter.Convert(path, new ConvertOptions());

        var codes = result.Steps.Nodes.SelectMany(node => WeightSlot.Of(node).Select(slot => node.Inputs[slot.Weights]!)).ToArray();
        Assert.Equal(5, codes.Length);
        Assert.All(codes, weights => Assert.Contains(stored, own => Matches(own, (sbyte[])weights.Data!)));
        Assert.All(result.Nodes.Where(node => node.OpType is "LSTM" or "MatMul"), node =>
            Assert.Contains("the model's own integers", node.Note, StringComparison.Ordinal));
    }

    private string Input() => _g.Input("x", 1, Columns);

    private ConversionResult Converted(ConvertPrecision precision)
    {
        using var folder = new TemporaryFolder();
        return Converter.Convert(folder.Write("model.onnx", _g.ToBytes()), new ConvertOptions { Precision = precision, MinSqnrDb = 0 });
    }

    private void AssertKept(string op, params long[][] expected) => AssertKept(Converted(ConvertPrecision.Int8), op, expected);

    /// <summary>The op's matrices are these integers [rows, columns], and the file holds them packed.</summary>
    private static void AssertKept(ConversionResult result, string op, params long[][] expected)
    {
        var node = result.Steps.Nodes.Single(each => each.Op == op);
        var matrices = WeightSlot.Of(node).Select(slot => node.Inputs[slot.Weights]!).ToArray();
        Assert.Equal(expected.Length, matrices.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            sbyte[] integers = [.. expected[i].Select(value => (sbyte)value)];
            Assert.Equal(integers, matrices[i].Data);
            var packed = WeightPacking.Pack(StepValue.Constant("expected", integers, matrices[i].Shape, matrices[i].Layout));
            Assert.True(result.Program.AsSpan().IndexOf(WeightPacking.Bytes(packed)) > 0, "the packed integers are not in the file");
        }
    }

    private static void AssertScales(float expected, StepNode node, int input) =>
        Assert.All(node.Inputs[input]!.Floats, scale => Assert.Equal(expected, scale));

    private static bool Matches(OnnxTensor own, sbyte[] codes)
    {
        var integers = own.ToInts();
        return Same(integers) || (own.Rank == 2 && Same(Transposed(own)));

        bool Same(long[] values) => values.Length == codes.Length && values.Zip(codes, (a, b) => a == b).All(same => same);
    }

    private string Dequantized(OnnxTensor integers, OnnxTensor scales, long axis = 0) =>
        _g.Node("DequantizeLinear", [_g.Constant(integers), _g.Constant(scales)], ("axis", axis));

    private string Requantized(string x, OnnxElementType type, int zero)
    {
        var quantized = _g.Node("QuantizeLinear", [x, _g.Scalar(0.02f), Zero(type, zero)]);
        return _g.Node("DequantizeLinear", [quantized, _g.Scalar(0.02f), Zero(type, zero)]);
    }

    private string Zero(OnnxElementType type, long value) => _g.Constant(OnnxTensor.Scalar(value).Cast(type));

    private static int Low(OnnxElementType type) => type == OnnxElementType.Int8 ? -128 : 0;

    private static OnnxTensor PerChannel(int channels) =>
        OnnxTensor.FromFloats([.. Enumerable.Range(0, channels).Select(i => 0.003f * (i + 1))], channels);

    /// <summary>Even numbers within a small range, which a search for the best scale would not give back.</summary>
    private static OnnxTensor Integers(OnnxElementType type, params long[] dims)
    {
        var random = new Random(3);
        var count = (int)dims.Aggregate(1L, (product, dim) => product * dim);
        return OnnxTensor.FromInts([.. Enumerable.Range(0, count).Select(_ => 2L * random.Next(-40, 41))], dims).Cast(type);
    }

    private static long[] Transposed(OnnxTensor matrix)
    {
        var values = matrix.ToInts();
        int rows = (int)matrix.Dims[0], columns = (int)matrix.Dims[1];
        return [.. Enumerable.Range(0, columns).SelectMany(k => Enumerable.Range(0, rows).Select(r => values[(r * columns) + k]))];
    }
}
