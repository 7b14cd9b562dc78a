namespace EdgeSeq.Runtime.Kernels.X64.MachineCode;

/// <summary>Writes the quantising of four vectors side by side: what one waits for hides behind the others, and their magnitudes, scales
/// and sums meet in one register, where a tree or a division serves all four.</summary>
/// <remarks>The arithmetic is that of <see cref="Vector.VectorKernels{TLanes,TDot}"/>, operation by operation; sums of codes are integers
/// here. Where a magnitude is infinite, the scale is too, and the codes mean nothing.</remarks>
internal static class QuantizingLoops
{
    /// <summary>Vectors at once.</summary>
    public const int Vectors = 4;

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

    /// <summary>A register for each vector.</summary>
    private static readonly Zmm[] Each = [new(0), new(1), new(2), new(3)], Work = [new(4), new(5), new(6), new(7)],
        Factor = [new(8), new(9), new(10), new(11)];

    private static readonly Zmm Scale = new(12), Inverse = new(13), Zero = new(14), Signs = new(15), Levels = new(16), Lowest = new(17),
        Magic = new(18), Smallest = new(19);

    /// <summary>What <see cref="FourVectors.Constants"/> holds, in the order of the registers from <see cref="Signs"/> on.</summary>
    public static ReadOnlySpan<float> Constants => [-0f, 127f, -127f, Numerics.ElementMath.RoundingMagic, KernelSet.SmallestMagnitude];

    /// <summary>Writes the codes and headers of four vectors.</summary>
    /// <remarks>Arguments: a <see cref="FourVectors"/>.</remarks>
    /// <returns>Where the function begins.</returns>
    public static int Write(Assembler code)
    {
        code.Align(FunctionAlignment);
        var function = code.Here;
        code.Move(Turns, Field(VectorsField.Constants));
        for (var i = 0; i < Constants.Length; i++)
            code.Broadcast32(new Zmm(Signs.Number + i), new Place(Turns, i * sizeof(float)));
        code.Xor(Zero, Zero, Zero);
        code.Move(Turns, Field(VectorsField.LastMask));
        code.SetMask(Turns);

        foreach (var largest in Each)
            code.Xor(largest, largest, largest);
        EachRun(code, puts: false);
        Fold(code, isSum: false);
        Scales(code);

        code.Move(Stride, Field(VectorsField.Stride));
        PointAtCodes(code, VectorsField.LastCodes);
        foreach (var place in Code)
            code.StoreQuarter(place, Zero);
        PointAtCodes(code, VectorsField.Headers);
        foreach (var sum in Each)
            code.Broadcast32(sum, Field(VectorsField.SumStart));
        EachRun(code, puts: true);
        Fold(code, isSum: true);
        PutHeaders(code);
        code.Return();
        return function;
    }

    private static Place Field(VectorsField field) => new(Step, (int)field * sizeof(long));

    private static void PointAtCodes(Assembler code, VectorsField first)
    {
        code.Move(Codes, Field(first));
        code.Move(ThirdCodes, Codes);
        code.Add(ThirdCodes, Stride);
        code.Add(ThirdCodes, Stride);
    }

    /// <summary>Run after run of all vectors.</summary>
    /// <param name="puts">Codes; false: finds magnitudes.</param>
    private static void EachRun(Assembler code, bool puts)
    {
        const int OffsetBytes = sizeof(int);
        // Free between the runs.
        var other = X[0];
        code.Move(Turns, Field(VectorsField.Runs));
        code.Store(Field(VectorsField.Run), Turns);
        var next = code.Here;
        code.MoveInt32(Turns, new Place(Turns));
        code.ShiftLeft(Turns, 2);
        for (var vector = 0; vector < Vectors; vector++)
        {
            code.Move(X[vector], Field(VectorsField.First + vector));
            code.Add(X[vector], Turns);
        }

        EachTurn(code, puts);
        if (puts)
        {
            // The next run's codes follow the elements of this one, not its registers.
            code.Move(other, Field(VectorsField.Excess));
            code.Subtract(Codes, other);
            code.Subtract(ThirdCodes, other);
        }

        code.Move(Turns, Field(VectorsField.Run));
        code.Add(Turns, OffsetBytes);
        code.Store(Field(VectorsField.Run), Turns);
        code.Move(other, Field(VectorsField.RunsEnd));
        code.Compare(Turns, other);
        code.JumpIfBelow(next);
    }

    /// <summary>Whole registers of a run, then the last one.</summary>
    private static void EachTurn(Assembler code, bool puts)
    {
        code.Move(Turns, Field(VectorsField.Turns));
        code.Compare(Turns, 0);
        var skip = code.JumpAheadIfEqual();
        var next = code.Here;
        Turn(code, puts, isLast: false);
        foreach (var x in X)
            code.Add(x, Zmm.Bytes);
        code.Subtract(Turns, 1);
        code.JumpIfPositive(next);
        code.LandHere(skip);
        Turn(code, puts, isLast: true);
    }

    private static void Turn(Assembler code, bool puts, bool isLast)
    {
        for (var vector = 0; vector < Vectors; vector++)
        {
            if (isLast)
                code.LoadMasked(Work[vector], new Place(X[vector]));
            else
                code.Load(Work[vector], new Place(X[vector]));
        }

        if (puts)
            PutCodes(code);
        else
            Magnitudes(code);
    }

    private static void Magnitudes(Assembler code)
    {
        for (var vector = 0; vector < Vectors; vector++)
            code.AndNot(Work[vector], Signs, Work[vector]);
        for (var vector = 0; vector < Vectors; vector++)
            code.AtLeast(Each[vector], Work[vector], Each[vector]);
    }

    /// <summary>The result of each vector's lanes in <see cref="Each"/>[0], each of whose quarters holds those of the four vectors.</summary>
    private static void Fold(Assembler code, bool isSum)
    {
        for (var pair = 0; pair < Vectors; pair += 2)
        {
            code.InterleaveLow(Work[pair], Each[pair], Each[pair + 1]);
            code.InterleaveHigh(Work[pair + 1], Each[pair], Each[pair + 1]);
        }

        Join(code, Work[0], Work[0], Work[1], isSum);
        Join(code, Work[2], Work[2], Work[3], isSum);
        code.Shuffle(Each[0], Work[0], Work[2], FirstTwo);
        code.Shuffle(Each[1], Work[0], Work[2], LastTwo);
        Join(code, Each[0], Each[0], Each[1], isSum);
        foreach (var quarters in (ReadOnlySpan<byte>)[OtherHalf, OtherQuarter])
        {
            code.ShuffleQuarters(Each[1], Each[0], quarters);
            Join(code, Each[0], Each[0], Each[1], isSum);
        }
    }

    private static void Join(Assembler code, Zmm target, Zmm a, Zmm b, bool isSum)
    {
        if (isSum)
            code.Add32(target, a, b);
        else
            code.AtLeast(target, a, b);
    }

    /// <summary>Scales and their inverses, 0 for vectors whose codes are all 0; each vector's inverse in all lanes of a register.</summary>
    private static void Scales(Assembler code)
    {
        var largest = Each[0];
        var isSmall = Each[1];
        code.DivideQuarter(Scale, largest, Levels);
        code.DivideQuarter(Inverse, Levels, largest);
        // All ones below the smallest magnitude.
        code.Subtract(isSmall, largest, Smallest);
        code.ShiftRight32(isSmall, isSmall, 31);
        code.AndNot(Scale, isSmall, Scale);
        code.AndNot(Inverse, isSmall, Inverse);
        code.ShuffleQuarters(Inverse, Inverse, quarters: 0);
        for (var vector = 0; vector < Vectors; vector++)
            code.Shuffle(Factor[vector], Inverse, Inverse, (byte)(vector * 0b01010101));
    }

    private static void PutCodes(Assembler code)
    {
        for (var vector = 0; vector < Vectors; vector++)
            code.Multiply(Work[vector], Work[vector], Factor[vector]);
        for (var vector = 0; vector < Vectors; vector++)
            code.AtLeast(Work[vector], Work[vector], Lowest);
        for (var vector = 0; vector < Vectors; vector++)
            code.AtMost(Work[vector], Work[vector], Levels);
        for (var vector = 0; vector < Vectors; vector++)
            code.Add(Work[vector], Work[vector], Magic);
        for (var vector = 0; vector < Vectors; vector++)
        {
            code.StoreLowBytes(Code[vector] with { Displacement = KernelScratch.VectorHeaderBytes }, Work[vector]);
            code.Add32(Each[vector], Each[vector], Work[vector]);
        }

        code.Add(Codes, CodeBytes);
        code.Add(ThirdCodes, CodeBytes);
    }

    /// <summary>Where the sums start, the scale, its inverse and no offset, of each vector.</summary>
    private static void PutHeaders(Assembler code)
    {
        const byte SumsShift = 7;
        var starts = Each[0];
        // -128·Σ: see TopBits.
        code.ShiftLeft32(starts, starts, SumsShift);
        code.Subtract32(starts, Zero, starts);
        code.InterleaveLow(Work[0], starts, Scale);
        code.InterleaveHigh(Work[1], starts, Scale);
        code.InterleaveLow(Work[2], Inverse, Zero);
        code.InterleaveHigh(Work[3], Inverse, Zero);
        PointAtCodes(code, VectorsField.Headers);
        for (var vector = 0; vector < Vectors; vector++)
        {
            var half = vector / 2;
            code.Shuffle(Each[vector], Work[half], Work[half + 2], vector % 2 == 0 ? FirstTwo : LastTwo);
            code.StoreQuarter(Code[vector], Each[vector]);
        }
    }
}
