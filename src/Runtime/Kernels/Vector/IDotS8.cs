using System.Runtime.CompilerServices;
using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>The int8 products of one instruction set.</summary>
internal unsafe interface IDotS8
{
    /// <summary>Vectors of <see cref="DotVectors"/>; 1 for an instruction set whose multipliers are busy with one vector
    /// already.</summary>
    static virtual int Vectors => 1;

    /// <summary>Whether <see cref="StartFromSum"/> does what <see cref="Prepare"/> does.</summary>
    static virtual bool StartsFromSum => false;

    /// <summary>Whether there are <see cref="ScaledProducts"/>, and <see cref="ScaledVectors"/> instead of
    /// <see cref="DotVectors"/>.</summary>
    static virtual bool ScalesProducts => false;

    /// <summary>Turns a vector from plain int8 values into the form that <see cref="Dot"/> wants: both arrays may be rewritten.</summary>
    /// <param name="values">Padded columns in [-127, 127], zero in the padding.</param>
    /// <param name="signs">As many bytes, content undefined.</param>
    /// <returns>Where the sums start.</returns>
    static abstract int Prepare(sbyte* values, sbyte* signs, nint length);

    /// <summary>Where the sums start, from the sum of a vector's values: an instruction set that takes the values as they are.</summary>
    static virtual int StartFromSum(int sum) => throw new NotSupportedException();

    /// <summary>Quantises four vectors as they follow each other in <see cref="PreparedVectors"/>, where the instruction set does these in
    /// one go.</summary>
    /// <param name="vectors">The place of the elements and of what comes from them; the rest is the instruction set's own.</param>
    /// <param name="runLength">Elements of each run.</param>
    /// <param name="shifted">Whether codes have a zero point.</param>
    /// <returns>False where it does not; the scale of a vector with an infinity is not finite, and its codes are undefined.</returns>
    static virtual bool QuantizeFour(ref FourVectors vectors, nint runLength, bool shifted) => false;

    /// <summary>sums[tile·16 + row] = Σ w[tile, row, k]·x[k], exact.</summary>
    /// <param name="w">The first line of a block.</param>
    /// <param name="tiles">Of whole blocks: of four tiles each, and what is left over makes the last one.</param>
    static abstract void Dot(sbyte* w, nint tiles, in PreparedVector x, int* sums);

    /// <summary>The same for one tile of any block.</summary>
    /// <param name="w">The tile's first line.</param>
    /// <param name="lineStride">Bytes from one of its lines to the next.</param>
    static abstract void DotTile(sbyte* w, nint lineStride, in PreparedVector x, int* sums);

    /// <summary>sums[(vector·tiles + tile)·16 + row]: one block times neighbouring vectors, each weight loaded once for all of
    /// them.</summary>
    /// <param name="w">The first line of the block.</param>
    /// <param name="tiles">Of the block.</param>
    /// <param name="x">The first of <see cref="Vectors"/> of <see cref="PreparedVectors"/>.</param>
    /// <param name="stride">Bytes from vector to vector.</param>
    static virtual void DotVectors(sbyte* w, nint tiles, in PreparedVector x, nint stride, int* sums) => throw new NotSupportedException();

    /// <summary>y = sums·(scale·x.Scale) + (shift·x.Offset + bias): the results of blocks that follow each other and one vector.</summary>
    /// <param name="tiles">Of each block.</param>
    static virtual void ScaledProducts(ref VectorBlock block, nint tiles) => throw new NotSupportedException();

    /// <summary>The same of one block and several vectors.</summary>
    /// <param name="tiles">Of the block.</param>
    static virtual void ScaledVectors(ref VectorBlock block, nint tiles) => throw new NotSupportedException();

    /// <summary>The first hidden units of an LSTM's step, from the products to the new state, where the instruction set does these in one
    /// go.</summary>
    /// <param name="step">Up to the new states; the rest is the instruction set's own.</param>
    /// <returns>How many units are done: of whole blocks.</returns>
    static virtual nint LstmUnits(ref RecurrentStep step, nint units) => 0;

    /// <summary>The same of a GRU that resets after the product.</summary>
    static virtual nint GruUnits(ref RecurrentStep step, nint units) => 0;

    /// <summary>The passes of attention over several heads, where the instruction set has its own: the plain scores of the first tokens,
    /// and the largest in each lane.</summary>
    /// <returns>How many tokens are done: of whole blocks.</returns>
    static virtual nint Scores(AttentionHead* heads, nint count, nint tokens) => 0;

    /// <summary>The weights of the first tokens, partial sums of the exponentials, and the largest weight in each lane.</summary>
    /// <returns>How many tokens are done: of whole tiles.</returns>
    static virtual nint Weights(AttentionHead* heads, nint count, nint tokens) => 0;

    /// <summary>Rounds the weights and gives the weighted values, of whole tiles.</summary>
    /// <param name="tokens">At most <see cref="AttentionRingS8.TokensPerSum"/>.</param>
    /// <returns>False where the instruction set does not.</returns>
    static virtual bool MixValues(AttentionHead* heads, nint count, nint tokens) => false;

    /// <summary>Rounds weights·factor, in [0, 16383], into the form of <see cref="WeightedSums"/>, where the weights lie; those up to a
    /// whole tile as well.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual void RoundWeights<TLanes>(float* weights, nint tokens, float factor)
        where TLanes : struct, IWideLanes<TLanes>
    {
        var rounded = (short*)weights;
        for (nint i = 0; i < tokens; i += TLanes.Count)
        {
            TLanes.StoreLowShorts(
                TLanes.Fma(TLanes.Load(weights + i), TLanes.Create(factor), TLanes.Create(ElementMath.RoundingMagic)), rounded + i);
        }
    }

    /// <summary>sums[tile·16 + row] = Σ values[tile, row, token]·weights[token], exact.</summary>
    /// <param name="values">First of <paramref name="tiles"/> tiles of 16 rows that lie tile by tile, <paramref name="stride"/> bytes
    /// apart.</param>
    /// <param name="weights">As <see cref="RoundWeights"/> leaves them: two bytes for each token, 16 tokens together.</param>
    /// <param name="tokens">A multiple of 16, at most <see cref="AttentionRingS8.TokensPerSum"/>.</param>
    static abstract void WeightedSums(sbyte* values, nint stride, nint tiles, short* weights, nint tokens, int* sums);
}
