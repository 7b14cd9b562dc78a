namespace EdgeSeq.Runtime.Kernels.X64.MachineCode;

/// <summary>Writes the quantising of four vectors side by side: what one waits for hides behind the others, and their magnitudes, scales
/// and sums meet in one register, where a tree or a division serves all four.</summary>
/// <remarks>The arithmetic is that of <see cref="Vector.VectorKernels{TLanes,TDot}"/> and <see cref="CodeRange"/>, operation by operation;
/// sums of codes are integers here. Where an element is infinite, the scale is not finite, and the codes mean nothing.</remarks>
internal readonly struct QuantizingLoops
{
    /// <summary>At once.</summary>
    private const int Vectors = 4;

    private const int FunctionAlignment = 64;
    private const int CodeBytes = Zmm.Bytes / sizeof(float);

    // Of either operand of a shuffle.
    private const byte FirstTwo = 0x44, LastTwo = 0xEE;

    // Of the quarters of a register.
    private const byte OtherHalf = 0x4E, OtherQuarter = 0xB1;

    // Arguments in the order of the System V calling convention.
    private const Register Step = Register.Rdi;

    private const Register Turns = Register.Rax;
    private const Register Stride = Register.R10;

    // The codes of the first vector and of the third; those of the second and the fourth lie a stride behind.
    private const Register Codes = Register.R9, ThirdCodes = Register.R11;

    private static readonly Register[] X = [Register.Rsi, Register.Rdx, Register.Rcx, Register.R8];

    private static readonly Place[] Code = [new(Codes), new(Codes, Index: Stride), new(ThirdCodes), new(ThirdCodes, Index: Stride)];

    /// <summary>A register for each vector: its largest magnitudes or elements, then its sums; the largest negated elements; what work is
    /// done in; the inverse of its scale; its zero point, also in the lanes of the mask alone.</summary>
    private static readonly Zmm[] Each = Four(0), Least = Four(20), Work = Four(4), Factor = Four(8), ZeroPoint = Four(24),
        LastZeroPoint = Four(28);

    private static readonly Zmm Scale = new(12), Inverse = new(13), Zero = new(14), Signs = new(15), Levels = new(16), Lowest = new(17),
        Magic = new(18), Smallest = new(19);

    // What a zero point takes lies where work is done later.
    private static readonly Zmm Span = Work[0], Steps = Work[1], Points = Work[2], Finite = Work[3], Offset = Least[0], IsSmall = Each[1];

    private readonly Assembler _code;
    private readonly bool _shifted;

    private QuantizingLoops(Assembler code, bool shifted)
    {
        _code = code;
        _shifted = shifted;
    }

    /// <summary>What <see cref="FourVectors.Constants"/> holds: in the order of the registers from <see cref="Signs"/> on, then what a zero
    /// point takes.</summary>
    public static ReadOnlySpan<float> Constants =>
        [-0f, 127f, -127f, Numerics.ElementMath.RoundingMagic, KernelSet.SmallestMagnitude, CodeRange.Steps, float.MaxValue];

    /// <summary>Writes the codes and headers of four vectors.</summary>
    /// <remarks>Arguments: a <see cref="FourVectors"/>.</remarks>
    /// <param name="code">Where to write.</param>
    /// <param name="shifted">Whether codes have a zero point.</param>
    /// <returns>Where the function begins.</returns>
    public static int Write(Assembler code, bool shifted) => new QuantizingLoops(code, shifted).Write();

    private static Zmm[] Four(int first) => [new(first), new(first + 1), new(first + 2), new(first + 3)];

    private static Place Field(VectorsField field) => new(Step, (int)field * sizeof(long));

    private int Write()
    {
        _code.Align(FunctionAlignment);
        var function = _code.Here;
        _code.Move(Turns, Field(VectorsField.Constants));
        for (var i = 0; Signs.Number + i <= Smallest.Number; i++)
            _code.Broadcast32(new Zmm(Signs.Number + i), Constant(i));
        _code.Xor(Zero, Zero, Zero);
        _code.Move(Turns, Field(VectorsField.LastMask));
        _code.SetMask(Turns);

        Clear(Each);
        if (_shifted)
            Clear(Least);
        EachRun(puts: false);
        Fold(Each, isSum: false);
        if (_shifted)
        {
            Fold(Least, isSum: false);
            Ranges();
        }
        else
        {
            Scales();
        }

        _code.Move(Stride, Field(VectorsField.Stride));
        PointAtCodes(VectorsField.LastCodes);
        foreach (var place in Code)
            _code.StoreQuarter(place, Zero);
        PointAtCodes(VectorsField.Headers);
        foreach (var sum in Each)
            _code.Broadcast32(sum, Field(VectorsField.SumStart));
        EachRun(puts: true);
        Fold(Each, isSum: true);
        PutHeaders();
        _code.Return();
        return function;
    }

    private static Place Constant(int index) => new(Turns, index * sizeof(float));

    private void Clear(Zmm[] registers)
    {
        foreach (var register in registers)
            _code.Xor(register, register, register);
    }

    private void PointAtCodes(VectorsField first)
    {
        _code.Move(Codes, Field(first));
        _code.Move(ThirdCodes, Codes);
        _code.Add(ThirdCodes, Stride);
        _code.Add(ThirdCodes, Stride);
    }

    /// <summary>Run after run of all vectors.</summary>
    /// <param name="puts">Codes; false: finds magnitudes.</param>
    private void EachRun(bool puts)
    {
        const int OffsetBytes = sizeof(int);
        // Free between the runs.
        var other = X[0];
        _code.Move(Turns, Field(VectorsField.Runs));
        _code.Store(Field(VectorsField.Run), Turns);
        var next = _code.Here;
        _code.MoveInt32(Turns, new Place(Turns));
        _code.ShiftLeft(Turns, 2);
        for (var vector = 0; vector < Vectors; vector++)
        {
            _code.Move(X[vector], Field(VectorsField.First + vector));
            _code.Add(X[vector], Turns);
        }

        EachTurn(puts);
        if (puts)
        {
            // The next run's codes follow the elements of this one, not its registers.
            _code.Move(other, Field(VectorsField.Excess));
            _code.Subtract(Codes, other);
            _code.Subtract(ThirdCodes, other);
        }

        _code.Move(Turns, Field(VectorsField.Run));
        _code.Add(Turns, OffsetBytes);
        _code.Store(Field(VectorsField.Run), Turns);
        _code.Move(other, Field(VectorsField.RunsEnd));
        _code.Compare(Turns, other);
        _code.JumpIfBelow(next);
    }

    /// <summary>Whole registers of a run, then the last one.</summary>
    private void EachTurn(bool puts)
    {
        _code.Move(Turns, Field(VectorsField.Turns));
        _code.Compare(Turns, 0);
        var skip = _code.JumpAheadIfEqual();
        var next = _code.Here;
        Turn(puts, isLast: false);
        foreach (var x in X)
            _code.Add(x, Zmm.Bytes);
        _code.Subtract(Turns, 1);
        _code.JumpIfPositive(next);
        _code.LandHere(skip);
        Turn(puts, isLast: true);
    }

    private void Turn(bool puts, bool isLast)
    {
        for (var vector = 0; vector < Vectors; vector++)
        {
            if (isLast)
                _code.LoadMasked(Work[vector], new Place(X[vector]));
            else
                _code.Load(Work[vector], new Place(X[vector]));
        }

        if (puts)
            PutCodes(isLast ? LastZeroPoint : ZeroPoint);
        else if (_shifted)
            Extremes();
        else
            Magnitudes();
    }

    private void Magnitudes()
    {
        foreach (var x in Work)
            _code.AndNot(x, Signs, x);
        KeepLargest(Each);
    }

    private void Extremes()
    {
        KeepLargest(Each);
        foreach (var x in Work)
            _code.Xor(x, x, Signs);
        KeepLargest(Least);
    }

    /// <summary>NaNs are passed over.</summary>
    private void KeepLargest(Zmm[] largest)
    {
        for (var vector = 0; vector < Vectors; vector++)
            _code.AtLeast(largest[vector], Work[vector], largest[vector]);
    }

    /// <summary>The result of each vector's lanes in the first register, each of whose quarters holds those of the four vectors.</summary>
    private void Fold(Zmm[] lanes, bool isSum)
    {
        for (var pair = 0; pair < Vectors; pair += 2)
        {
            _code.InterleaveLow(Work[pair], lanes[pair], lanes[pair + 1]);
            _code.InterleaveHigh(Work[pair + 1], lanes[pair], lanes[pair + 1]);
        }

        Join(Work[0], Work[0], Work[1], isSum);
        Join(Work[2], Work[2], Work[3], isSum);
        _code.Shuffle(lanes[0], Work[0], Work[2], FirstTwo);
        _code.Shuffle(lanes[1], Work[0], Work[2], LastTwo);
        Join(lanes[0], lanes[0], lanes[1], isSum);
        foreach (var quarters in (ReadOnlySpan<byte>)[OtherHalf, OtherQuarter])
        {
            _code.ShuffleQuarters(lanes[1], lanes[0], quarters);
            Join(lanes[0], lanes[0], lanes[1], isSum);
        }
    }

    private void Join(Zmm target, Zmm a, Zmm b, bool isSum)
    {
        if (isSum)
            _code.Add32(target, a, b);
        else
            _code.AtLeast(target, a, b);
    }

    /// <summary>Scales and their inverses, 0 for vectors whose codes are all 0.</summary>
    private void Scales()
    {
        var largest = Each[0];
        _code.DivideQuarter(Scale, largest, Levels);
        _code.DivideQuarter(Inverse, Levels, largest);
        SilenceSmall(largest);
        Spread(Inverse, Factor);
    }

    /// <summary>As <see cref="CodeRange.Of"/>.</summary>
    private void Ranges()
    {
        Zmm largest = Each[0], below = Least[0];
        _code.Move(Turns, Field(VectorsField.Constants));
        _code.Broadcast32(Steps, Constant(Constants.Length - 2));
        _code.Broadcast32(Points, Constant(Constants.Length - 1));
        _code.Add(Span, largest, below);
        _code.AtMost(Span, Span, Points);
        _code.DivideQuarter(Scale, Span, Steps);
        _code.DivideQuarter(Inverse, Steps, Span);
        // NaN where one of the two is infinite.
        _code.Subtract(Finite, largest, largest);
        _code.Subtract(Span, below, below);
        _code.Add(Finite, Finite, Span);
        _code.Add(Scale, Scale, Finite);

        _code.AtLeast(largest, below, largest);
        SilenceSmall(largest);
        _code.Multiply(Points, below, Inverse);
        _code.Add(Points, Points, Lowest);
        _code.AtMost(Points, Points, Levels);
        _code.AtLeast(Points, Points, Lowest);
        _code.RoundToEven(Points, Points);
        _code.AndNot(Points, IsSmall, Points);
        _code.Multiply(Offset, Points, Scale);
        Spread(Inverse, Factor);
        Spread(Points, ZeroPoint);
        for (var vector = 0; vector < Vectors; vector++)
            _code.MoveMasked(LastZeroPoint[vector], ZeroPoint[vector]);
    }

    /// <summary>No scale below the smallest magnitude, where <see cref="IsSmall"/> is all ones.</summary>
    private void SilenceSmall(Zmm largest)
    {
        _code.Subtract(IsSmall, largest, Smallest);
        _code.ShiftRight32(IsSmall, IsSmall, 31);
        _code.AndNot(Scale, IsSmall, Scale);
        _code.AndNot(Inverse, IsSmall, Inverse);
    }

    /// <summary>Each vector's number, of the first quarter, in all lanes of a register.</summary>
    private void Spread(Zmm quarter, Zmm[] targets)
    {
        _code.ShuffleQuarters(quarter, quarter, quarters: 0);
        for (var vector = 0; vector < Vectors; vector++)
            _code.Shuffle(targets[vector], quarter, quarter, (byte)(vector * 0b01010101));
    }

    private void PutCodes(Zmm[] zeroPoint)
    {
        for (var vector = 0; vector < Vectors; vector++)
        {
            if (_shifted)
                _code.MultiplyAdd(Work[vector], Factor[vector], zeroPoint[vector]);
            else
                _code.Multiply(Work[vector], Work[vector], Factor[vector]);
        }

        foreach (var scaled in Work)
            _code.AtLeast(scaled, scaled, Lowest);
        foreach (var scaled in Work)
            _code.AtMost(scaled, scaled, Levels);
        foreach (var scaled in Work)
            _code.Add(scaled, scaled, Magic);
        for (var vector = 0; vector < Vectors; vector++)
        {
            _code.StoreLowBytes(Code[vector] with { Displacement = KernelScratch.VectorHeaderBytes }, Work[vector]);
            _code.Add32(Each[vector], Each[vector], Work[vector]);
        }

        _code.Add(Codes, CodeBytes);
        _code.Add(ThirdCodes, CodeBytes);
    }

    /// <summary>Where the sums start, the scale, its inverse and the offset, of each vector.</summary>
    private void PutHeaders()
    {
        const byte SumsShift = 7;
        var starts = Each[0];
        var offset = _shifted ? Offset : Zero;
        // -128·Σ: see TopBits.
        _code.ShiftLeft32(starts, starts, SumsShift);
        _code.Subtract32(starts, Zero, starts);
        _code.InterleaveLow(Work[0], starts, Scale);
        _code.InterleaveHigh(Work[1], starts, Scale);
        _code.InterleaveLow(Work[2], Inverse, offset);
        _code.InterleaveHigh(Work[3], Inverse, offset);
        PointAtCodes(VectorsField.Headers);
        for (var vector = 0; vector < Vectors; vector++)
        {
            var half = vector / 2;
            _code.Shuffle(Each[vector], Work[half], Work[half + 2], vector % 2 == 0 ? FirstTwo : LastTwo);
            _code.StoreQuarter(Code[vector], Each[vector]);
        }
    }
}
