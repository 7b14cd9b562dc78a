namespace EdgeSeq.Runtime.Kernels.X64.MachineCode;

/// <summary>Writes the loops of <see cref="Avx512VnniCode"/>: over blocks or passes of tiles, and in it over the columns.</summary>
/// <remarks>See <see cref="TopBits"/> for what the sums start from.</remarks>
internal static partial class TileLoops
{
    /// <summary>Of the lower one of the two digits of a value's weight.</summary>
    public const int DigitBits = 8;

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

    /// <summary>At least eight sums are under way where there is work for them, as each waits several cycles for its instruction before:
    /// those of the tiles of a pass, or parts of them.</summary>
    public static readonly Zmm[] Sum =
    [
        new(0), new(1), new(2), new(3), new(4), new(5), new(6), new(7), new(8), new(9), new(10), new(11), new(12), new(13),
        new(14), new(15),
    ];

    private static readonly Place SeventhArgument = new(Register.Rsp, 8);

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

    /// <summary>Values times weights, tile after tile.</summary>
    /// <returns>Where the function begins.</returns>
    public static int WriteWeightedSums(Assembler code)
    {
        const Register Lines = Register.R11;
        code.Align(FunctionAlignment);
        var function = code.Here;
        code.Move(End, Vector);
        code.Add(End, Length);
        code.Add(End, Length);
        var tile = code.Here;
        code.Move(Lines, Matrix);
        code.Move(At, Vector);
        WeightedSum(code, Lines, At, End);
        code.Store(new Place(Sums), Sum[0]);
        code.Add(Sums, Zmm.Bytes);
        code.Add(Matrix, Stride);
        code.Subtract(Tiles, 1);
        code.JumpIfPositive(tile);
        code.Return();
        return function;
    }

    /// <summary>One tile of values times weights of two digits, in the first of <see cref="Sum"/>: two sums for each of four groups of
    /// tokens.</summary>
    /// <param name="code">Where to write.</param>
    /// <param name="lines">The tile's, advanced to their end.</param>
    /// <param name="weights">16 lower digits before 16 upper ones, advanced to the end.</param>
    /// <param name="end">Of the weights.</param>
    public static void WeightedSum(Assembler code, Register lines, Register weights, Register end)
    {
        Zmm lower = new(20), upper = new(21);
        var sums = Sum[..(2 * GroupsPerTurn)];
        foreach (var sum in sums)
            code.Xor(sum, sum, sum);
        var turn = code.Here;
        for (var group = 0; group < GroupsPerTurn; group++)
        {
            code.Broadcast32(lower, new Place(weights, group * PackedLayout.GroupColumns));
            code.Broadcast32(upper, new Place(weights, PackedLayout.TileRows + group * PackedLayout.GroupColumns));
            code.Load(Line[0], new Place(lines, group * LineBytes));
            code.AddByteProducts(sums[2 * group], lower, Line[0]);
            code.AddByteProducts(sums[2 * group + 1], upper, Line[0]);
        }

        code.Add(lines, GroupsPerTurn * LineBytes);
        code.Add(weights, 2 * PackedLayout.TileRows);
        code.Compare(weights, end);
        code.JumpIfBelow(turn);
        AddParts(code, sums, 2);
        code.ShiftLeft32(sums[1], sums[1], DigitBits);
        code.Add32(sums[0], sums[0], sums[1]);
    }

    /// <summary>A block times a vector, without where the sums start.</summary>
    /// <param name="code">Where to write.</param>
    /// <param name="matrix">The block, advanced to its end.</param>
    /// <param name="vector">Advanced to its end.</param>
    /// <param name="end">Of the vector.</param>
    /// <param name="topBits">Of all bytes.</param>
    /// <param name="sums">The first as many as there are tiles are those of the block.</param>
    /// <param name="tiles">Of the block.</param>
    /// <param name="lineStride">Bytes from line to line of a single tile; null: the lines of a block follow each other.</param>
    public static void Products(Assembler code, Register matrix, Register vector, Register end, Zmm topBits, Zmm[] sums, int tiles,
        Register? lineStride = null)
    {
        var parts = sums.Length / tiles;
        foreach (var sum in sums)
            code.Xor(sum, sum, sum);
        var turn = code.Here;
        for (var group = 0; group < GroupsPerTurn; group++)
        {
            code.Broadcast32(Four, new Place(vector, group * PackedLayout.GroupColumns));
            for (var tile = 0; tile < tiles; tile++)
            {
                code.Xor(Line[tile], topBits, new Place(matrix, lineStride is null ? (group * tiles + tile) * LineBytes : 0));
                code.AddByteProducts(sums[group % parts * tiles + tile], Line[tile], Four);
            }

            if (lineStride is { } stride)
                code.Add(matrix, stride);
        }

        if (lineStride is null)
            code.Add(matrix, GroupsPerTurn * tiles * LineBytes);
        code.Add(vector, PackedLayout.ColumnAlignment);
        code.Compare(vector, end);
        code.JumpIfBelow(turn);
        AddParts(code, sums, tiles);
    }

    /// <param name="code">Where to write.</param>
    /// <param name="tiles">Tiles of each block.</param>
    /// <param name="lineStride">Bytes from line to line of a single tile; null: the lines of a block follow each other.</param>
    private static int WriteProducts(Assembler code, int tiles, Register? lineStride)
    {
        Zmm start = new(21), topBits = new(22);
        var sums = Sum[..(tiles * (tiles > 2 ? 2 : 4))];
        code.Align(FunctionAlignment);
        var function = code.Here;
        code.Broadcast32(start, SeventhArgument);
        code.Move(At, unchecked((int)0x80808080));
        code.Broadcast32(topBits, At);
        code.Move(End, Vector);
        code.Add(End, Length);

        var block = code.Here;
        code.Move(At, Vector);
        Products(code, Matrix, At, End, topBits, sums, tiles, lineStride);
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

    /// <summary>Adds halves to halves until so many sums are left.</summary>
    private static void AddParts(Assembler code, Zmm[] sums, int left)
    {
        for (var half = sums.Length / 2; half >= left; half /= 2)
        {
            for (var sum = 0; sum < half; sum++)
                code.Add32(sums[sum], sums[sum], sums[sum + half]);
        }
    }
}
