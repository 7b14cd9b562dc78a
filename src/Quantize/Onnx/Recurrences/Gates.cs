namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>Recognises activations, also those that exporters write out in arithmetic.</summary>
internal sealed class Gates(OnnxGraph body, AffineForms forms)
{
    private const float Span = 12, Spacing = 0.125f, Tolerance = 1e-5f;

    /// <summary>The gate that a wire is; null where it is none.</summary>
    public Gate? Of(string wire)
    {
        if (Named(wire) is var (activation, input) && forms.Of(input) is { Terms.Count: > 0 } form)
            return new Gate(form, activation);

        return Clamped(wire);
    }

    /// <summary>The activation that gives a wire, and what it is of.</summary>
    public (Activation Activation, string Input)? Named(string wire)
    {
        if (forms.Producer(wire) is not { } node)
            return null;

        var activation = node.OpType switch
        {
            "Sigmoid" or "Tanh" or "Relu" or "Softsign" or "Softplus" => (Activation?)new Activation(node.OpType),
            "HardSigmoid" => new Activation(node.OpType, node.Float("alpha", 0.2f), node.Float("beta", 0.5f)),
            "LeakyRelu" => new Activation(node.OpType, node.Float("alpha", 0.01f)),
            "Elu" => new Activation(node.OpType, node.Float("alpha", 1)),
            _ => null,
        };
        return activation is null ? null : (activation, node.Inputs[0]);
    }

    /// <summary>A line between two bounds, times and plus constants, that goes from 0 to 1: HardSigmoid.</summary>
    private Gate? Clamped(string wire)
    {
        var steps = new Stack<Func<float, float>>();
        var clamps = false;
        while (forms.Of(wire) is null)
        {
            if (forms.Producer(wire) is not { } node || Step(node) is not var (step, next, isClamp))
                return null;

            steps.Push(step);
            clamps |= isClamp;
            wire = next;
        }

        return clamps && forms.Of(wire) is { Terms.Count: > 0 } form
            && HardSigmoid(x => steps.Aggregate(x, (y, step) => step(y))) is { } found
            ? new Gate(form, found) : null;
    }

    private (Func<float, float> Step, string Next, bool Clamps)? Step(OnnxNode node)
    {
        if (node.Is("Relu"))
            return (x => Math.Max(x, 0), node.Inputs[0], true);

        if (node.Is("Clip"))
        {
            var low = node.Input(1) is { } l ? Number(l) : float.NegativeInfinity;
            var high = node.Input(2) is { } h ? Number(h) : float.PositiveInfinity;
            return low is float min && high is float max ? (x => Math.Min(Math.Max(x, min), max), node.Inputs[0], true) : null;
        }

        if (node.Inputs.Count != 2)
            return null;

        var right = Number(node.Inputs[1]);
        var variable = node.Inputs[right is null ? 1 : 0];
        if ((right ?? Number(node.Inputs[0])) is not float constant || (right is null && node.OpType is "Div" or "Sub"))
            return null;

        return node.OpType switch
        {
            "Add" => (x => x + constant, variable, false),
            "Sub" => (x => x - constant, variable, false),
            "Mul" => (x => x * constant, variable, false),
            "Div" => (x => x / constant, variable, false),
            "Min" => (x => Math.Min(x, constant), variable, true),
            "Max" => (x => Math.Max(x, constant), variable, true),
            _ => null,
        };
    }

    private float? Number(string wire) => body.Constant(wire) is not null ? forms.Scalar(wire) : null;

    private static Activation? HardSigmoid(Func<float, float> function)
    {
        float[] points = [.. Enumerable.Range(0, (int)(2 * Span / Spacing) + 1).Select(i => i * Spacing - Span)];
        float[] inside = [.. points.Where(x => function(x) is > 0 and < 1)];
        if (inside.Length < 2)
            return null;

        var alpha = (function(inside[^1]) - function(inside[0])) / (inside[^1] - inside[0]);
        var beta = function(inside[0]) - alpha * inside[0];
        return points.All(x => Math.Abs(Math.Clamp(alpha * x + beta, 0, 1) - function(x)) <= Tolerance)
            ? new Activation("HardSigmoid", alpha, beta) : null;
    }
}
