namespace EdgeSeq.Quantize.Int8;

/// <summary>What the search for precision found and chose.</summary>
/// <param name="Nodes">Every node that had a choice, in order.</param>
/// <param name="Int8">The program with every node in plain int8 that need not be float.</param>
/// <param name="Reached">The program as it is.</param>
/// <param name="IsMet">The goal is reached; otherwise no node could be raised further.</param>
public sealed record PrecisionReport(IReadOnlyList<NodeChoice> Nodes, TrialResult Int8, TrialResult Reached, bool IsMet);

/// <summary>What one node adds to the error of the outputs, and what it got for that.</summary>
/// <param name="Name">Of the ONNX node.</param>
/// <param name="Op">The step op.</param>
/// <param name="Form">Its precision: int8, int8 with what helps it, or f32.</param>
/// <param name="Int8Share">Its share of the error with every node in plain int8; 0 to 1.</param>
/// <param name="Share">Its share of the error that is left; 0 to 1.</param>
/// <param name="Why">How far that raised the outputs above their error, or the option that asked for float; empty for plain int8.</param>
public sealed record NodeChoice(string Name, string Op, string Form, double Int8Share, double Share, string Why);
