namespace EdgeSeq.Runtime.Kernels.X64.MachineCode;

internal static partial class RecurrentLoops
{
    /// <summary>Units of a GRU's turn: four tiles, whose three gates are three blocks together.</summary>
    public const int GruUnits = 4 * PackedLayout.TileRows;

    private const int GruGates = 3;

    /// <summary>The GRU that resets after the product, both matrices with a bias.</summary>
    /// <returns>Where the function begins.</returns>
    public static int WriteGru(Assembler code)
    {
        // What waits while the products of the next block go on.
        var waiting = Numbered(17, 5);
        var function = Begin(code);

        var turn = code.Here;
        Block(code, 0, RecurrentField.RBias);
        code.Add(waiting[0], InputSums[0], StateSums[0]);
        code.Add(waiting[1], InputSums[1], StateSums[1]);
        code.Move(waiting[2], InputSums[2]);
        code.Move(waiting[3], StateSums[2]);
        code.Add(waiting[4], InputSums[3], StateSums[3]);

        Block(code, 1, RecurrentField.RBias);
        AddStates(code, 0, 2, 3);
        GruTiles(
            code,
            new(0, waiting[0], waiting[1], waiting[2], waiting[3], Numbered(4, 5), StateSums[2]),
            new(1, waiting[4], InputSums[0], InputSums[1], StateSums[1], Numbered(11, 5), new(16)));
        code.Move(waiting[0], InputSums[2]);
        code.Move(waiting[1], InputSums[3]);

        Block(code, 2, RecurrentField.RBias);
        AddStates(code, 1, 2);
        GruTiles(
            code,
            new(2, waiting[0], waiting[1], InputSums[0], StateSums[0], Numbered(12, 5), waiting[2]),
            new(3, InputSums[1], InputSums[2], InputSums[3], StateSums[3], [Parts[0], Parts[1], Parts[2], Parts[3], waiting[3]],
                waiting[4]));
        Finish(code, turn, GruGates * BlockTiles, BlockTiles);
        return function;
    }

    /// <summary>The input's and the state's sums of gates that need only both together.</summary>
    private static void AddStates(Assembler code, params ReadOnlySpan<int> tiles)
    {
        foreach (var tile in tiles)
            code.Add(InputSums[tile], InputSums[tile], StateSums[tile]);
    }

    /// <summary>The gates and the new states.</summary>
    private static void GruTiles(Assembler code, in GruTile first, in GruTile second)
    {
        ReadOnlySpan<GruTile> tiles = [first, second];
        Fractions(code, isSigmoid: true, first.ResetFraction, second.ResetFraction);
        foreach (ref readonly var tile in tiles)
            code.Divide(tile.Candidate, tile.Candidate, tile.ResetFraction.Denominator);
        Fractions(code, isSigmoid: true, first.UpdateFraction, second.UpdateFraction);
        code.Move(At, Field(RecurrentField.State));
        code.Move(End, Field(RecurrentField.Others));
        foreach (ref readonly var tile in tiles)
        {
            code.Load(tile.State, new Place(At, tile.Number * Zmm.Bytes, Unit));
            code.Load(tile.Half, new Place(End, OneHalf * Zmm.Bytes));
        }

        foreach (ref readonly var tile in tiles)
            code.AtLeast(tile.State, tile.State, new Place(End, LowestState * Zmm.Bytes));
        foreach (ref readonly var tile in tiles)
        {
            code.AtMost(tile.State, tile.State, new Place(End, HighestState * Zmm.Bytes));
            code.MultiplyAdd(tile.Candidate, tile.Half, tile.Half);
        }

        foreach (ref readonly var tile in tiles)
            code.MultiplyAdd(tile.Candidate, tile.StateSum, tile.InputSum);
        Fractions(code, isSigmoid: false, first.CandidateFraction, second.CandidateFraction);
        Mix(code, tiles);
    }

    private static void Mix(Assembler code, ReadOnlySpan<GruTile> tiles)
    {
        code.Move(At, Field(RecurrentField.HiddenNext));
        foreach (ref readonly var tile in tiles)
        {
            var numerator = tile.UpdateFraction.Numerator;
            var denominator = tile.UpdateFraction.Denominator;
            code.Add(tile.Update, denominator, numerator);
            code.Subtract(numerator, denominator, numerator);
            code.Add(denominator, denominator, denominator);
        }

        foreach (ref readonly var tile in tiles)
        {
            code.Multiply(tile.Update, tile.Update, tile.State);
            code.Multiply(tile.UpdateFraction.Denominator, tile.UpdateFraction.Denominator, tile.CandidateFraction.Denominator);
        }

        foreach (ref readonly var tile in tiles)
            code.Multiply(tile.Update, tile.Update, tile.CandidateFraction.Denominator);
        foreach (ref readonly var tile in tiles)
            code.MultiplyAdd(tile.UpdateFraction.Numerator, tile.CandidateFraction.Numerator, tile.Update);
        foreach (ref readonly var tile in tiles)
            code.Divide(tile.UpdateFraction.Numerator, tile.UpdateFraction.Numerator, tile.UpdateFraction.Denominator);
        foreach (ref readonly var tile in tiles)
            code.Store(new Place(At, tile.Number * Zmm.Bytes, Unit), tile.UpdateFraction.Numerator);
    }

    /// <summary>The registers of a tile of units.</summary>
    /// <param name="number">Of the turn's tiles.</param>
    /// <param name="update">Both sums of the gate z.</param>
    /// <param name="reset">Both sums of the gate r; then the denominator of z.</param>
    /// <param name="inputSum">Of the candidate; then the numerator of its tanh.</param>
    /// <param name="stateSum">Of the candidate; then the denominator of its tanh.</param>
    /// <param name="free">Five registers.</param>
    /// <param name="half">For a constant.</param>
    private readonly struct GruTile(int number, Zmm update, Zmm reset, Zmm inputSum, Zmm stateSum, Zmm[] free, Zmm half)
    {
        public readonly int Number = number;
        public readonly Zmm Update = update;
        public readonly Zmm InputSum = inputSum;
        public readonly Zmm StateSum = stateSum;
        public readonly Zmm Half = half;

        /// <summary>The numerator of r, the gate, what the tanh is of.</summary>
        public readonly Zmm Candidate = free[0];
        public readonly Zmm State = free[4];
        public readonly Fraction ResetFraction = new(reset, free[0], free[1], free[2]);
        public readonly Fraction UpdateFraction = new(update, free[3], reset, free[2]);
        public readonly Fraction CandidateFraction = new(free[0], inputSum, stateSum, free[2]);
    }
}
