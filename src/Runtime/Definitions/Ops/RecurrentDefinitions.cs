using EdgeSeq.Runtime.Kernels;
using static EdgeSeq.Runtime.Definitions.Define;

namespace EdgeSeq.Runtime.Definitions.Ops;

internal static class RecurrentDefinitions
{
    /// <summary>Activations that ONNX has for recurrent layers only.</summary>
    public const string Affine = "Affine", ScaledTanh = "ScaledTanh";

    private const string StateScale = "hScale";

    private const int LstmGates = 4, GruGates = 3, RnnGates = 1;

    private static readonly string[] Activations = [.. Enum.GetNames<UnaryFunction>(), Affine, ScaledTanh];

    public static IReadOnlyList<OpDefinition> All { get; } =
    [
        new("LSTM", OpFamily.Recurrent)
        {
            Meaning = "ONNX's LSTM, gates i, o, f, c; bias = Wb + Rb; peephole gates i, o, f; x [steps, batch, input], "
                + "y [steps, batch, hidden]; hn and cn may be the states h0 and c0; clip bounds what goes into the gates' activations; "
                + "with products, x [head + new + tail, batch, input] has only steps whose W·x + bias the ring does not: products "
                + "[turns, steps - head - tail, batch, rows] of the packed W, of which tick j continues the part j mod turns, by new "
                + "steps each time",
            Inputs =
            [
                Data("x"), Weights("W", "wScale"), Scale("wScale"), Weights("R", "rScale"), Scale("rScale"), Bias(),
                Parameters("peephole").Optional(), Start("h0"), Start("c0"), KeptProducts,
            ],
            Outputs = [Data("y").Optional(), Data("hn"), Data("cn")],
            Attributes = [.. Attributes("Sigmoid", "Tanh", "Tanh"), Flag("inputForget")],
            Matrices = Matrices(LstmGates, "bias", "bias"),
            Traits = OpTraits.None,
            Multiplications = op => Multiplications(op, LstmGates),
        },
        new("GRU", OpFamily.Recurrent)
        {
            Meaning = "ONNX's GRU, gates z, r, h; the rest as for LSTM",
            Inputs =
            [
                Data("x"), Weights("W", "wScale"), Scale("wScale"), Weights("R", "rScale"), Scale("rScale"),
                Bias("wBias"), Bias("rBias"), Start("h0"), KeptProducts,
            ],
            Outputs = [Data("y").Optional(), Data("hn")],
            Attributes = [.. Attributes("Sigmoid", "Tanh"), Flag("linearBeforeReset")],
            Matrices = Matrices(GruGates, "wBias", "rBias", stateIsOneVectorIf: "linearBeforeReset"),
            Traits = OpTraits.None,
            Multiplications = op => Multiplications(op, GruGates),
        },
        new("RNN", OpFamily.Recurrent)
        {
            Meaning = "ONNX's RNN; the rest as for LSTM",
            Inputs =
            [
                Data("x"), Weights("W", "wScale"), Scale("wScale"), Weights("R", "rScale"), Scale("rScale"), Bias(), Start("h0"),
                KeptProducts,
            ],
            Outputs = [Data("y").Optional(), Data("hn")],
            Attributes = Attributes("Tanh"),
            Matrices = Matrices(RnnGates, "bias", "bias"),
            Traits = OpTraits.None,
            Multiplications = op => Multiplications(op, RnnGates),
        },
    ];

    /// <summary>What of W·x later ticks take again.</summary>
    private static OperandDefinition KeptProducts => State("products").Optional();

    private static AttributeDefinition[] Attributes(params string[] activations) =>
    [
        Size("hidden"), Size("input"), Size("steps", 1), Size("batch", 1), Flag("reverse"),
        Int("head", 0, 0), SizeOr("new", "steps"), Int("tail", 0, 0), Size("turns", 1),
        new("activations", AttributeKind.Choices) { Choices = Activations, Count = activations.Length, Default = activations },
        new("alpha", AttributeKind.Numbers) { Count = activations.Length },
            new("beta", AttributeKind.Numbers) { Count = activations.Length },
        OptionalScale("clip"), OptionalScale(Products.InputScale), OptionalScale(StateScale), Products.ActivationBits,
    ];

    private static MatrixDefinition[] Matrices(int gates, string inputBias, string stateBias, string? stateIsOneVectorIf = null) =>
    [
        new("W", inputBias, Products.InputScale, VectorSource.Rows) { Gates = gates, Columns = "input" },
        new("R", stateBias, StateScale, VectorSource.State) { Gates = gates, Columns = "hidden", OneVectorIf = stateIsOneVectorIf },
    ];

    private static long Multiplications(OpFacts op, int gates) =>
        gates * op["hidden"] * op["batch"]
        * ((op["input"] * (op["head"] + op["new"] + op["tail"])) + (op["hidden"] * op["steps"]));
}
