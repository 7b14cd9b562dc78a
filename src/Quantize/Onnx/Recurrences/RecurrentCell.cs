namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>One step of an RNN, GRU or LSTM that a body spells out.</summary>
/// <param name="OpType">ONNX's op.</param>
/// <param name="X">The wire of the input [batch, input].</param>
/// <param name="H">The wire of the last output [batch, hidden].</param>
/// <param name="C">LSTM: the wire of the cell.</param>
/// <param name="NextH">The wire of the new output.</param>
/// <param name="NextC">LSTM: the wire of the new cell.</param>
/// <param name="Gates">What ONNX's W, R and B hold, gate after gate in ONNX's order.</param>
/// <param name="Activations">ONNX's f, g and h, as many as the op has.</param>
internal sealed record RecurrentCell(
    string OpType, string X, string H, string? C, string NextH, string? NextC, IReadOnlyList<CellGate> Gates,
    IReadOnlyList<Activation> Activations)
{
    public bool LinearBeforeReset { get; init; }

    public int Hidden => Gates[0].Bias.Length;
}

/// <summary>The weights of one gate, from the input and from the last output.</summary>
internal sealed record CellGate(Matrix? Input, Matrix? Recurrent, float[] Bias, float[]? RecurrentBias = null);
