namespace EdgeSeq.Quantize.StepModel;

/// <summary>Writes one step op as ONNX nodes.</summary>
internal delegate void EmissionRule(Emission op);

/// <summary>The rule of every step op that a float step graph can hold, by its name in program files.</summary>
internal static class EmissionTable
{
    public static IReadOnlyDictionary<string, EmissionRule> Default { get; } = new Dictionary<string, EmissionRule>(StringComparer.Ordinal)
    {
        ["ArgReduce"] = ReductionRules.ArgReduce,
        ["Attention"] = AttentionRules.Attention,
        ["AttentionPool"] = AttentionRules.AttentionPool,
        ["Binary"] = ElementwiseRules.Binary,
        ["Cast"] = ElementwiseRules.Cast,
        ["Conv"] = ConvolutionRules.Conv,
        ["ConvStep"] = ConvolutionRules.ConvStep,
        ["ConvTranspose"] = ConvolutionRules.ConvTranspose,
        ["Copy"] = MovementRules.Copy,
        ["CumSum"] = ReductionRules.CumSum,
        ["Delay"] = StreamRules.Delay,
        ["Fill"] = MovementRules.Fill,
        ["GRU"] = RecurrentRules.Gru,
        ["Gather"] = MovementRules.Gather,
        ["GatherElements"] = MovementRules.GatherElements,
        ["GatherND"] = MovementRules.GatherND,
        ["LSTM"] = RecurrentRules.Lstm,
        ["Latch"] = StreamRules.Latch,
        ["LayerNorm"] = MatrixRules.LayerNorm,
        ["Linear"] = MatrixRules.Linear,
        ["MatMul"] = MatrixRules.MatMul,
        ["OneHot"] = MovementRules.OneHot,
        ["Pool"] = ConvolutionRules.Pool,
        ["Push"] = StreamRules.Push,
        ["RNN"] = RecurrentRules.Rnn,
        ["Reduce"] = ReductionRules.Reduce,
        ["Running"] = StreamRules.Running,
        ["ScatterElements"] = MovementRules.ScatterElements,
        ["ScatterND"] = MovementRules.ScatterND,
        ["Softmax"] = ReductionRules.Softmax,
        ["StepCount"] = StreamRules.StepCount,
        ["Table"] = StreamRules.Table,
        ["TopK"] = ReductionRules.TopK,
        ["Unary"] = ElementwiseRules.Unary,
        ["Where"] = ElementwiseRules.Where,
        ["Window"] = StreamRules.Window,
    };
}
