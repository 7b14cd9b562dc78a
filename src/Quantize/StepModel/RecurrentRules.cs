using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.StepModel;

/// <summary>Recurrent layers, whose states are inputs and outputs of ONNX's own ops.</summary>
internal static class RecurrentRules
{
    public static void Lstm(Emission op)
    {
        int hidden = op.Int("hidden"), batch = op.Int("batch", 1);
        string h = Hidden(op, 7), c = Hidden(op, 8);
        var y = Layer(op, gates: 4, Biases(op, 5, -1, 4 * hidden), [h, c, op.OptionalIn(6, 1, 3 * hidden)], ["Sigmoid", "Tanh", "Tanh"],
            ("input_forget", (long)op.Int("inputForget", 0)));
        op.Out(2, y[2], 1, batch, hidden);
    }

    public static void Gru(Emission op) => Layer(op, gates: 3, Biases(op, 5, 6, 3 * op.Int("hidden")), [Hidden(op, 7)], ["Sigmoid", "Tanh"],
        ("linear_before_reset", (long)op.Int("linearBeforeReset", 0)));

    public static void Rnn(Emission op) => Layer(op, gates: 1, Biases(op, 5, -1, op.Int("hidden")), [Hidden(op, 6)], ["Tanh"]);

    /// <summary>A state as the op takes it, [1, batch, hidden].</summary>
    private static string Hidden(Emission op, int input) => op.In(input, 1, op.Int("batch", 1), op.Int("hidden"));

    /// <param name="states">Initial states and what follows them among the op's inputs.</param>
    private static string[] Layer(
        Emission op, int gates, string bias, string[] states, string[] defaults, params (string Name, OnnxAttribute Value)[] attributes)
    {
        int hidden = op.Int("hidden"), input = op.Int("input"), steps = op.Int("steps", 1), batch = op.Int("batch", 1);
        string[] inputs =
        [
            op.In(0, steps, batch, input), op.In(1, 1, gates * hidden, input), op.In(3, 1, gates * hidden, hidden), bias, "",
            .. states,
        ];
        var all = new List<(string, OnnxAttribute)>(attributes)
        {
            ("hidden_size", (long)hidden),
            ("direction", op.Int("reverse", 0) != 0 ? "reverse" : "forward"),
        };
        if (op.Has("clip"))
            all.Add(("clip", op.Float("clip", 0)));

        AddActivations(op, all, defaults);
        var y = op.Add(op.Node.Op, inputs, gates == 4 ? 3 : 2, [.. all]);
        if (op.HasOut(0))
            op.Out(0, y[0], steps, 1, batch, hidden);

        op.Out(1, y[1], 1, batch, hidden);
        return y;
    }

    /// <summary>ONNX lists parameters of those functions only that take them.</summary>
    private static void AddActivations(Emission op, List<(string, OnnxAttribute)> attributes, string[] defaults)
    {
        if (op.Texts("activations") is not string[] names)
            return;

        float[] alpha = op.Floats("alpha") ?? new float[defaults.Length], beta = op.Floats("beta") ?? new float[defaults.Length];
        attributes.Add(("activations", names));
        Add("activation_alpha", alpha, "Affine", "ScaledTanh", "HardSigmoid", "LeakyRelu", "ThresholdedRelu", "Elu");
        Add("activation_beta", beta, "Affine", "ScaledTanh", "HardSigmoid");

        void Add(string attribute, float[] values, params string[] takers)
        {
            float[] taken = [.. values.Where((_, i) => takers.Contains(names[i]))];
            if (taken.Length > 0)
                attributes.Add((attribute, taken));
        }
    }

    /// <summary>Biases beside W, then those beside R; zeros where the op has only one of them.</summary>
    private static string Biases(Emission op, int beside, int besideR, int rows)
    {
        var recurrent = besideR >= 0 && op.HasIn(besideR);
        if (!op.HasIn(beside) && !recurrent)
            return "";

        return op.Concat(1, Part(beside, op.HasIn(beside)), Part(besideR, recurrent));

        string Part(int input, bool given) =>
            given ? op.In(input, 1, rows) : op.Constant(OnnxTensor.Filled(OnnxElementType.Float32, [1, rows], 0));
    }
}
