namespace EdgeSeq.Quantize.Streaming.Attention;

/// <summary>Numbers that follow from the query, added to attention scores.</summary>
/// <param name="ScoresShape">ONNX shape of the scores where they meet them.</param>
/// <param name="QueryAxis">Axis of the queries there.</param>
/// <param name="KeyAxis">Axis of the keys there.</param>
/// <param name="Factor">Multiplies them.</param>
internal sealed record RelativeTerm(RelativeWire Wire, int[] ScoresShape, int QueryAxis, int KeyAxis, float Factor);
