namespace EdgeSeq.Runtime.Kernels.X64.MachineCode;

internal static partial class RecurrentLoops
{
    /// <summary>Units of an LSTM's turn: two tiles, whose gates are a block each.</summary>
    public const int LstmUnits = 2 * PackedLayout.TileRows;

    private const int LstmGates = 4;
    private const int InputGate = 0, OutputGate = 1, ForgetGate = 2, CellGate = 3;

    /// <summary>The LSTM with one bias, beside W.</summary>
    /// <returns>Where the function begins.</returns>
    public static int WriteLstm(Assembler code)
    {
        var first = new LstmTile(0, Numbered(17, LstmGates), Numbered(4, LstmGates), new(21), new(13), new(15));
        var second = new LstmTile(1, InputSums, StateSums, new(12), new(14), new(16));
        var function = Begin(code);

        var turn = code.Here;
        Block(code, 0, stateBias: null);
        for (var gate = 0; gate < LstmGates; gate++)
            code.Add(first.Sums[gate], InputSums[gate], StateSums[gate]);
        Block(code, 1, stateBias: null);
        for (var gate = 0; gate < LstmGates; gate++)
            code.Add(second.Sums[gate], InputSums[gate], StateSums[gate]);
        for (var gate = 0; gate < LstmGates; gate++)
            Fractions(code, isSigmoid: gate != CellGate, first.Gate(gate), second.Gate(gate));
        LstmCells(code, [first, second]);
        Fractions(code, isSigmoid: false, first.OfCell, second.OfCell);
        LstmHiddens(code, [first, second]);
        Finish(code, turn, 2 * BlockTiles, 2);
        return function;
    }

    /// <summary>The new cells, stored and in place of the input gates' numerators.</summary>
    private static void LstmCells(Assembler code, ReadOnlySpan<LstmTile> tiles)
    {
        code.Move(At, Field(RecurrentField.State));
        code.Move(End, Field(RecurrentField.Others));
        foreach (ref readonly var tile in tiles)
            code.Load(tile.Temporary, new Place(At, tile.Number * Zmm.Bytes, Unit));
        foreach (ref readonly var tile in tiles)
            code.AtLeast(tile.Temporary, tile.Temporary, new Place(End, LowestState * Zmm.Bytes));
        foreach (ref readonly var tile in tiles)
            code.AtMost(tile.Temporary, tile.Temporary, new Place(End, HighestState * Zmm.Bytes));
        code.Move(At, Field(RecurrentField.CellNext));
        foreach (ref readonly var tile in tiles)
        {
            code.Multiply(tile.Both, tile.Denominators[InputGate], tile.Denominators[CellGate]);
            code.Add(tile.Kept, tile.Numerator(ForgetGate), tile.Denominators[ForgetGate]);
            code.Add(tile.Cell, tile.Cell, tile.Denominators[InputGate]);
        }

        foreach (ref readonly var tile in tiles)
        {
            code.Multiply(tile.Kept, tile.Kept, tile.Temporary);
            code.Multiply(tile.Cell, tile.Cell, tile.Numerator(CellGate));
            code.Add(tile.Denominators[InputGate], tile.Denominators[ForgetGate], tile.Denominators[ForgetGate]);
        }

        foreach (ref readonly var tile in tiles)
        {
            code.Multiply(tile.Kept, tile.Kept, tile.Both);
            code.Multiply(tile.Both, tile.Both, tile.Denominators[InputGate]);
        }

        foreach (ref readonly var tile in tiles)
            code.MultiplyAdd(tile.Cell, tile.Denominators[ForgetGate], tile.Kept);
        foreach (ref readonly var tile in tiles)
            code.Divide(tile.Cell, tile.Cell, tile.Both);
        foreach (ref readonly var tile in tiles)
            code.Store(new Place(At, tile.Number * Zmm.Bytes, Unit), tile.Cell);
    }

    private static void LstmHiddens(Assembler code, ReadOnlySpan<LstmTile> tiles)
    {
        code.Move(At, Field(RecurrentField.HiddenNext));
        foreach (ref readonly var tile in tiles)
        {
            var output = tile.Denominators[OutputGate];
            code.Add(tile.Both, tile.Numerator(OutputGate), output);
            code.Add(output, output, output);
            code.Multiply(tile.OfCell.Numerator, tile.Both, tile.OfCell.Numerator);
            code.Multiply(tile.OfCell.Denominator, output, tile.OfCell.Denominator);
        }

        foreach (ref readonly var tile in tiles)
            code.Divide(tile.OfCell.Numerator, tile.OfCell.Numerator, tile.OfCell.Denominator);
        foreach (ref readonly var tile in tiles)
            code.Store(new Place(At, tile.Number * Zmm.Bytes, Unit), tile.OfCell.Numerator);
    }

    /// <summary>The registers of a tile of units.</summary>
    /// <param name="number">Of the turn's tiles.</param>
    /// <param name="sums">Of the gates; each becomes the numerator of the gate after it.</param>
    /// <param name="cell">The first gate's numerator, then the new cell.</param>
    private readonly struct LstmTile(int number, Zmm[] sums, Zmm[] denominators, Zmm cell, Zmm temporary, Zmm both)
    {
        public readonly int Number = number;
        public readonly Zmm[] Sums = sums;
        public readonly Zmm[] Denominators = denominators;
        public readonly Zmm Cell = cell;
        public readonly Zmm Temporary = temporary;
        public readonly Zmm Both = both;

        public Zmm Kept => Sums[CellGate];

        /// <summary>The tanh of the new cell.</summary>
        public Fraction OfCell => new(Cell, Kept, Denominators[CellGate], Temporary);

        public Fraction Gate(int gate) => new(Sums[gate], Numerator(gate), Denominators[gate], Temporary);

        public Zmm Numerator(int gate) => gate == 0 ? Cell : Sums[gate - 1];
    }
}
