
namespace EdgeSeq.Quantize.Onnx.Opsets;

/// <summary>
/// Models that ONNX Runtime has saved after its optimisations hold fused nodes of the com.microsoft domain. Those that are plain
/// combinations of standard ops are written out again.
/// </summary>
internal static class FusedConversions
{
    private static readonly Dictionary<string, Func<OnnxNode, NormalizationScope, IEnumerable<OnnxNode>>> Conversions = new()
    {
        ["FusedMatMul"] = FusedMatMul,
        ["TransposeMatMul"] = FusedMatMul,
        ["FusedGemm"] = FusedGemm,
        ["FusedConv"] = FusedConv,
        ["QuantizeLinear"] = Standard,
        ["DequantizeLinear"] = Standard,
        ["GatherND"] = Standard,
        ["Pad"] = Standard,
        ["Range"] = Standard,
        ["Trilu"] = Standard,
        ["ExpandDims"] = ExpandDims,
    };

    public static IEnumerable<OnnxNode> Apply(OnnxNode node, NormalizationScope scope) =>
        Conversions.TryGetValue(node.OpType, out var rule) ? rule(node, scope) : [node];

    /// <summary>The domain's form of an op whose standard form has caught up with it.</summary>
    private static IEnumerable<OnnxNode> Standard(OnnxNode node, NormalizationScope scope)
    {
        node.Domain = "";
        return [node];
    }

    /// <summary>Unsqueeze whose axis is a single int32.</summary>
    private static IEnumerable<OnnxNode> ExpandDims(OnnxNode node, NormalizationScope scope)
    {
        if (scope.Graph.Constant(node.Input(1)) is not { Count: 1 } axis)
            return [node];

        return
        [
            new OnnxNode(node.Name, "Unsqueeze")
            {
                Inputs = [node.RequiredInput(0), scope.AddConstant(node, "axes", OnnxTensor.Vector(axis.ToInts()[0]))],
                Outputs = [node.RequiredOutput(0)],
            },
        ];
    }

    /// <summary>alpha · A' · B' where either may be transposed in its last two dimensions.</summary>
    private static IEnumerable<OnnxNode> FusedMatMul(OnnxNode node, NormalizationScope scope)
    {
        var known = RankIsKnown(node, 0, "transA", scope) && RankIsKnown(node, 1, "transB", scope);
        if (!known || node.Int("transBatchA", 0) != 0 || node.Int("transBatchB", 0) != 0)
            return [node];
        var product = new OnnxNode(node.Name, "MatMul") { Inputs = [.. node.Inputs], Outputs = [node.RequiredOutput(0)] };
        return
        [
            .. Transposed(node, product, 0, "transA", scope),
            .. Transposed(node, product, 1, "transB", scope),
            product,
            .. Scaled(node, product, scope),
        ];
    }

    private static bool RankIsKnown(OnnxNode node, int input, string transposed, NormalizationScope scope) =>
        node.Int(transposed, 0) == 0 || scope.TypeOf(node.RequiredInput(input))?.Dims is { Count: >= 2 };

    private static IEnumerable<OnnxNode> Transposed(
        OnnxNode node, OnnxNode product, int input, string attribute, NormalizationScope scope)
    {
        if (node.Int(attribute, 0) == 0)
            return [];
        var rank = scope.TypeOf(node.Inputs[input])!.Dims!.Count;
        var transpose = scope.NewNode(node, "Transpose", node.Inputs[input]);
        transpose.Attributes["perm"] = LastTwoSwapped(rank);
        product.Inputs[input] = transpose.Outputs[0];
        return [transpose];
    }

    private static IEnumerable<OnnxNode> Scaled(OnnxNode node, OnnxNode product, NormalizationScope scope)
    {
        var alpha = node.Float("alpha", 1);
        if (alpha == 1)
            return [];
        var scale = new OnnxNode(scope.NewNodeName(node, "Mul"), "Mul") { Outputs = product.Outputs.ToList() };
        product.Outputs[0] = scope.NewWire(node, "unscaled");
        scale.Inputs.AddRange([product.Outputs[0], scope.AddConstant(node, "alpha", OnnxTensor.Scalar(alpha))]);
        return [scale];
    }

    private static IEnumerable<OnnxNode> FusedGemm(OnnxNode node, NormalizationScope scope)
    {
        var gemm = Plain(node, "Gemm", node.Inputs);
        return [gemm, .. Activation(node, gemm, Parameter(node, "activation_alpha"), Parameter(node, "activation_beta"), scope)];
    }

    /// <summary>activation(Conv(X, W, B) + Z).</summary>
    private static IEnumerable<OnnxNode> FusedConv(OnnxNode node, NormalizationScope scope)
    {
        var conv = Plain(node, "Conv", node.Inputs.Take(3));
        var parameters = node.Floats("activation_params") ?? [];
        float? first = parameters.Count > 0 ? parameters[0] : null;
        float? second = parameters.Count > 1 ? parameters[1] : null;
        if (node.Input(3) is not { } addend)
            return [conv, .. Activation(node, conv, first, second, scope)];
        var sum = new OnnxNode(scope.NewNodeName(node, "Add"), "Add") { Outputs = conv.Outputs.ToList() };
        conv.Outputs[0] = scope.NewWire(node, "sum");
        sum.Inputs.AddRange([conv.Outputs[0], addend]);
        return [conv, sum, .. Activation(node, sum, first, second, scope)];
    }

    private static OnnxNode Plain(OnnxNode node, string opType, IEnumerable<string> inputs) => new(node.Name, opType)
    {
        Inputs = [.. inputs],
        Outputs = [node.RequiredOutput(0)],
        Attributes = node.Attributes.Where(pair => !pair.Key.StartsWith("activation", StringComparison.Ordinal)).ToDictionary(),
    };

    /// <summary>The activation behind <paramref name="last"/>, which then gives an inner wire.</summary>
    private static IEnumerable<OnnxNode> Activation(OnnxNode node, OnnxNode last, float? first, float? second, NormalizationScope scope)
    {
        var opType = node.String("activation", "");
        if (opType.Length == 0)
            return [];
        var activation = new OnnxNode(scope.NewNodeName(node, opType), opType) { Outputs = last.Outputs.ToList() };
        last.Outputs[0] = scope.NewWire(node, "before_activation");
        activation.Inputs.Add(last.Outputs[0]);
        AddParameter(node, activation, ("min", "alpha"), first, scope);
        AddParameter(node, activation, ("max", "beta"), second, scope);
        return [activation];
    }

    /// <summary>A bound of Clip is an input, a parameter of any other activation an attribute.</summary>
    private static void AddParameter(
        OnnxNode node, OnnxNode activation, (string Bound, string Attribute) name, float? value, NormalizationScope scope)
    {
        if (value is null)
            return;
        if (activation.OpType == "Clip")
            activation.Inputs.Add(scope.AddConstant(node, name.Bound, OnnxTensor.Scalar(value.Value)));
        else
            activation.Attributes[name.Attribute] = value.Value;
    }

    private static float? Parameter(OnnxNode node, string attribute) => node.Has(attribute) ? node.Float(attribute) : null;

    private static long[] LastTwoSwapped(int rank) =>
        [.. Enumerable.Range(0, rank - 2).Select(axis => (long)axis), rank - 1, rank - 2];
}
