namespace EdgeSeq.Quantize.Streaming;

/// <summary>Columns of a wire that a state keeps from run to run: in front of new ones (Concat) they are the last ones.</summary>
/// <param name="Axis">Along which the columns lie.</param>
/// <param name="Length">Columns with the new ones.</param>
/// <param name="New">Columns that a run brings.</param>
/// <param name="Turns">Runs from one to the next that continues its columns; those between have columns of their own.</param>
internal sealed record ColumnRing(int Axis, int Length, int New, int Turns);
