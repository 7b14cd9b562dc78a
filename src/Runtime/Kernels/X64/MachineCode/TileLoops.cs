namespace EdgeSeq.Runtime.Kernels.X64.MachineCode;

/// <summary>Writes the loops of <see cref="Avx512VnniCode"/>: over passes of one to four tiles, and in it over the columns.</summary>
/// <remarks>
/// vpdpbusd multiplies unsigned by signed bytes. Flipping a weight's top bit makes it unsigned and adds 128:
/// Σ (w + 128)·x = Σ w·x + 128·Σ x. The second term does not depend on the row, so a caller gives -128·Σ x as the start of the sums.
/// Sums wrap around without saturating, so only the result need fit into 32 bits.
/// </remarks>
internal static class TileLoops
{
    private const int FunctionAlignment = 64;
    private const int LineBytes = PackedLayout.TileRows * PackedLayout.GroupColumns;
    private const int GroupsPerTurn = PackedLayout.ColumnAlignment / PackedLayout.GroupColumns;

    // Arguments in the order of the System V calling convention.
    private const Register Matrix = Register.Rdi;

    private const Register Stride = Register.Rsi;
    private const Register Tiles = Register.Rdx;
    private const Register Vector = Register.Rcx;
    private const Register Length = Register.R8;
    private const Register Sums = Register.R9;
    private const Register At = Register.Rax;
    private const Register End = Register.R10;
    private const Register ThirdTile = Register.R11;
    private static readonly Place SeventhArgument = new(Register.Rsp, 8);

    /// <summary>Four sums are under way, as each waits several cycles for its instruction before: those of the tiles of a pass, or
    /// parts of them.</summary>
    private static readonly Zmm[] Sum = [new(0), new(1), new(2), new(3)];

    private static readonly Zmm[] Line = [new(4), new(5), new(6), new(7)];
    private static readonly Zmm Four = new(8);

    /// <summary>Matrix times vector. A register holds 16 rows × 4 columns.</summary>
    /// <returns>Where the function begins.</returns>
    public static int WriteProducts(Assembler code, int tilesPerPass)
    {
        Zmm start = new(9), topBits = new(10);
        code.Align(FunctionAlignment);
        var function = code.Here;
        code.Broadcast32(start, SeventhArgument);
        code.Move(At, unchecked((int)0x80808080));
        code.Broadcast32(topBits, At);
        WritePasses(code, tilesPerPass, elementBytes: sizeof(sbyte), WriteGroup, WriteEnd);
        return function;

        void WriteGroup(int group)
        {
            code.Broadcast32(Four, new Place(At, group * PackedLayout.GroupColumns));
            for (var tile = 0; tile < tilesPerPass; tile++)
            {
                code.Xor(Line[tile], topBits, Weights(tile, group));
                code.AddByteProducts(Sum[tilesPerPass == 1 ? group : tile], Line[tile], Four);
            }
        }

        void WriteEnd()
        {
            for (var part = 1; part < Sum.Length && tilesPerPass == 1; part++)
                code.Add32(Sum[0], Sum[0], Sum[part]);
            for (var tile = 0; tile < tilesPerPass; tile++)
            {
                code.Add32(Sum[tile], Sum[tile], start);
                code.Store(new Place(Sums, tile * Zmm.Bytes), Sum[tile]);
            }
        }
    }

    /// <summary>Values times weights of 16 bits. A register holds 8 rows × 4 tokens, widened; two sums of each row meet at the
    /// end.</summary>
    /// <returns>Where the function begins.</returns>
    public static int WriteWeightedSums(Assembler code, int tilesPerPass)
    {
        Zmm upper = new(9);
        var halves = 2 * tilesPerPass;
        code.Align(FunctionAlignment);
        var function = code.Here;
        WritePasses(code, tilesPerPass, elementBytes: sizeof(short), WriteGroup, WriteEnd);
        return function;

        void WriteGroup(int group)
        {
            code.Broadcast64(Four, new Place(At, group * PackedLayout.GroupColumns * sizeof(short)));
            for (var half = 0; half < halves; half++)
            {
                code.Widen8To16(Line[half], Weights(half / 2, group, half % 2 * (LineBytes / 2)));
                code.AddShortProducts(Sum[(half + group * halves) % Sum.Length], Line[half], Four);
            }
        }

        void WriteEnd()
        {
            for (var half = 0; half < halves; half++)
            {
                if (tilesPerPass == 1)
                    code.Add32(Sum[half], Sum[half], Sum[half + halves]);
                code.ShiftRight64(upper, Sum[half], 32);
                code.Add32(upper, upper, Sum[half]);
                code.StoreLowerHalves(new Place(Sums, half * (Zmm.Bytes / 2)), upper);
            }
        }
    }

    /// <param name="code">Where to write.</param>
    /// <param name="tilesPerPass">1, 2 or 4.</param>
    /// <param name="elementBytes">Bytes of one element of the vector.</param>
    /// <param name="writeGroup">Writes the products of four columns.</param>
    /// <param name="writeEnd">Writes what stores the sums of a pass.</param>
    private static void WritePasses(Assembler code, int tilesPerPass, int elementBytes, Action<int> writeGroup, Action writeEnd)
    {
        code.Move(End, Vector);
        for (var i = 0; i < elementBytes; i++)
            code.Add(End, Length);
        // From behind the last line of a pass's first tile to the next pass.
        const Register Advance = Length;
        code.ShiftLeft(Length, 4);
        code.Negate(Advance);
        for (var tile = 0; tile < tilesPerPass; tile++)
            code.Add(Advance, Stride);

        var pass = code.Here;
        foreach (var sum in Sum)
            code.Xor(sum, sum, sum);
        code.Move(At, Vector);
        code.Move(ThirdTile, Matrix);
        code.Add(ThirdTile, Stride);
        code.Add(ThirdTile, Stride);

        var turn = code.Here;
        for (var group = 0; group < GroupsPerTurn; group++)
            writeGroup(group);
        code.Add(Matrix, GroupsPerTurn * LineBytes);
        code.Add(ThirdTile, GroupsPerTurn * LineBytes);
        code.Add(At, PackedLayout.ColumnAlignment * elementBytes);
        code.Compare(At, End);
        code.JumpIfBelow(turn);

        writeEnd();
        code.Add(Sums, tilesPerPass * PackedLayout.TileRows * sizeof(int));
        code.Add(Matrix, Advance);
        code.Subtract(Tiles, tilesPerPass);
        code.JumpIfPositive(pass);
        code.Return();
    }

    private static Place Weights(int tile, int group, int offset = 0) =>
        new(tile < 2 ? Matrix : ThirdTile, group * LineBytes + offset, tile % 2 == 0 ? null : Stride);
}
