namespace EdgeSeq.Quantize.OnnxExport;

/// <summary>Writes one step op as ONNX nodes.</summary>
internal delegate void EmissionRule(Emission op);

/// <summary>The rule of every step op that a float step graph can hold, by its name in program files.</summary>
internal static class EmissionTable
{
    public static IReadOnlyDictionary<string, EmissionRule> Default { get; } = new Dictionary<string, EmissionRule>(StringComparer.Ordinal)
    {
        ["ArgReduce"] = ReductionEmission.ArgReduce,
        ["Attention"] = AttentionEmission.Attention,
        ["AttentionPool"] = AttentionEmission.AttentionPool,
        ["Banded"] = MatrixEmission.Banded,
        ["Binary"] = ElementwiseEmission.Binary,
        ["Cast"] = ElementwiseEmission.Cast,
        ["Columns"] = StreamEmission.Columns,
        ["Conv"] = ConvolutionEmission.Conv,
        ["ConvStep"] = ConvolutionEmission.ConvStep,
        ["Copy"] = MovementEmission.Copy,
        ["CumSum"] = ReductionEmission.CumSum,
        ["AfterEnd"] = op => op.Out("y", op.In("x", op.Int("size")), op.Int("size")),
        ["DFT"] = FourierEmission.Dft,
        ["Delay"] = StreamEmission.Delay,
        ["Fill"] = MovementEmission.Fill,
        ["GRU"] = RecurrentEmission.Gru,
        ["Gather"] = MovementEmission.Gather,
        ["GatherElements"] = MovementEmission.GatherElements,
        ["GatherND"] = MovementEmission.GatherND,
        ["InverseDFT"] = FourierEmission.Inverse,
        ["LSTM"] = RecurrentEmission.Lstm,
        ["Latch"] = StreamEmission.Latch,
        ["LayerNorm"] = MatrixEmission.LayerNorm,
        ["Linear"] = MatrixEmission.Linear,
        ["MatMul"] = MatrixEmission.MatMul,
        ["OneHot"] = MovementEmission.OneHot,
        ["Pool"] = ConvolutionEmission.Pool,
        ["Push"] = StreamEmission.Push,
        ["RNN"] = RecurrentEmission.Rnn,
        ["Reduce"] = ReductionEmission.Reduce,
        ["Running"] = StreamEmission.Running,
        ["ScatterElements"] = MovementEmission.ScatterElements,
        ["ScatterND"] = MovementEmission.ScatterND,
        ["Softmax"] = ReductionEmission.Softmax,
        ["StepCount"] = StreamEmission.StepCount,
        ["Table"] = StreamEmission.Table,
        ["TopK"] = ReductionEmission.TopK,
        ["Unary"] = ElementwiseEmission.Unary,
        ["Where"] = ElementwiseEmission.Where,
        ["Window"] = StreamEmission.Window,
    };
}
