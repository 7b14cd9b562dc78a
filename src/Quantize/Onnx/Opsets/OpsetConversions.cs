using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Onnx.Opsets;

/// <summary>The differences between operator set versions that are more than a moved attribute: one rule an op.</summary>
internal static class OpsetConversions
{
    private static readonly Dictionary<string, Func<OnnxNode, NormalizationScope, IEnumerable<OnnxNode>>> Conversions = new()
    {
        ["Softmax"] = FlattenedSoftmax.Apply,
        ["LogSoftmax"] = FlattenedSoftmax.Apply,
        ["Hardmax"] = FlattenedSoftmax.Apply,
        ["BatchNormalization"] = BatchNormalization,
        ["Dropout"] = Dropout,
        ["DequantizeLinear"] = DequantizeLinear,
        ["DFT"] = Dft,
        ["Erfc"] = Erfc,
        ["GridSample"] = GridSample,
        ["GroupNormalization"] = GroupNormalization,
        ["GRU"] = BatchFirstRecurrence.Apply,
        ["LSTM"] = BatchFirstRecurrence.Apply,
        ["RNN"] = BatchFirstRecurrence.Apply,
        ["Resize"] = Resize,
        ["Scan"] = Scan,
        ["Scatter"] = Scatter,
        ["Split"] = Split,
        ["Upsample"] = Upsample,
    };

    /// <summary>The nodes that stand for <paramref name="node"/> in the canonical version; mostly itself, changed in place.</summary>
    public static IEnumerable<OnnxNode> Apply(OnnxNode node, NormalizationScope scope) =>
        Conversions.TryGetValue(node.OpType, out var rule) ? rule(node, scope) : [node];

    /// <summary>Up to version 13 more outputs than one mean training, from 14 on the attribute does.</summary>
    private static IEnumerable<OnnxNode> BatchNormalization(OnnxNode node, NormalizationScope scope)
    {
        if (node.Int("training_mode", 0) != 0 || node.Outputs.Skip(1).Any(output => output.Length > 0))
            throw InTraining(node);
        if (node.Outputs.Count > 1)
            node.Outputs.RemoveRange(1, node.Outputs.Count - 1);
        return [node];
    }

    /// <summary>In inference nothing is dropped: the data passes and the mask, if anything reads it, is true everywhere.</summary>
    private static IEnumerable<OnnxNode> Dropout(OnnxNode node, NormalizationScope scope)
    {
        if (node.Input(2) is { } mode && scope.Graph.Constant(mode)?.ToInts() is not [0])
            throw InTraining(node);
        var data = node.RequiredInput(0);
        yield return new OnnxNode(node.Name, "Identity") { Inputs = [data], Outputs = [node.RequiredOutput(0)] };
        if (!scope.IsRead(node.Output(1)))
            yield break;
        var shape = scope.NewNode(node, "Shape", data);
        var mask = scope.NewNode(node, "Expand", scope.AddConstant(node, "kept", OnnxTensor.Scalar(true)), shape.Outputs[0]);
        mask.Outputs[0] = node.Outputs[1];
        yield return shape;
        yield return mask;
    }

    /// <summary>Codes of 4 bits and their zero points as 8 bits: the same numbers.</summary>
    private static IEnumerable<OnnxNode> DequantizeLinear(OnnxNode node, NormalizationScope scope)
    {
        foreach (var input in new[] { 0, 2 })
        {
            if (scope.Graph.Constant(node.Input(input)) is { ElementType: OnnxElementType.Int4 or OnnxElementType.UInt4 } codes)
            {
                node.Inputs[input] = scope.AddConstant(node, input == 0 ? "codes" : "zero_point",
                    codes.Cast(codes.ElementType == OnnxElementType.Int4 ? OnnxElementType.Int8 : OnnxElementType.UInt8));
            }
        }

        return [node];
    }

    /// <summary>Up to version 8 it ran over a batch, with lengths.</summary>
    private static IEnumerable<OnnxNode> Scan(OnnxNode node, NormalizationScope scope) => scope.Version(node) >= 9 ? [node]
        : throw new EdgeSeqException(ErrorCodes.UnsupportedOnnxFeature, $"{node} has the form of operator set 8, which runs over a batch",
            "export the model again with opset_version 9 or higher");

    /// <summary>The default axis was 1 before it became an input with default -2.</summary>
    private static IEnumerable<OnnxNode> Dft(OnnxNode node, NormalizationScope scope)
    {
        if (scope.Version(node) < 20 && node.Input(2) is null)
        {
            while (node.Inputs.Count < 3)
                node.Inputs.Add("");
            node.Inputs[2] = scope.AddConstant(node, "axis", OnnxTensor.Scalar(1L));
        }

        return [node];
    }

    /// <summary>
    /// An op that ONNX does not have but exporters leave behind: 1 - Erf. Written out here, as ONNX Runtime loads no graph that holds it.
    /// </summary>
    private static IEnumerable<OnnxNode> Erfc(OnnxNode node, NormalizationScope scope)
    {
        scope.IsRepaired = true;
        var erf = scope.NewNode(node, "Erf", node.RequiredInput(0));
        var one = scope.AddConstant(node, "one", OnnxTensor.Scalar(1f));
        return [erf, new OnnxNode(node.Name, "Sub") { Inputs = [one, erf.Outputs[0]], Outputs = [node.RequiredOutput(0)] }];
    }

    private static IEnumerable<OnnxNode> GridSample(OnnxNode node, NormalizationScope scope)
    {
        if (scope.Version(node) < 20 && node.Has("mode"))
        {
            node.Attributes["mode"] = node.String("mode") switch
            {
                "bilinear" => "linear",
                "bicubic" => "cubic",
                var other => other,
            };
        }

        return [node];
    }

    /// <summary>Before version 21 scale and bias had one value a group, now one a channel.</summary>
    private static IEnumerable<OnnxNode> GroupNormalization(OnnxNode node, NormalizationScope scope)
    {
        if (scope.Version(node) >= 21)
            return [node];
        var groups = node.Int("num_groups");
        if (scope.TypeOf(node.Input(0))?.Dims is not [_, { Size: { } channels }, ..] || groups <= 0 || channels % groups != 0)
        {
            throw new EdgeSeqException(
                ErrorCodes.UnsupportedOnnxFeature, $"{node} has an unknown number of channels", "export with opset 21 or newer");
        }

        return [.. PerChannel(node, 1, groups, channels, scope), .. PerChannel(node, 2, groups, channels, scope), node];
    }

    private static IEnumerable<OnnxNode> PerChannel(OnnxNode node, int input, long groups, long channels, NormalizationScope scope)
    {
        var column = scope.AddConstant(node, "column", OnnxTensor.Vector(groups, 1));
        var perGroup = scope.AddConstant(node, "per_group", OnnxTensor.Vector(1, channels / groups));
        var perChannel = scope.AddConstant(node, "per_channel", OnnxTensor.Vector(channels));
        var reshape = scope.NewNode(node, "Reshape", node.RequiredInput(input), column);
        var tile = scope.NewNode(node, "Tile", reshape.Outputs[0], perGroup);
        var flat = scope.NewNode(node, "Reshape", tile.Outputs[0], perChannel);
        node.Inputs[input] = flat.Outputs[0];
        return [reshape, tile, flat];
    }

    private static IEnumerable<OnnxNode> Resize(OnnxNode node, NormalizationScope scope)
    {
        if (scope.Version(node) < 11)
            return Upsample(node, scope);
        // The input that is not used (roi, scales or sizes) may be given as an empty tensor.
        for (var i = 1; i < node.Inputs.Count; i++)
        {
            if (scope.Graph.Constant(node.Input(i)) is { Count: 0 })
                node.Inputs[i] = "";
        }

        return [node];
    }

    /// <summary>Upsample, and Resize of version 10, scale without aligning the corners or centres of samples.</summary>
    private static IEnumerable<OnnxNode> Upsample(OnnxNode node, NormalizationScope scope) =>
    [
        new OnnxNode(node.Name, "Resize")
        {
            Inputs = [node.RequiredInput(0), "", node.RequiredInput(1)],
            Outputs = node.Outputs,
            Attributes = new()
            {
                ["mode"] = node.String("mode", "nearest"),
                ["coordinate_transformation_mode"] = "asymmetric",
                ["nearest_mode"] = "floor",
            },
        },
    ];

    private static IEnumerable<OnnxNode> Scatter(OnnxNode node, NormalizationScope scope)
    {
        node.OpType = "ScatterElements";
        return [node];
    }

    /// <summary>Since version 18 equal parts are asked for by their number.</summary>
    private static IEnumerable<OnnxNode> Split(OnnxNode node, NormalizationScope scope)
    {
        if (scope.Version(node) < 18 && node.Input(1) is null)
            node.Attributes["num_outputs"] = node.Outputs.Count;
        return [node];
    }

    private static EdgeSeqException InTraining(OnnxNode node) => new(
        ErrorCodes.UnsupportedOnnxFeature, $"{node} is in training mode",
        "export the model in inference mode (model.eval() in PyTorch; a call of F.dropout needs training=self.training too)");
}
