namespace EdgeSeq.Quantize.Steps;

/// <summary>
/// How a constant is laid out in the file. In the step graph every weight stays in logical row-major order
/// [groups, rows, columns]; the writer packs it for the kernels.
/// </summary>
/// <param name="Groups">Matrices one after another (grouped convolution); 1 otherwise.</param>
/// <param name="Rows">Rows of each matrix; gates × hidden for a recurrent layer, gate after gate.</param>
/// <param name="Columns">Columns of each matrix; 0 for a vector with one element a row (bias, scales).</param>
/// <param name="Gates">Gates to interleave; 1 for anything but a recurrent layer.</param>
/// <param name="OneMatrix">The rows of all groups are packed as those of one matrix (depthwise convolution).</param>
internal sealed record MatrixLayout(int Groups, int Rows, int Columns, int Gates = 1, bool OneMatrix = false)
{
    public bool IsVector => Columns == 0;

    /// <summary>The matrices as the file has them.</summary>
    public MatrixLayout Packed => OneMatrix ? this with { Groups = 1, Rows = checked(Groups * Rows) } : this;

    /// <summary>The layout of a vector with one element for each row of this matrix.</summary>
    public MatrixLayout RowVector => this with { Columns = 0 };
}
