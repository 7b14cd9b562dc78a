namespace EdgeSeq.Runtime.Kernels.X64.MachineCode;

/// <summary>Writes whole steps of recurrent layers, two tiles of hidden units at a time from the products to the new state: the gates of
/// both go side by side, as each waits for its own results, the processor is already at the next products meanwhile, and no sum goes
/// through memory.</summary>
/// <remarks>The arithmetic is that of <see cref="Numerics.GateMath{TTanh}"/> with <see cref="Numerics.CoarseTanh"/>, operation by
/// operation. Registers 22 to 31 keep the constants of the sigmoid; those of the tanh come from memory.</remarks>
internal static partial class RecurrentLoops
{
    private const int FunctionAlignment = 64;
    private const int LineBytes = PackedLayout.LineBytes;
    private const int BlockTiles = PackedLayout.BlockTiles;
    private const int GroupsPerTurn = PackedLayout.ColumnAlignment / PackedLayout.GroupColumns;

    // Rows of Numerics.RationalRows: a coefficient of Q behind each of P.
    private const int Low = 0, High = 1, P3 = 2, Q3 = 3, P2 = 4, P1 = 6, P0 = 8, Q0 = 9;

    // Rows of the other constants.
    private const int LowestState = 0, HighestState = 1, OneHalf = 2;

    private const Register Step = Register.Rdi;
    private const Register InputMatrix = Register.Rsi;
    private const Register StateMatrix = Register.Rdx;
    private const Register Row = Register.Rcx;
    private const Register Unit = Register.R8;
    private const Register Turns = Register.R9;
    private const Register Tanh = Register.R11;

    // Free between the products.
    private const Register At = Register.Rax;
    private const Register End = Register.R10;

    /// <summary>Of a block's tiles: the input's products, as many again since two sums of a tile are under way, and the state's.</summary>
    private static readonly Zmm[] InputSums = Numbered(0, 4), Parts = Numbered(4, 4), StateSums = Numbered(8, 4);

    private static readonly Zmm Line = new(12), Four = new(13), TopBits = new(14), InputScale = new(15), StateScale = new(16);

    private static readonly Zmm[] Sigmoid = Numbered(22, Q0 + 1);

    private static Zmm[] Numbered(int first, int count)
    {
        var registers = new Zmm[count];
        for (var i = 0; i < count; i++)
            registers[i] = new Zmm(first + i);
        return registers;
    }

    private static Place Field(RecurrentField field) => new(Step, (int)field * sizeof(long));

    /// <summary>Loads what stays in registers.</summary>
    /// <returns>Where the function begins.</returns>
    private static int Begin(Assembler code)
    {
        code.Align(FunctionAlignment);
        var function = code.Here;
        code.Move(At, Field(RecurrentField.Half));
        for (var row = 0; row < Sigmoid.Length; row++)
            code.Load(Sigmoid[row], new Place(At, row * Zmm.Bytes));
        code.Move(Tanh, Field(RecurrentField.Whole));
        code.Move(InputMatrix, Field(RecurrentField.W));
        code.Move(StateMatrix, Field(RecurrentField.R));
        code.Move(Turns, Field(RecurrentField.Turns));
        code.Move(Row, 0);
        code.Move(Unit, 0);
        return function;
    }

    /// <param name="turn">Where a turn begins.</param>
    /// <param name="tiles">Of sums, in a turn.</param>
    /// <param name="unitTiles">Of units, in a turn.</param>
    private static void Finish(Assembler code, int turn, int tiles, int unitTiles)
    {
        code.Add(Row, tiles * Zmm.Bytes);
        code.Add(Unit, unitTiles * Zmm.Bytes);
        code.Subtract(Turns, 1);
        code.JumpIfPositive(turn);
        code.Return();
    }

    /// <summary>The sums of the next block, scaled, in <see cref="InputSums"/> and <see cref="StateSums"/>.</summary>
    /// <param name="block">Of the turn.</param>
    /// <param name="stateBias">Null: R has none of its own.</param>
    private static void Block(Assembler code, int block, RecurrentField? stateBias)
    {
        code.Move(At, unchecked((int)0x80808080));
        code.Broadcast32(TopBits, At);
        code.Broadcast32(InputScale, Field(RecurrentField.XScale));
        code.Broadcast32(StateScale, Field(RecurrentField.HScale));
        Products(code, InputMatrix, RecurrentField.X, RecurrentField.XEnd, RecurrentField.XStart, InputSums);
        Products(code, StateMatrix, RecurrentField.H, RecurrentField.HEnd, RecurrentField.HStart, StateSums);
        Scale(code, block, InputSums, InputScale, RecurrentField.WScale, RecurrentField.WBias);
        Scale(code, block, StateSums, StateScale, RecurrentField.RScale, stateBias);
    }

    private static void Products(Assembler code, Register matrix, RecurrentField vector, RecurrentField end, RecurrentField start,
        Zmm[] sums)
    {
        code.Move(At, Field(vector));
        code.Move(End, Field(end));
        for (var tile = 0; tile < BlockTiles; tile++)
        {
            code.Broadcast32(sums[tile], Field(start));
            code.Xor(Parts[tile], Parts[tile], Parts[tile]);
        }

        var turn = code.Here;
        for (var group = 0; group < GroupsPerTurn; group++)
        {
            code.Broadcast32(Four, new Place(At, group * PackedLayout.GroupColumns));
            for (var tile = 0; tile < BlockTiles; tile++)
            {
                code.Xor(Line, TopBits, new Place(matrix, (group * BlockTiles + tile) * LineBytes));
                code.AddByteProducts((group % 2 == 0 ? sums : Parts)[tile], Line, Four);
            }
        }

        code.Add(matrix, GroupsPerTurn * BlockTiles * LineBytes);
        code.Add(At, PackedLayout.ColumnAlignment);
        code.Compare(At, End);
        code.JumpIfBelow(turn);
        for (var tile = 0; tile < BlockTiles; tile++)
            code.Add32(sums[tile], sums[tile], Parts[tile]);
    }

    /// <summary>sums = sums·(scales·factor) + biases.</summary>
    /// <param name="bias">Null: 0.</param>
    private static void Scale(Assembler code, int block, Zmm[] sums, Zmm factor, RecurrentField scale, RecurrentField? bias)
    {
        code.Move(At, Field(scale));
        if (bias is { } biases)
            code.Move(End, Field(biases));
        else
            code.Xor(Line, Line, Line);
        for (var tile = 0; tile < BlockTiles; tile++)
        {
            var row = (block * BlockTiles + tile) * Zmm.Bytes;
            code.ConvertInt32(sums[tile], sums[tile]);
            code.Multiply(Parts[tile], factor, new Place(At, row, Row));
            if (bias is null)
                code.MultiplyAdd(sums[tile], Parts[tile], Line);
            else
                code.MultiplyAdd(sums[tile], Parts[tile], new Place(End, row, Row));
        }
    }

    /// <summary>x·P(x²)/Q(x²) as numerators and denominators, of several tiles side by side.</summary>
    /// <param name="isSigmoid">Of x/2.</param>
    private static void Fractions(Assembler code, bool isSigmoid, in Fraction first, in Fraction second)
    {
        ReadOnlySpan<Fraction> fractions = [first, second];
        foreach (ref readonly var fraction in fractions)
            code.AtLeast(fraction.X, fraction.X, isSigmoid, Low);
        foreach (ref readonly var fraction in fractions)
            code.AtMost(fraction.X, fraction.X, isSigmoid, High);
        foreach (ref readonly var fraction in fractions)
            code.Multiply(fraction.Denominator, fraction.X, fraction.X);
        foreach (ref readonly var fraction in fractions)
        {
            code.Copy(fraction.Numerator, isSigmoid, P3);
            code.Copy(fraction.Temporary, isSigmoid, Q3);
        }

        for (var row = P2; row < P0; row += P1 - P2)
        {
            foreach (ref readonly var fraction in fractions)
            {
                code.MultiplyAdd(fraction.Numerator, fraction.Denominator, isSigmoid, row);
                code.MultiplyAdd(fraction.Temporary, fraction.Denominator, isSigmoid, row + 1);
            }
        }

        foreach (ref readonly var fraction in fractions)
        {
            code.MultiplyAdd(fraction.Numerator, fraction.Denominator, isSigmoid, P0);
            code.MultiplyAdd(fraction.Denominator, fraction.Temporary, isSigmoid, Q0);
        }

        foreach (ref readonly var fraction in fractions)
            code.Multiply(fraction.Numerator, fraction.Numerator, fraction.X);
    }

    private static void AtLeast(this Assembler code, Zmm target, Zmm x, bool isSigmoid, int row)
    {
        if (isSigmoid)
            code.AtLeast(target, x, Sigmoid[row]);
        else
            code.AtLeast(target, x, TanhRow(row));
    }

    private static void AtMost(this Assembler code, Zmm target, Zmm x, bool isSigmoid, int row)
    {
        if (isSigmoid)
            code.AtMost(target, x, Sigmoid[row]);
        else
            code.AtMost(target, x, TanhRow(row));
    }

    private static void MultiplyAdd(this Assembler code, Zmm a, Zmm b, bool isSigmoid, int row)
    {
        if (isSigmoid)
            code.MultiplyAdd(a, b, Sigmoid[row]);
        else
            code.MultiplyAdd(a, b, TanhRow(row));
    }

    private static void Copy(this Assembler code, Zmm target, bool isSigmoid, int row)
    {
        if (isSigmoid)
            code.Move(target, Sigmoid[row]);
        else
            code.Load(target, TanhRow(row));
    }

    private static Place TanhRow(int row) => new(Tanh, row * Zmm.Bytes);

    /// <summary>The registers of a fraction. These are no records: what those bring along would make every binary larger.</summary>
    /// <param name="x">Clamped.</param>
    /// <param name="numerator">Result.</param>
    /// <param name="denominator">Result; the square before.</param>
    /// <param name="temporary">Of the denominator.</param>
    private readonly struct Fraction(Zmm x, Zmm numerator, Zmm denominator, Zmm temporary)
    {
        public readonly Zmm X = x;
        public readonly Zmm Numerator = numerator;
        public readonly Zmm Denominator = denominator;
        public readonly Zmm Temporary = temporary;
    }
}
