namespace EdgeSeq.Runtime.Program;

/// <summary>What the converter decided about a model, and by what evidence. Nothing on the device reads it but people.</summary>
/// <param name="About">"mode", "time", "state", "batch", "rate", "labels", "length" and the like.</param>
/// <param name="Chosen">What was decided.</param>
/// <param name="Why">The evidence, or who said so.</param>
public sealed record ChoiceSpec(string About, string Chosen, string Why);
