namespace EdgeSeq.Models.References;

/// <summary>What an output must be.</summary>
/// <param name="Output">Its name; null: the first one.</param>
/// <param name="Rows">Elements one after another; a row of NaN is not known.</param>
/// <param name="LastOnly">Only the last element is given.</param>
internal sealed record Expected(string? Output, float[][] Rows, bool LastOnly = false)
{
    public static Expected Last(float[] row) => new(null, [row], LastOnly: true);
}
