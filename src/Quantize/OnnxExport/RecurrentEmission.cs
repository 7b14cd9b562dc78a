using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.OnnxExport;

/// <summary>Recurrent layers, whose states are inputs and outputs of ONNX's own ops.</summary>
internal static class RecurrentEmission
{
    public static void Lstm(Emission op)
    {
        int hidden = op.Int("hidden"), batch = op.Int("batch");
        string h = Start(op, "h0"), c = Start(op, "c0");
        var y = Layer(op, Biases(op, "bias", null, 4 * hidden), [h, c, op.OptionalIn("peephole", 1, 3 * hidden)],
            ("input_forget", (long)op.Int("inputForget")));
        op.Out("cn", y[2], 1, batch, hidden);
    }

    public static void Gru(Emission op) => Layer(op, Biases(op, "wBias", "rBias", 3 * op.Int("hidden")), [Start(op, "h0")],
        ("linear_before_reset", (long)op.Int("linearBeforeReset")));

    public static void Rnn(Emission op) => Layer(op, Biases(op, "bias", null, op.Int("hidden")), [Start(op, "h0")]);

    /// <summary>A state as the op takes it, [1, batch, hidden].</summary>
    private static string Start(Emission op, string input) => op.In(input, 1, op.Int("batch"), op.Int("hidden"));

    /// <param name="states">Initial states and what follows them among the op's inputs.</param>
    private static string[] Layer(
        Emission op, string bias, string[] states, params (string Name, OnnxAttribute Value)[] attributes)
    {
        var gates = op.Node.Definition.Matrices[0].Gates;
        int hidden = op.Int("hidden"), input = op.Int("input"), steps = op.Int("steps"), batch = op.Int("batch"), rows = gates * hidden;
        string[] taken = op.HasIn("products") ? [Products(op, rows), Identity(op, rows)]
            : [op.In("x", steps, batch, input), op.In("W", 1, rows, input)];
        string[] inputs = [.. taken, op.In("R", 1, rows, hidden), bias, "", .. states];
        var all = new List<(string, OnnxAttribute)>(attributes)
        {
            ("hidden_size", (long)hidden),
            ("direction", op.Int("reverse") != 0 ? "reverse" : "forward"),
        };
        if (op.Has("clip"))
            all.Add(("clip", op.Float("clip")));

        AddActivations(op, all);
        var y = op.Add(op.Node.Op, inputs, op.Node.Outputs.Length, [.. all]);
        op.OptionalOut("y", y[0], steps, 1, batch, hidden);
        op.Out("hn", y[1], 1, batch, hidden);
        return y;
    }

    /// <summary>W·x of all steps, [steps, batch, rows], of which a state keeps those that the next tick takes again.</summary>
    private static string Products(Emission op, int rows)
    {
        int input = op.Int("input"), steps = op.Int("steps"), batch = op.Int("batch"), head = op.Int("head"), tail = op.Int("tail");
        int fresh = op.Int("new"), count = head + fresh + tail;
        var w = op.Add("Transpose", [op.In("W", rows, input)], ("perm", (long[])[1, 0]));
        var computed = op.Reshape(op.Add("MatMul", op.In("x", count * batch, input), w), 1, count, batch * rows);
        var line = StreamEmission.Continued(op, "products", op.Slice(computed, 1, head, head + fresh),
            [1, steps - head - tail, batch * rows], fresh);
        string[] parts =
        [
            .. head > 0 ? [op.Slice(computed, 1, 0, head)] : Array.Empty<string>(), line,
            .. tail > 0 ? [op.Slice(computed, 1, head + fresh, count)] : Array.Empty<string>(),
        ];
        return op.Reshape(op.Concat(1, parts), steps, batch, rows);
    }

    private static string Identity(Emission op, int rows)
    {
        var ones = new float[rows * rows];
        for (var row = 0; row < rows; row++)
            ones[row * (rows + 1)] = 1;
        return op.Constant(OnnxTensor.FromFloats(ones, 1, rows, rows));
    }

    /// <summary>ONNX lists parameters of those functions only that take them.</summary>
    private static void AddActivations(Emission op, List<(string, OnnxAttribute)> attributes)
    {
        if (op.Texts("activations") is not string[] names)
            return;

        float[] alpha = op.Floats("alpha") ?? new float[names.Length], beta = op.Floats("beta") ?? new float[names.Length];
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
    private static string Biases(Emission op, string beside, string? besideR, int rows)
    {
        var recurrent = besideR is not null && op.HasIn(besideR);
        if (!op.HasIn(beside) && !recurrent)
            return "";

        return op.Concat(1, Part(beside, op.HasIn(beside)), Part(besideR ?? beside, recurrent));

        string Part(string input, bool given) =>
            given ? op.In(input, 1, rows) : op.Constant(OnnxTensor.Filled(OnnxElementType.Float32, [1, rows], 0));
    }
}
