using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>The activation functions of one direction of a recurrent node, with their parameters by position.</summary>
internal static class RecurrentActivations
{
    /// <returns>Nulls where the node uses the defaults.</returns>
    public static (string[]? Names, float[]? Alpha, float[]? Beta) Of(OnnxNode node, int direction)
    {
        string[] defaults = node.OpType switch { "LSTM" => ["Sigmoid", "Tanh", "Tanh"], "GRU" => ["Sigmoid", "Tanh"], _ => ["Tanh"] };
        if (node.Strings("activations") is not { } given)
            return (null, null, null);

        // ONNX lists parameters only for the functions that take them, in order, over both directions.
        var alphas = new Queue<float>(node.Floats("activation_alpha") ?? []);
        var betas = new Queue<float>(node.Floats("activation_beta") ?? []);
        var all = given.Select(name => Parameters(node, name, alphas, betas)).Skip(direction * defaults.Length).Take(defaults.Length)
            .ToArray();
        string[] names = [.. all.Select(a => a.Name)];
        return names.SequenceEqual(defaults) ? (null, null, null) : (names, [.. all.Select(a => a.Alpha)], [.. all.Select(a => a.Beta)]);
    }

    private static (string Name, float Alpha, float Beta) Parameters(OnnxNode node, string name, Queue<float> alphas, Queue<float> betas)
    {
        (string Name, float? Alpha, float? Beta) known = name.ToLowerInvariant() switch
        {
            "sigmoid" => ("Sigmoid", null, null),
            "tanh" => ("Tanh", null, null),
            "relu" => ("Relu", null, null),
            "softsign" => ("Softsign", null, null),
            "softplus" => ("Softplus", null, null),
            "leakyrelu" => ("LeakyRelu", 0.01f, null),
            "thresholdedrelu" => ("ThresholdedRelu", 1, null),
            "elu" => ("Elu", 1, null),
            "hardsigmoid" => ("HardSigmoid", 0.2f, 0.5f),
            "affine" => ("Affine", 1, 0),
            "scaledtanh" => ("ScaledTanh", 1, 1),
            _ => throw Refusal.Of(node, $"activation '{name}'"),
        };
        return (known.Name,
            known.Alpha is float alpha ? alphas.TryDequeue(out var a) ? a : alpha : 0,
            known.Beta is float beta ? betas.TryDequeue(out var b) ? b : beta : 0);
    }
}
