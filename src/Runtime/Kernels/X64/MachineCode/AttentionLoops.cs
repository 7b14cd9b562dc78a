namespace EdgeSeq.Runtime.Kernels.X64.MachineCode;

/// <summary>Writes the passes of attention over several heads, each <see cref="AttentionHead"/> after the other, so that no head's results
/// are waited for within a pass.</summary>
/// <remarks>The arithmetic is that of <see cref="Vector.VectorKernels{TLanes,TDot}"/>, operation by operation.</remarks>
internal static class AttentionLoops
{
    private const int FunctionAlignment = 64;
    private const int TileRows = PackedLayout.TileRows;
    private const int BlockTiles = PackedLayout.BlockTiles;

    // Arguments in the order of the System V calling convention.
    private const Register Head = Register.Rdi;

    private const Register Heads = Register.Rsi;

    private const Register Matrix = Register.Rdx;
    private const Register Scales = Register.Rcx;
    private const Register Scores = Register.R8;
    private const Register Turns = Register.R9;
    private const Register At = Register.Rax;
    private const Register End = Register.R10;
    private const Register Tiles = Register.R11;

    private static readonly Place LargestPlace = new(Head, (int)AttentionField.Sums * sizeof(long) + Zmm.Bytes);

    /// <summary>The scores of whole blocks of keys, and the largest in each lane.</summary>
    /// <remarks>Arguments: heads, how many. Turns: blocks.</remarks>
    /// <returns>Where the function begins.</returns>
    public static int WriteScores(Assembler code)
    {
        Zmm topBits = new(21), start = new(22), scale = new(23), lowest = new(24), highest = new(25), largest = new(26), factor = new(27);
        var sums = TileLoops.Sum[..(2 * BlockTiles)];
        var function = Begin(code);
        Constant(code, topBits, unchecked((int)0x80808080));
        Constant(code, lowest, BitConverter.SingleToInt32Bits(-float.MaxValue));
        Constant(code, highest, BitConverter.SingleToInt32Bits(float.MaxValue));

        var head = code.Here;
        code.Move(Matrix, Field(AttentionField.Keys));
        code.Move(Scales, Field(AttentionField.KeyScale));
        code.Move(Scores, Field(AttentionField.Scores));
        code.Move(Turns, Field(AttentionField.Turns));
        code.Move(End, Field(AttentionField.QueryEnd));
        code.Broadcast32(start, Field(AttentionField.Start));
        code.Broadcast32(scale, Field(AttentionField.Scale));
        code.Move(largest, lowest);
        var block = code.Here;
        code.Move(At, Field(AttentionField.Query));
        TileLoops.Products(code, Matrix, At, End, topBits, sums, BlockTiles);
        for (var tile = 0; tile < BlockTiles; tile++)
        {
            var score = sums[tile];
            code.Add32(score, score, start);
            code.ConvertInt32(score, score);
            code.Multiply(factor, scale, new Place(Scales, tile * Zmm.Bytes));
            code.Multiply(score, score, factor);
            code.AtLeast(score, score, lowest);
            code.AtMost(score, score, highest);
            code.Store(new Place(Scores, tile * Zmm.Bytes), score);
            code.AtLeast(largest, score, largest);
        }

        code.Add(Scales, BlockTiles * Zmm.Bytes);
        code.Add(Scores, BlockTiles * Zmm.Bytes);
        code.Subtract(Turns, 1);
        code.JumpIfPositive(block);
        code.Store(LargestPlace, largest);
        NextHead(code, head);
        return function;
    }

    /// <summary>Exponentials of whole tiles of scores, their partial sums, and times the values' scales as weights in their place, of which
    /// the largest in each lane.</summary>
    /// <remarks>Arguments: heads, how many. Turns: tiles of tokens.</remarks>
    /// <returns>Where the function begins.</returns>
    public static int WriteWeights(Assembler code)
    {
        // As ElementMath.ExpOfNonPositive and what it calls.
        ReadOnlySpan<float> constants = [-87f, 1.44269504f, 12582912f, -0.693145751953125f, -1.42860677e-6f, 1f,
            0.00139262508f, 0.00836323288f, 0.0416665542f, 0.166665767f, 0.5f];
        Zmm smallest = new(16), log2E = new(17), magic = new(18), ln2High = new(19), ln2Low = new(20), one = new(21);
        const int Polynomial = 22, Degree = 4;
        Zmm x = new(0), clamped = new(1), shifted = new(2), n = new(3), r = new(4), p = new(5), sum = new(6), largest = new(7),
            highest = new(8);
        var function = Begin(code);
        for (var i = 0; i < constants.Length; i++)
            Constant(code, new Zmm(smallest.Number + i), BitConverter.SingleToInt32Bits(constants[i]));

        var head = code.Here;
        code.Move(Scales, Field(AttentionField.ValueScale));
        code.Move(Scores, Field(AttentionField.Scores));
        code.Move(Turns, Field(AttentionField.Turns));
        code.Broadcast32(highest, Field(AttentionField.Highest));
        code.Xor(sum, sum, sum);
        code.Xor(largest, largest, largest);
        var tile = code.Here;
        code.Load(x, new Place(Scores));
        code.Subtract(x, x, highest);
        code.AtLeast(clamped, x, smallest);
        code.Move(shifted, clamped);
        code.MultiplyAdd(shifted, log2E, magic);
        code.Subtract(n, shifted, magic);
        code.Move(r, n);
        code.MultiplyAdd(r, ln2High, clamped);
        code.MultiplyAdd(n, ln2Low, r);
        code.Move(p, new Zmm(Polynomial));
        for (var i = 1; i <= Degree; i++)
            code.MultiplyAdd(p, n, new Zmm(Polynomial + i));
        code.Multiply(r, n, n);
        code.MultiplyAdd(p, r, n);
        code.Add(p, p, one);
        code.ShiftLeft32(shifted, shifted, 23);
        code.Add32(p, p, shifted);
        // All ones below the smallest exponent.
        code.Subtract(x, x, smallest);
        code.ShiftRight32(x, x, 31);
        code.AndNot(p, x, p);
        code.Add(sum, p, sum);
        code.Multiply(p, p, new Place(Scales));
        code.Store(new Place(Scores), p);
        code.AtLeast(largest, p, largest);
        code.Add(Scales, Zmm.Bytes);
        code.Add(Scores, Zmm.Bytes);
        code.Subtract(Turns, 1);
        code.JumpIfPositive(tile);
        code.Store(Field(AttentionField.Sums), sum);
        code.Store(LargestPlace, largest);
        NextHead(code, head);
        return function;
    }

    /// <summary>Rounds weights into digits and gives the weighted values.</summary>
    /// <remarks>Arguments: heads, how many. Turns: tiles of tokens.</remarks>
    /// <returns>Where the function begins.</returns>
    public static int WriteMix(Assembler code)
    {
        Zmm inverse = new(16), magic = new(17), factor = new(18), weight = new(19);
        const Register Digits = Scales;
        const Register Y = Scores;
        var function = Begin(code);
        Constant(code, magic, BitConverter.SingleToInt32Bits(Numerics.ElementMath.RoundingMagic));

        var head = code.Here;
        code.Broadcast32(inverse, Field(AttentionField.Inverse));
        code.Broadcast32(factor, Field(AttentionField.Factor));
        code.Move(At, Field(AttentionField.Scores));
        code.Move(Digits, At);
        code.Move(Turns, Field(AttentionField.Turns));
        var round = code.Here;
        code.Load(weight, new Place(At));
        code.MultiplyAdd(weight, inverse, magic);
        code.StoreLowBytes(new Place(Digits), weight);
        code.ShiftRight32(weight, weight, TileLoops.DigitBits);
        code.StoreLowBytes(new Place(Digits, TileRows), weight);
        code.Add(At, Zmm.Bytes);
        code.Add(Digits, 2 * TileRows);
        code.Subtract(Turns, 1);
        code.JumpIfPositive(round);

        code.Move(End, Digits);
        code.Move(Y, Field(AttentionField.Y));
        code.Move(Tiles, Field(AttentionField.Tiles));
        code.Move(Matrix, Field(AttentionField.Values));
        var tile = code.Here;
        code.Move(At, Field(AttentionField.Scores));
        code.Move(Turns, Matrix);
        TileLoops.WeightedSum(code, Turns, At, End);
        var sum = TileLoops.Sum[0];
        code.ConvertInt32(sum, sum);
        code.Multiply(sum, sum, factor);
        code.Store(new Place(Y), sum);
        code.Add(Y, Zmm.Bytes);
        code.Move(At, Field(AttentionField.ValueStride));
        code.Add(Matrix, At);
        code.Subtract(Tiles, 1);
        code.JumpIfPositive(tile);
        NextHead(code, head);
        return function;
    }

    private static Place Field(AttentionField field) => new(Head, (int)field * sizeof(long));

    private static int Begin(Assembler code)
    {
        code.Align(FunctionAlignment);
        return code.Here;
    }

    private static void Constant(Assembler code, Zmm target, int bits)
    {
        code.Move(At, bits);
        code.Broadcast32(target, At);
    }

    private static void NextHead(Assembler code, int head)
    {
        code.Add(Head, AttentionHead.Bytes);
        code.Subtract(Heads, 1);
        code.JumpIfPositive(head);
        code.Return();
    }
}
