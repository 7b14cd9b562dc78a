namespace EdgeSeq.Runtime.Kernels.X64.MachineCode;

/// <summary>Writes the loops of <see cref="Avx512VnniCode"/>: over blocks or passes of tiles, and in it over the columns.</summary>
/// <remarks>See <see cref="TopBits"/> for what the sums start from.</remarks>
internal static partial class TileLoops
{
    private const int FunctionAlignment = 64;
    private const int LineBytes = PackedLayout.LineBytes;
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
    private static readonly Place SeventhArgument = new(Register.Rsp, 8);

    /// <summary>At least eight sums are under way where there is work for them, as each waits several cycles for its instruction before:
    /// those of the tiles of a pass, or parts of them.</summary>
    private static readonly Zmm[] Sum =
    [
        new(0), new(1), new(2), new(3), new(4), new(5), new(6), new(7), new(8), new(9), new(10), new(11), new(12), new(13),
        new(14), new(15),
    ];

    private static readonly Zmm[] Line = [new(16), new(17), new(18), new(19)];
    private static readonly Zmm Four = new(20);

    /// <summary>Blocks of a matrix times a vector. A register holds 16 rows × 4 columns.</summary>
    /// <param name="code">Where to write.</param>
    /// <param name="tiles">Tiles of each block.</param>
    /// <returns>Where the function begins.</returns>
    public static int WriteProducts(Assembler code, int tiles) => WriteProducts(code, tiles, null);

    /// <summary>One tile of any block times a vector.</summary>
    /// <returns>Where the function begins.</returns>
    public static int WriteTileProducts(Assembler code) => WriteProducts(code, 1, Stride);

    /// <summary>Values times weights of 16 bits. A register holds 8 rows × 4 tokens, widened; two sums of each row meet at the
    /// end.</summary>
    /// <returns>Where the function begins.</returns>
    public static int WriteWeightedSums(Assembler code, int tilesPerPass)
    {
        Zmm upper = new(21);
        var halves = 2 * tilesPerPass;
        var sums = Sum[..4];
        code.Align(FunctionAlignment);
        var function = code.Here;
        code.Move(End, Vector);
        code.Add(End, Length);
        code.Add(End, Length);
        // From behind the last line of a pass's first tile to the next pass.
        const Register Advance = Length;
        code.ShiftLeft(Length, 4);
        code.Negate(Advance);
        for (var tile = 0; tile < tilesPerPass; tile++)
            code.Add(Advance, Stride);

        var pass = code.Here;
        foreach (var sum in sums)
            code.Xor(sum, sum, sum);
        code.Move(At, Vector);
        var turn = code.Here;
        for (var group = 0; group < GroupsPerTurn; group++)
        {
            code.Broadcast64(Four, new Place(At, group * PackedLayout.GroupColumns * sizeof(short)));
            for (var half = 0; half < halves; half++)
            {
                var values = new Place(Matrix, group * LineBytes + half % 2 * (LineBytes / 2), half < 2 ? null : Stride);
                code.Widen8To16(Line[half], values);
                code.AddShortProducts(sums[(half + group * halves) % sums.Length], Line[half], Four);
            }
        }

        code.Add(Matrix, GroupsPerTurn * LineBytes);
        code.Add(At, PackedLayout.ColumnAlignment * sizeof(short));
        code.Compare(At, End);
        code.JumpIfBelow(turn);

        for (var half = 0; half < halves; half++)
        {
            if (tilesPerPass == 1)
                code.Add32(sums[half], sums[half], sums[half + halves]);
            code.ShiftRight64(upper, sums[half], 32);
            code.Add32(upper, upper, sums[half]);
            code.TakeLowerHalves(sums[half], upper);
        }

        // Whole registers: a load of two that were stored one by one would wait until both are in the cache.
        for (var tile = 0; tile < tilesPerPass; tile++)
        {
            code.JoinLowerHalves(sums[2 * tile], sums[2 * tile], sums[2 * tile + 1]);
            code.Store(new Place(Sums, tile * Zmm.Bytes), sums[2 * tile]);
        }

        code.Add(Sums, tilesPerPass * PackedLayout.TileRows * sizeof(int));
        code.Add(Matrix, Advance);
        code.Subtract(Tiles, tilesPerPass);
        code.JumpIfPositive(pass);
        code.Return();
        return function;
    }

    /// <param name="code">Where to write.</param>
    /// <param name="tiles">Tiles of each block.</param>
    /// <param name="lineStride">Bytes from line to line of a single tile; null: the lines of a block follow each other.</param>
    private static int WriteProducts(Assembler code, int tiles, Register? lineStride)
    {
        Zmm start = new(21), topBits = new(22);
        var parts = tiles > 2 ? 2 : 4;
        var sums = Sum[..(tiles * parts)];
        code.Align(FunctionAlignment);
        var function = code.Here;
        code.Broadcast32(start, SeventhArgument);
        code.Move(At, unchecked((int)0x80808080));
        code.Broadcast32(topBits, At);
        code.Move(End, Vector);
        code.Add(End, Length);

        var block = code.Here;
        foreach (var sum in sums)
            code.Xor(sum, sum, sum);
        code.Move(At, Vector);
        var turn = code.Here;
        for (var group = 0; group < GroupsPerTurn; group++)
        {
            code.Broadcast32(Four, new Place(At, group * PackedLayout.GroupColumns));
            for (var tile = 0; tile < tiles; tile++)
            {
                code.Xor(Line[tile], topBits, new Place(Matrix, lineStride is null ? (group * tiles + tile) * LineBytes : 0));
                code.AddByteProducts(sums[group % parts * tiles + tile], Line[tile], Four);
            }

            if (lineStride is { } stride)
                code.Add(Matrix, stride);
        }

        if (lineStride is null)
            code.Add(Matrix, GroupsPerTurn * tiles * LineBytes);
        code.Add(At, PackedLayout.ColumnAlignment);
        code.Compare(At, End);
        code.JumpIfBelow(turn);

        for (var half = sums.Length / 2; half >= tiles; half /= 2)
        {
            for (var sum = 0; sum < half; sum++)
                code.Add32(sums[sum], sums[sum], sums[sum + half]);
        }

        for (var tile = 0; tile < tiles; tile++)
        {
            code.Add32(sums[tile], sums[tile], start);
            code.Store(new Place(Sums, tile * Zmm.Bytes), sums[tile]);
        }

        code.Add(Sums, tiles * Zmm.Bytes);
        code.Subtract(Tiles, tiles);
        code.JumpIfPositive(block);
        code.Return();
        return function;
    }
}
