namespace EdgeSeq.Runtime.Kernels.X64.MachineCode;

internal static partial class TileLoops
{
    /// <summary>Vectors that meet a block at once: with four tiles they have sixteen sums under way.</summary>
    public const int Vectors = 4;

    /// <summary>One block times <see cref="Vectors"/> vectors: each line of weights is loaded once and meets all of them.</summary>
    /// <param name="code">Where to write.</param>
    /// <param name="tiles">Tiles of the block.</param>
    /// <returns>Where the function begins.</returns>
    public static int WriteVectorProducts(Assembler code, int tiles)
    {
        // The third vector; its distance to the fourth is that from the first to the second.
        const Register Third = Register.Rdx;
        Zmm topBits = new(24), start = new(25);
        var parts = PackedLayout.BlockTiles / tiles;
        var sums = Sum[..(tiles * Vectors * parts)];
        Place[] x = [new(At), new(At, Index: Stride), new(Third), new(Third, Index: Stride)];

        code.Align(FunctionAlignment);
        var function = code.Here;
        code.Move(At, unchecked((int)0x80808080));
        code.Broadcast32(topBits, At);
        foreach (var sum in sums)
            code.Xor(sum, sum, sum);
        code.Move(End, Vector);
        code.Add(End, Length);
        PointAtVectors(code, Third);

        var turn = code.Here;
        for (var group = 0; group < GroupsPerTurn; group++)
        {
            for (var tile = 0; tile < tiles; tile++)
                code.Xor(Line[tile], topBits, new Place(Matrix, (group * tiles + tile) * LineBytes));
            for (var vector = 0; vector < Vectors; vector++)
            {
                var four = new Zmm(20 + vector);
                code.Broadcast32(four, x[vector] with { Displacement = group * PackedLayout.GroupColumns });
                for (var tile = 0; tile < tiles; tile++)
                    code.AddByteProducts(sums[(group % parts * Vectors + vector) * tiles + tile], Line[tile], four);
            }
        }

        code.Add(Matrix, GroupsPerTurn * tiles * LineBytes);
        code.Add(At, PackedLayout.ColumnAlignment);
        code.Add(Third, PackedLayout.ColumnAlignment);
        code.Compare(At, End);
        code.JumpIfBelow(turn);

        AddParts(code, sums, tiles * Vectors);

        PointAtVectors(code, Third);
        for (var vector = 0; vector < Vectors; vector++)
        {
            code.Broadcast32(start, x[vector] with { Displacement = -KernelScratch.VectorHeaderBytes });
            for (var tile = 0; tile < tiles; tile++)
            {
                var at = vector * tiles + tile;
                code.Add32(sums[at], sums[at], start);
                code.Store(new Place(Sums, at * Zmm.Bytes), sums[at]);
            }
        }

        code.Return();
        return function;
    }

    private static void PointAtVectors(Assembler code, Register third)
    {
        code.Move(At, Vector);
        code.Move(third, Vector);
        code.Add(third, Stride);
        code.Add(third, Stride);
    }
}
