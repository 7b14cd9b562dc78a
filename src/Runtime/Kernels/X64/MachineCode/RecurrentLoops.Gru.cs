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
            new(3, InputSums[1], InputSums[2], InputSums[3], StateSums[3], [.. Parts, waiting[3]], waiting[4]));
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
    private static void GruTiles(Assembler code, GruTile first, GruTile second)
    {
        ReadOnlySpan<GruTile> tiles = [first, second];
        Fractions(code, isSigmoid: true, first.ResetFraction, second.ResetFraction);
        foreach (var tile in tiles)
            code.Divide(tile.Candidate, tile.Candidate, tile.ResetFraction.Denominator);
        Fractions(code, isSigmoid: true, first.UpdateFraction, second.UpdateFraction);
        code.Move(At, Field(RecurrentField.State));
        code.Move(End, Field(RecurrentField.Others));
        foreach (var tile in tiles)
        {
            code.Load(tile.State, new Place(At, tile.Number * Zmm.Bytes, Unit));
            code.Load(tile.Half, new Place(End, OneHalf * Zmm.Bytes));
        }

        foreach (var tile in tiles)
            code.AtLeast(tile.State, tile.State, new Place(End, LowestState * Zmm.Bytes));
        foreach (var tile in tiles)
        {
            code.AtMost(tile.State, tile.State, new Place(End, HighestState * Zmm.Bytes));
            code.MultiplyAdd(tile.Candidate, tile.Half, tile.Half);
        }

        foreach (var tile in tiles)
            code.MultiplyAdd(tile.Candidate, tile.StateSum, tile.InputSum);
        Fractions(code, isSigmoid: false, first.CandidateFraction, second.CandidateFraction);
        Mix(code, tiles);
    }

    private static void Mix(Assembler code, ReadOnlySpan<GruTile> tiles)
    {
        code.Move(At, Field(RecurrentField.HiddenNext));
        foreach (var tile in tiles)
        {
            var (_, numerator, denominator, _) = tile.UpdateFraction;
            code.Add(tile.Update, denominator, numerator);
            code.Subtract(numerator, denominator, numerator);
            code.Add(denominator, denominator, denominator);
        }

        foreach (var tile in tiles)
        {
            code.Multiply(tile.Update, tile.Update, tile.State);
            code.Multiply(tile.UpdateFraction.Denominator, tile.UpdateFraction.Denominator, tile.CandidateFraction.Denominator);
        }

        foreach (var tile in tiles)
            code.Multiply(tile.Update, tile.Update, tile.CandidateFraction.Denominator);
        foreach (var tile in tiles)
            code.MultiplyAdd(tile.UpdateFraction.Numerator, tile.CandidateFraction.Numerator, tile.Update);
        foreach (var tile in tiles)
            code.Divide(tile.UpdateFraction.Numerator, tile.UpdateFraction.Numerator, tile.UpdateFraction.Denominator);
        foreach (var tile in tiles)
            code.Store(new Place(At, tile.Number * Zmm.Bytes, Unit), tile.UpdateFraction.Numerator);
    }

    /// <summary>The registers of a tile of units.</summary>
    /// <param name="Number">Of the turn's tiles.</param>
    /// <param name="Update">Both sums of the gate z.</param>
    /// <param name="Reset">Both sums of the gate r; then the denominator of z.</param>
    /// <param name="InputSum">Of the candidate; then the numerator of its tanh.</param>
    /// <param name="StateSum">Of the candidate; then the denominator of its tanh.</param>
    /// <param name="Free">Five registers.</param>
    /// <param name="Half">For a constant.</param>
    private readonly record struct GruTile(int Number, Zmm Update, Zmm Reset, Zmm InputSum, Zmm StateSum, Zmm[] Free, Zmm Half)
    {
        /// <summary>The numerator of r, the gate, what the tanh is of.</summary>
        public Zmm Candidate => Free[0];

        public Zmm State => Free[4];

        public Fraction ResetFraction => new(Reset, Candidate, Free[1], Free[2]);

        public Fraction UpdateFraction => new(Update, Free[3], Reset, Free[2]);

        public Fraction CandidateFraction => new(Candidate, InputSum, StateSum, Free[2]);
    }
}
