namespace EdgeSeq.Quantize.FrontEnds.Tables;

/// <summary>A bank of triangular filters.</summary>
/// <param name="Count">Filters.</param>
/// <param name="Scale">htk or slaney.</param>
/// <param name="Norm">slaney: each filter times 2/(width in Hz); null: peak 1.</param>
/// <param name="Low">Lower edge of the first filter, Hz.</param>
/// <param name="High">Upper edge of the last, Hz.</param>
/// <param name="Axis">Along which the triangles are linear: hz (librosa, torchaudio), mel (Kaldi, TensorFlow), fft_bin_floor
/// (python_speech_features).</param>
internal sealed record MelSpec(int Count, string Scale, string? Norm, double Low, double High, string Axis)
{
    /// <summary>The bin of 0 Hz is left out.</summary>
    public bool ZeroDc { get; init; }

    /// <summary>The bin of half the sample rate is left out.</summary>
    public bool ExcludesNyquist { get; init; }

    /// <summary>Null: edges stand where the scale has them.</summary>
    public VtlnWarp? Warp { get; init; }

    /// <summary>First and last bin that count; null: all.</summary>
    public (int First, int Last)? Bins { get; init; }

    /// <summary>[bins, filters] row-major: a row of bins times it is the filters' output.</summary>
    public double[] Matrix(int size, double hz)
    {
        var bins = size / 2 + 1;
        double low = MelScale.ToMel(Low, Scale), high = MelScale.ToMel(High, Scale);
        double[] points = [.. Enumerable.Range(0, Count + 2).Select(i => low + (high - low) * i / (Count + 1))];
        double[] inHz = [.. points.Select(mel => MelScale.ToHz(mel, Scale))];
        if (Warp is { } warp)
        {
            inHz = [.. inHz.Select(warp.Of)];
            points = [.. inHz.Select(edge => MelScale.ToMel(edge, Scale))];
        }

        var edges = Axis switch
        {
            "hz" => inHz,
            "mel" => points,
            "fft_bin_floor" => inHz.Select(f => Math.Floor((size + 1) * f / hz)).ToArray(),
            _ => throw FrontEndErrors.Invalid($"triangles cannot be linear in '{Axis}'", "hz, mel or fft_bin_floor"),
        };
        var matrix = new double[bins * Count];
        for (var k = 0; k < bins; k++)
        {
            if (!Counts(k, bins))
                continue;

            var f = k * hz / size;
            var at = Axis switch { "hz" => f, "mel" => MelScale.ToMel(f, Scale), _ => k };
            for (var i = 0; i < Count; i++)
            {
                var norm = Norm == "slaney" ? 2 / (inHz[i + 2] - inHz[i]) : 1;
                matrix[k * Count + i] = norm * Weight(at, edges[i], edges[i + 1], edges[i + 2]);
            }
        }

        return Norm is null or "slaney" ? matrix : Normalized(matrix);
    }

    /// <summary>Each filter over its norm: the sum of its weights (1), the root of that of their squares (2), the largest (inf).</summary>
    private double[] Normalized(double[] matrix)
    {
        for (var i = 0; i < Count; i++)
        {
            var filter = Enumerable.Range(0, matrix.Length / Count).Select(k => matrix[k * Count + i]).ToArray();
            var norm = Norm switch
            {
                "1" or "1.0" => filter.Sum(),
                "2" or "2.0" => Math.Sqrt(filter.Sum(weight => weight * weight)),
                "inf" or "np.inf" or "numpy.inf" => filter.Max(),
                _ => throw FrontEndErrors.Invalid($"there is no norm '{Norm}' of mel filters", "slaney, 1, 2, inf or none"),
            };
            for (var k = 0; k < filter.Length; k++)
                matrix[k * Count + i] = norm > 0 ? filter[k] / norm : 0;
        }

        return matrix;
    }

    private bool Counts(int bin, int bins) => !(ZeroDc && bin == 0) && !(ExcludesNyquist && bin == bins - 1)
        && (Bins is not var (first, last) || (bin >= first && bin <= last));

    /// <summary>Floored edges may fall together: there the rising side is empty.</summary>
    private double Weight(double at, double left, double centre, double right)
    {
        if (Axis == "fft_bin_floor")
        {
            return at >= left && at < centre ? (at - left) / (centre - left)
                : at >= centre && at < right ? (right - at) / (right - centre) : 0;
        }

        return Math.Max(0, Math.Min((at - left) / (centre - left), (right - at) / (right - centre)));
    }
}
