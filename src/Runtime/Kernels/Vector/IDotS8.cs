namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>The int8 products of one instruction set.</summary>
internal unsafe interface IDotS8
{
    /// <summary>Turns a vector from plain int8 values into the form that <see cref="Dot"/> wants: both arrays may be rewritten.</summary>
    /// <param name="values">Padded columns in [-127, 127], zero in the padding.</param>
    /// <param name="signs">As many bytes, content undefined.</param>
    /// <returns>Where the sums start.</returns>
    static abstract int Prepare(sbyte* values, sbyte* signs, nint length);

    /// <summary>sums[tile·16 + row] = Σ w[tile, row, k]·x[k], exact.</summary>
    /// <param name="w">First of <paramref name="tiles"/> tiles of 16 rows, <paramref name="stride"/> bytes apart.</param>
    static abstract void Dot(sbyte* w, nint stride, nint tiles, in PreparedVector x, int* sums);

    /// <summary>sums[tile·16 + row] = Σ values[tile, row, token]·weights[token], exact.</summary>
    /// <param name="values">First of <paramref name="tiles"/> tiles of 16 rows, <paramref name="stride"/> bytes apart.</param>
    /// <param name="weights">As many as there are tokens, in [0, 16383].</param>
    /// <param name="tokens">A multiple of 16, at most <see cref="AttentionRingS8.TokensPerSum"/>.</param>
    static abstract void WeightedSums(sbyte* values, nint stride, nint tiles, short* weights, nint tokens, int* sums);

    /// <summary>Hidden units of a recurrent layer whose gates follow their products: many make calls rare.</summary>
    /// <param name="weightBytes">As <see cref="PreparedVector.WeightBytes"/>.</param>
    /// <returns>A multiple of 16, at most <see cref="KernelScratch.RecurrentChunk"/>.</returns>
    static virtual nint UnitsPerChunk(long weightBytes) => KernelScratch.RecurrentChunk;
}
