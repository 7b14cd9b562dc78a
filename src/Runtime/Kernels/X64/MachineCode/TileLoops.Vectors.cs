using EdgeSeq.Runtime.Kernels.Vector;

namespace EdgeSeq.Runtime.Kernels.X64.MachineCode;

internal static partial class TileLoops
{
    /// <summary>Vectors that meet a block at once: with four tiles they have sixteen sums under way.</summary>
    public const int Vectors = 4;

    private const Register Block = Register.Rdi;
    private const Register BlockMatrix = Register.Rsi;

    // The vector that a turn begins with.
    private const Register First = Register.R8;

    private const Register VectorStride = Register.Rcx;
    private const Register ThirdVector = Register.Rdx;
    private const Register Results = Register.R9;
    private const Register Turns = Register.R11;

    // Behind the products.
    private const Register RowScales = Register.Rsi, RowBiases = Register.Rax, RowShifts = Register.R10;

    private static readonly Zmm TopBits = new(24), RowScale = new(25), RowBias = new(26), RowShift = new(27);

    /// <summary>A register for each vector.</summary>
    private static readonly Zmm[] Fours = [new(20), new(21), new(22), new(23)], Offsets = [new(28), new(29), new(30), new(31)];

    /// <summary>One block times vectors, <see cref="Vectors"/> at a time, whose results are scaled: each line of weights is loaded once and
    /// meets all of them.</summary>
    /// <remarks>Arguments: a <see cref="VectorBlock"/> with a bias.</remarks>
    /// <param name="code">Where to write.</param>
    /// <param name="tiles">Tiles of the block.</param>
    /// <param name="shifted">Whether the vectors have zero points.</param>
    /// <returns>Where the function begins.</returns>
    public static int WriteVectorProducts(Assembler code, int tiles, bool shifted)
    {
        code.Align(FunctionAlignment);
        var function = code.Here;
        code.Move(At, unchecked((int)0x80808080));
        code.Broadcast32(TopBits, At);
        code.Move(First, Field(BlockField.X));
        code.Move(Results, Field(BlockField.Y));
        code.Move(Turns, Field(BlockField.Turns));

        var turn = code.Here;
        var sums = Sum[..(tiles * Vectors * (PackedLayout.BlockTiles / tiles))];
        VectorProducts(code, tiles, sums);
        ScaleVectors(code, tiles, sums, shifted);

        code.Move(At, Field(BlockField.XStride));
        code.ShiftLeft(At, 2);
        code.Add(First, At);
        code.Move(At, Field(BlockField.YStride));
        code.ShiftLeft(At, 2);
        code.Add(Results, At);
        code.Subtract(Turns, 1);
        code.JumpIfPositive(turn);
        code.Return();
        return function;
    }

    /// <summary>Blocks that follow each other times one vector, whose results are scaled.</summary>
    /// <remarks>Arguments: a <see cref="VectorBlock"/> with a bias; turns are blocks here.</remarks>
    /// <param name="code">Where to write.</param>
    /// <param name="tiles">Tiles of each block.</param>
    /// <param name="shifted">Whether the vector has a zero point.</param>
    /// <returns>Where the function begins.</returns>
    public static int WriteScaledProducts(Assembler code, int tiles, bool shifted)
    {
        const Register Scales = Register.Rcx, Biases = Register.Rdx;
        Zmm start = new(21), scale = new(22), offset = new(23);
        code.Align(FunctionAlignment);
        var function = code.Here;
        code.Move(At, unchecked((int)0x80808080));
        code.Broadcast32(TopBits, At);
        code.Move(BlockMatrix, Field(BlockField.W));
        code.Move(First, Field(BlockField.X));
        code.Move(End, Field(BlockField.Length));
        code.Add(End, First);
        code.Move(Scales, Field(BlockField.Scale));
        code.Move(Biases, Field(BlockField.Bias));
        code.Move(Results, Field(BlockField.Y));
        code.Move(Turns, Field(BlockField.Turns));
        code.Broadcast32(start, Field(BlockField.Start));
        code.Broadcast32(scale, Field(BlockField.XScale));
        if (shifted)
            code.Broadcast32(offset, Field(BlockField.XOffset));

        var sums = Sum[..(tiles * (tiles > 2 ? 2 : 4))];
        var block = code.Here;
        code.Move(At, First);
        Products(code, BlockMatrix, At, End, TopBits, sums, tiles);
        if (shifted)
            code.Move(At, Field(BlockField.ShiftFromScale));
        for (var tile = 0; tile < tiles; tile++)
        {
            var row = tile * Zmm.Bytes;
            code.Add32(sums[tile], sums[tile], start);
            code.ConvertInt32(sums[tile], sums[tile]);
            code.Multiply(RowScale, scale, new Place(Scales, row));
            if (shifted)
            {
                code.Load(RowShift, new Place(At, row, Scales));
                code.MultiplyAdd(RowShift, offset, new Place(Biases, row));
                code.MultiplyAdd(sums[tile], RowScale, RowShift);
            }
            else
            {
                code.MultiplyAdd(sums[tile], RowScale, new Place(Biases, row));
            }

            code.Store(new Place(Results, row), sums[tile]);
        }

        code.Move(At, Field(BlockField.BiasStep));
        code.Add(Biases, At);
        code.Add(Scales, tiles * Zmm.Bytes);
        code.Add(Results, tiles * Zmm.Bytes);
        code.Subtract(Turns, 1);
        code.JumpIfPositive(block);
        code.Return();
        return function;
    }

    private static Place Field(BlockField field) => new(Block, (int)field * sizeof(long));

    private static void VectorProducts(Assembler code, int tiles, Zmm[] sums)
    {
        var parts = PackedLayout.BlockTiles / tiles;
        Place[] x = [new(At), new(At, Index: VectorStride), new(ThirdVector), new(ThirdVector, Index: VectorStride)];
        foreach (var sum in sums)
            code.Xor(sum, sum, sum);
        code.Move(BlockMatrix, Field(BlockField.W));
        code.Move(VectorStride, Field(BlockField.XStride));
        code.Move(End, Field(BlockField.Length));
        code.Add(End, First);
        PointAtVectors(code);

        var turn = code.Here;
        for (var group = 0; group < GroupsPerTurn; group++)
        {
            for (var tile = 0; tile < tiles; tile++)
                code.Xor(Line[tile], TopBits, new Place(BlockMatrix, (group * tiles + tile) * LineBytes));
            for (var vector = 0; vector < Vectors; vector++)
            {
                code.Broadcast32(Fours[vector], x[vector] with { Displacement = group * PackedLayout.GroupColumns });
                for (var tile = 0; tile < tiles; tile++)
                    code.AddByteProducts(sums[(group % parts * Vectors + vector) * tiles + tile], Line[tile], Fours[vector]);
            }
        }

        code.Add(BlockMatrix, GroupsPerTurn * tiles * LineBytes);
        code.Add(At, PackedLayout.ColumnAlignment);
        code.Add(ThirdVector, PackedLayout.ColumnAlignment);
        code.Compare(At, End);
        code.JumpIfBelow(turn);

        AddParts(code, sums, tiles * Vectors);
        PointAtVectors(code);
    }

    /// <summary>y = sums·(scale·x.Scale) + bias, with shift·x.Offset added to the bias before.</summary>
    private static void ScaleVectors(Assembler code, int tiles, Zmm[] sums, bool shifted)
    {
        Place[] x = [new(At), new(At, Index: VectorStride), new(ThirdVector), new(ThirdVector, Index: VectorStride)];
        for (var vector = 0; vector < Vectors; vector++)
        {
            code.Broadcast32(Line[vector], Header(x[vector], PreparedVectors.StartPlace));
            for (var tile = 0; tile < tiles; tile++)
                code.Add32(sums[vector * tiles + tile], sums[vector * tiles + tile], Line[vector]);
            code.Broadcast32(Fours[vector], Header(x[vector], PreparedVectors.ScalePlace));
            if (shifted)
                code.Broadcast32(Offsets[vector], Header(x[vector], PreparedVectors.OffsetPlace));
        }

        Place[] y = [new(Results), new(Results, Index: VectorStride), new(ThirdVector), new(ThirdVector, Index: VectorStride)];
        code.Move(VectorStride, Field(BlockField.YStride));
        code.Move(ThirdVector, Results);
        code.Add(ThirdVector, VectorStride);
        code.Add(ThirdVector, VectorStride);
        code.Move(RowScales, Field(BlockField.Scale));
        code.Move(RowBiases, Field(BlockField.Bias));
        if (shifted)
            code.Move(RowShifts, Field(BlockField.Shift));
        for (var tile = 0; tile < tiles; tile++)
        {
            var row = tile * Zmm.Bytes;
            code.Load(RowScale, new Place(RowScales, row));
            code.Load(RowBias, new Place(RowBiases, row));
            if (shifted)
                code.Load(RowShift, new Place(RowShifts, row));
            for (var vector = 0; vector < Vectors; vector++)
            {
                var sum = sums[vector * tiles + tile];
                var (factor, bias) = (Line[vector % 2], shifted ? Line[2 + vector % 2] : RowBias);
                code.ConvertInt32(sum, sum);
                code.Multiply(factor, RowScale, Fours[vector]);
                if (shifted)
                {
                    code.Move(bias, RowShift);
                    code.MultiplyAdd(bias, Offsets[vector], RowBias);
                }

                code.MultiplyAdd(sum, factor, bias);

                code.Store(y[vector] with { Displacement = row }, sum);
            }
        }
    }

    private static Place Header(Place vector, int element) =>
        vector with { Displacement = element * sizeof(float) - KernelScratch.VectorHeaderBytes };

    private static void PointAtVectors(Assembler code)
    {
        code.Move(At, First);
        code.Move(ThirdVector, First);
        code.Add(ThirdVector, VectorStride);
        code.Add(ThirdVector, VectorStride);
    }
}
