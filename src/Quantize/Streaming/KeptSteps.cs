namespace EdgeSeq.Quantize.Streaming;

/// <summary>A recurrent layer whose input repeats from run to run: the products of most of its steps are known.</summary>
/// <param name="Steps">Of the whole window.</param>
/// <param name="Computed">The wire of the steps that are not: first those at the begin, then the new ones, then those at the
/// end.</param>
/// <param name="Head">Steps at the begin.</param>
/// <param name="New">Steps by which the others move on.</param>
/// <param name="Tail">Steps at the end.</param>
/// <param name="Turns">Runs from one to the next that continues its steps.</param>
internal sealed record KeptSteps(int Steps, string Computed, int Head, int New, int Tail, int Turns);
