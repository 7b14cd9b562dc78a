namespace EdgeSeq.Quantize.FrontEnds.Tables;

/// <summary>The window on a frame.</summary>
/// <param name="Name">A function of <see cref="WindowFunction"/>.</param>
/// <param name="Offset">Where it sits in the frame; the rest is multiplied by zero.</param>
internal sealed record WindowSpec(string Name, int Length, bool Periodic, int Offset)
{
    /// <summary>Of the function: β, σ, α.</summary>
    public IReadOnlyList<double> Parameters { get; init; } = [];

    /// <summary>The window itself, in the place of a function.</summary>
    public IReadOnlyList<double>? Given { get; init; }

    public double[] Values() => Given is null ? WindowFunction.Of(Name, Length, Periodic, Parameters)
        : Given.Count == Length ? [.. Given]
        : throw FrontEndErrors.Invalid($"a window of {Given.Count} values for a length of {Length}");
}
