using EdgeSeq.Quantize.Onnx.Ort;

namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>
/// Writes composite ops (attention, Einsum, Fourier transforms, quantised matrix products) out as the plain ops they stand for, so that
/// every later rule works on them as on a graph that was exported in plain ops. What a rule cannot write out stays as it is.
/// </summary>
internal static class Decomposer
{
    private const string Microsoft = "com.microsoft.", Learned = "ai.onnx.ml.";

    private static readonly Dictionary<string, Func<NodeParts, bool>> Decompositions = new()
    {
        ["Attention"] = AttentionParts.Standard,
        [Microsoft + "Attention"] = AttentionParts.Packed,
        [Microsoft + "MultiHeadAttention"] = AttentionParts.MultiHead,
        [Microsoft + "EmbedLayerNormalization"] = EmbeddingParts.Apply,
        [Microsoft + "GroupQueryAttention"] = AttentionParts.GroupQuery,
        ["RotaryEmbedding"] = RotaryParts.Standard,
        [Microsoft + "RotaryEmbedding"] = RotaryParts.Microsoft,
        ["TensorScatter"] = TensorScatterParts.Apply,
        ["BatchNormalization"] = ComputedStatistics.Apply,
        ["ReverseSequence"] = WholeReversal.Apply,
        ["Einsum"] = EinsumParts.Apply,
        ["If"] = BranchSelection.Apply,
        ["Loop"] = LoopUnrolling.Apply,
        ["Scan"] = ScanAsLoop.Apply,
        ["BitShift"] = BitParts.Shift,
        ["BitwiseAnd"] = BitParts.WithMask,
        ["BitwiseNot"] = BitParts.Not,
        ["BitwiseOr"] = BitParts.WithMask,
        ["BitwiseXor"] = BitParts.WithMask,
        ["CenterCropPad"] = GeometryParts.CenterCropPad,
        ["Col2Im"] = FoldParts.Col2Im,
        ["CumProd"] = RunningProduct.Apply,
        ["LpPool"] = PowerPooling.Apply,
        [Microsoft + "CDist"] = GeometryParts.Distances,
        ["Det"] = GeometryParts.Determinant,
        ["LRN"] = LocalResponse.Apply,
        [Microsoft + "GatherBlockQuantized"] = PackedWeights.GatherBlockQuantized,
        [Microsoft + "MatMulBnb4"] = PackedWeights.MatMulBnb4,
        ["DFT"] = FourierParts.Dft,
        ["STFT"] = FourierParts.Stft,
        ["DynamicQuantizeLinear"] = IntegerProducts.Apply,
        ["QLinearMatMul"] = QuantizedParts.MatMul,
        ["QLinearConv"] = QuantizedParts.Conv,
        [Microsoft + "QGemm"] = QuantizedParts.Gemm,
        [Microsoft + "QLinearAdd"] = parts => QuantizedParts.Elementwise(parts, "Add"),
        [Microsoft + "QLinearMul"] = parts => QuantizedParts.Elementwise(parts, "Mul"),
        [Microsoft + "QLinearSigmoid"] = parts => QuantizedParts.Elementwise(parts, "Sigmoid"),
        [Microsoft + "QLinearLeakyRelu"] = parts => QuantizedParts.Elementwise(parts, "LeakyRelu"),
        [Microsoft + "QLinearAveragePool"] = QuantizedPooling.AveragePool,
        [Microsoft + "QLinearGlobalAveragePool"] = QuantizedPooling.GlobalAveragePool,
        [Microsoft + "QLinearSoftmax"] = QuantizedPooling.Softmax,
        [Microsoft + "QLinearConcat"] = QuantizedPooling.Concat,
        [Microsoft + "QLinearWhere"] = QuantizedPooling.Where,
        [Learned + "ArrayFeatureExtractor"] = LearnedParts.ArrayFeatureExtractor,
        [Learned + "Binarizer"] = LearnedParts.Binarizer,
        [Learned + "LinearClassifier"] = LearnedParts.LinearClassifier,
        [Learned + "LinearRegressor"] = LearnedParts.LinearRegressor,
        [Learned + "Normalizer"] = LearnedParts.Normalizer,
        [Learned + "Scaler"] = LearnedParts.Scaler,
        [Microsoft + "QAttention"] = AttentionParts.Quantized,
        [Microsoft + "MatMulIntegerToFloat"] = QuantizedParts.MatMulIntegerToFloat,
        [Microsoft + "MatMulNBits"] = QuantizedParts.MatMulNBits,
        [Microsoft + "DynamicQuantizeMatMul"] = QuantizedParts.DynamicMatMul,
        [Microsoft + "DynamicQuantizeLSTM"] = QuantizedParts.Lstm,
    };

    /// <summary>The ops that are written out, by name with the domain where it is not the standard one.</summary>
    public static IEnumerable<string> Ops => Decompositions.Keys.Order(StringComparer.Ordinal);

    /// <summary>Whether the op is written out where its options have such a form.</summary>
    public static bool Writes(OnnxNode node) => Decompositions.ContainsKey(Key(node));

    /// <summary>Changes the graph in place; subgraphs stay.</summary>
    /// <returns>Whether anything was written out.</returns>
    public static bool Apply(OnnxGraph graph)
    {
        if (!graph.Nodes.Any(node => RuleOf(node, graph) is not null))
            return false;

        var scope = new PartsScope(graph, TypeInference.Infer(graph));
        var changed = false;
        foreach (var node in graph.Nodes.ToList())
        {
            if (RuleOf(node, graph) is { } rule)
            {
                var parts = new NodeParts(scope, node);
                if (rule(parts))
                {
                    parts.Replace();
                    changed = true;
                }
            }
        }

        return changed;
    }

    private static Func<NodeParts, bool>? RuleOf(OnnxNode node, OnnxGraph graph) =>
        WholePooling.Is(node) ? parts => WholePooling.Apply(parts) || (FlatConvolution.Is(node, graph) && FlatConvolution.Apply(parts))
        : FlatConvolution.Is(node, graph) ? FlatConvolution.Apply
        : PlacedRows.Is(node, graph) ? PlacedRows.Apply
        : AttentionSinks.Is(node, graph) ? AttentionSinks.Apply
        : Decompositions.GetValueOrDefault(Key(node));

    private static string Key(OnnxNode node) => node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}";
}
