using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels.X64.MachineCode;

/// <summary>Encodes the few instructions that <see cref="Avx512VnniCode"/> needs, as chapter 2 of the second volume of Intel's Software
/// Developer's Manual says. Operands are in Intel's order: the target comes first.</summary>
/// <remarks>Instructions that are written in many places are calls: inlined, they would double what the loops' writers add to a
/// binary.</remarks>
internal sealed class Assembler
{
    private const int NoPrefix = 0;
    private const int Prefix66 = 1;
    private const int PrefixF3 = 2;
    private const int Map0F = 1;
    private const int Map0F38 = 2;
    private const int Map0F3A = 3;

    // Of the prefix of AVX-512: how much of a register, and whether lanes that a mask leaves out become 0.
    private const int Width128 = 0;
    private const int Width512 = 0x40;
    private const int Masked512 = 0xC1;

    private readonly List<byte> _code = [];

    /// <summary>Where the next instruction goes: a target of jumps.</summary>
    public int Here => _code.Count;

    /// <summary>Fills up to a boundary where the next function may begin, with an instruction that traps.</summary>
    public void Align(int boundary)
    {
        while (_code.Count % boundary != 0)
            _code.Add(0xCC);
    }

    public byte[] ToArray() => [.. _code];

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Move(Register target, Register source) => General(0x89, (int)source, target);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Move(Register target, Place source)
    {
        PlacePrefix(source, (int)target, wide: true);
        _code.Add(0x8B);
        Operand((int)target, source, 1);
    }

    /// <summary>The signed 32 bits there.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void MoveInt32(Register target, Place source)
    {
        PlacePrefix(source, (int)target, wide: true);
        _code.Add(0x63);
        Operand((int)target, source, 1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Store(Place target, Register source)
    {
        PlacePrefix(target, (int)source, wide: true);
        _code.Add(0x89);
        Operand((int)source, target, 1);
    }

    /// <summary>Brings a line of memory into the nearest cache; wherever it lies, nothing fails.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Fetch(Place line)
    {
        PlacePrefix(line, 1, wide: false);
        _code.AddRange([0x0F, 0x18]);
        Operand(1, line, 1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Add(Register target, Register source) => General(0x01, (int)source, target);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Subtract(Register target, Register source) => General(0x29, (int)source, target);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Compare(Register left, Register right) => General(0x39, (int)right, left);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Add(Register target, int value)
    {
        General(0x81, 0, target);
        Int32(value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Subtract(Register target, int value)
    {
        General(0x81, 5, target);
        Int32(value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Compare(Register left, int right)
    {
        General(0x81, 7, left);
        Int32(right);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Negate(Register target) => General(0xF7, 3, target);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void ShiftLeft(Register target, byte count)
    {
        General(0xC1, 4, target);
        _code.Add(count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Move(Register target, int value)
    {
        General(0xC7, 0, target);
        Int32(value);
    }

    /// <summary>Jumps where the first number that was compared is below the second one, both unsigned.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void JumpIfBelow(int target) => Jump(0x82, target);

    /// <summary>Jumps where the last difference is above zero, signed.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void JumpIfPositive(int target) => Jump(0x8F, target);

    /// <summary>Jumps ahead where the two numbers that were compared are equal.</summary>
    /// <returns>What <see cref="LandHere"/> takes.</returns>
    public int JumpAheadIfEqual()
    {
        Jump(0x84, Here);
        return Here;
    }

    /// <summary>The next instruction is the target of a jump ahead.</summary>
    public void LandHere(int jump)
    {
        for (var i = 0; i < sizeof(int); i++)
            _code[jump - sizeof(int) + i] = (byte)(Here - jump >> i * 8);
    }

    /// <summary>Clears the upper parts of the vector registers, as code without AVX expects them, and leaves.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Return() => _code.AddRange([0xC5, 0xF8, 0x77, 0xC3]);

    /// <summary>eax = a bit for each kind of register that the operating system saves (xgetbv).</summary>
    public void LoadSavedStates() => _code.AddRange([0x31, 0xC9, 0x0F, 0x01, 0xD0]);

    /// <summary>Each of 16 lanes = the lower half of the source.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Broadcast32(Zmm target, Register source) => Vector(Prefix66, Map0F38, 0x7C, target, default, new Zmm((int)source));

    /// <summary>Each of 16 lanes = the four bytes there.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Broadcast32(Zmm target, Place source) => Vector(Prefix66, Map0F38, 0x58, target, default, source, sizeof(int));

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Store(Place target, Zmm source) => Vector(PrefixF3, Map0F, 0x7F, source, default, target, Zmm.Bytes);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Load(Zmm target, Place source) => Vector(NoPrefix, Map0F, 0x10, target, default, source, Zmm.Bytes);

    /// <summary>The lanes of the mask; zeros elsewhere, where no memory is read.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void LoadMasked(Zmm target, Place source) =>
        Vector(NoPrefix, Map0F, 0x10, target, default, source, Zmm.Bytes, Masked512);

    /// <summary>The lanes of the mask; zeros elsewhere.</summary>
    public void MoveMasked(Zmm target, Zmm source) => Vector(NoPrefix, Map0F, 0x28, target, default, source, Masked512);

    /// <summary>The mask = a bit for each of 16 lanes.</summary>
    public void SetMask(Register lanes)
    {
        if (Bit((int)lanes, 3) == 0)
            _code.AddRange([0xC5, 0xF8]);
        else
            _code.AddRange([0xC4, 0xC1, 0x78]);
        _code.AddRange([0x92, (byte)(0xC8 | Low((int)lanes))]);
    }

    /// <summary>Stores the first four lanes.</summary>
    public void StoreQuarter(Place target, Zmm source) =>
        Vector(NoPrefix, Map0F, 0x11, source, default, target, Zmm.Bytes / 4, Width128);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Move(Zmm target, Zmm source) => Vector(NoPrefix, Map0F, 0x28, target, default, source);

    /// <summary>Each of 16 lanes: the float32 number that is nearest to an integer.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void ConvertInt32(Zmm target, Zmm source) => Vector(NoPrefix, Map0F, 0x5B, target, default, source);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Add(Zmm target, Zmm a, Zmm b) => Vector(NoPrefix, Map0F, 0x58, target, a, b);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Subtract(Zmm target, Zmm a, Zmm b) => Vector(NoPrefix, Map0F, 0x5C, target, a, b);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Multiply(Zmm target, Zmm a, Zmm b) => Vector(NoPrefix, Map0F, 0x59, target, a, b);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Multiply(Zmm target, Zmm a, Place b) => Vector(NoPrefix, Map0F, 0x59, target, a, b, Zmm.Bytes);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Divide(Zmm target, Zmm a, Zmm b) => Vector(NoPrefix, Map0F, 0x5E, target, a, b);

    /// <summary>The first four lanes; zeros in the others.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void DivideQuarter(Zmm target, Zmm a, Zmm b) => Vector(NoPrefix, Map0F, 0x5E, target, a, b, Width128);

    /// <summary>The larger ones; b where one is NaN.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void AtLeast(Zmm target, Zmm a, Zmm b) => Vector(NoPrefix, Map0F, 0x5F, target, a, b);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void AtLeast(Zmm target, Zmm a, Place b) => Vector(NoPrefix, Map0F, 0x5F, target, a, b, Zmm.Bytes);

    /// <summary>The smaller ones; b where one is NaN.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void AtMost(Zmm target, Zmm a, Zmm b) => Vector(NoPrefix, Map0F, 0x5D, target, a, b);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void AtMost(Zmm target, Zmm a, Place b) => Vector(NoPrefix, Map0F, 0x5D, target, a, b, Zmm.Bytes);

    /// <summary>a = a·b + c, rounded once.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void MultiplyAdd(Zmm a, Zmm b, Zmm c) => Vector(Prefix66, Map0F38, 0xA8, a, b, c);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void MultiplyAdd(Zmm a, Zmm b, Place c) => Vector(Prefix66, Map0F38, 0xA8, a, b, c, Zmm.Bytes);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Xor(Zmm target, Zmm a, Zmm b) => Vector(Prefix66, Map0F, 0xEF, target, a, b);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Xor(Zmm target, Zmm a, Place b) => Vector(Prefix66, Map0F, 0xEF, target, a, b, Zmm.Bytes);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Add32(Zmm target, Zmm a, Zmm b) => Vector(Prefix66, Map0F, 0xFE, target, a, b);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Subtract32(Zmm target, Zmm a, Zmm b) => Vector(Prefix66, Map0F, 0xFA, target, a, b);

    /// <summary>In each quarter the first two lanes of both, in turns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void InterleaveLow(Zmm target, Zmm a, Zmm b) => Vector(NoPrefix, Map0F, 0x14, target, a, b);

    /// <summary>In each quarter the last two lanes of both, in turns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void InterleaveHigh(Zmm target, Zmm a, Zmm b) => Vector(NoPrefix, Map0F, 0x15, target, a, b);

    /// <summary>In each quarter two lanes of a, then two of b; two bits choose each.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Shuffle(Zmm target, Zmm a, Zmm b, byte lanes)
    {
        Vector(NoPrefix, Map0F, 0xC6, target, a, b);
        _code.Add(lanes);
    }

    /// <summary>The nearest whole numbers, of two the even one.</summary>
    public void RoundToEven(Zmm target, Zmm source)
    {
        const byte NearestEven = 8;
        Vector(Prefix66, Map0F3A, 0x08, target, default, source);
        _code.Add(NearestEven);
    }

    /// <summary>Quarters in another order; two bits choose each.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void ShuffleQuarters(Zmm target, Zmm source, byte quarters)
    {
        Vector(Prefix66, Map0F3A, 0x23, target, source, source);
        _code.Add(quarters);
    }

    /// <summary>Shifts the 16 lanes of 32 bits.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void ShiftLeft32(Zmm target, Zmm source, byte count)
    {
        Vector(Prefix66, Map0F, 0x72, new Zmm(6), target, source);
        _code.Add(count);
    }

    /// <summary>The same to the right, with copies of the top bit.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void ShiftRight32(Zmm target, Zmm source, byte count)
    {
        Vector(Prefix66, Map0F, 0x72, new Zmm(4), target, source);
        _code.Add(count);
    }

    /// <summary>The bits of b that a has not.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void AndNot(Zmm target, Zmm a, Zmm b) => Vector(Prefix66, Map0F, 0xDF, target, a, b);

    /// <summary>16 bytes: the lowest of each of 16 lanes of 32 bits.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void StoreLowBytes(Place target, Zmm source) => Vector(PrefixF3, Map0F38, 0x31, source, default, target, Zmm.Bytes / 4);

    /// <summary>Each of 16 lanes of 32 bits += its four products of an unsigned and a signed byte (vpdpbusd).</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void AddByteProducts(Zmm sums, Zmm unsigned, Zmm signed) => Vector(Prefix66, Map0F38, 0x50, sums, unsigned, signed);

    private void General(byte opcode, int field, Register operand)
    {
        _code.Add(Rex(field, operand));
        _code.Add(opcode);
        _code.Add((byte)(0xC0 | Low(field) << 3 | Low((int)operand)));
    }

    /// <summary>The prefix of an instruction that names a place.</summary>
    private void PlacePrefix(Place place, int field, bool wide)
    {
        var rex = 0x40 | (wide ? 8 : 0) | Bit(field, 3) << 2 | (place.Index is { } index ? Bit((int)index, 3) << 1 : 0)
            | Bit((int)place.Base, 3);
        if (rex != 0x40)
            _code.Add((byte)rex);
    }

    private static byte Rex(int field, Register operand) => (byte)(0x48 | Bit(field, 3) << 2 | Bit((int)operand, 3));

    private void Jump(byte condition, int target)
    {
        _code.Add(0x0F);
        _code.Add(condition);
        Int32(target - (Here + sizeof(int)));
    }

    private void Vector(int prefix, int map, byte opcode, Zmm field, Zmm second, Zmm last, int form = Width512)
    {
        Evex(prefix, map, opcode, field, second, Bit(last.Number, 4), Bit(last.Number, 3), form);
        _code.Add((byte)(0xC0 | Low(field.Number) << 3 | Low(last.Number)));
    }

    private void Vector(int prefix, int map, byte opcode, Zmm field, Zmm second, Place last, int unit, int form = Width512)
    {
        Evex(prefix, map, opcode, field, second, last.Index is { } index ? Bit((int)index, 3) : 0, Bit((int)last.Base, 3), form);
        Operand(field.Number, last, unit);
    }

    /// <summary>The prefix of AVX-512: register numbers have five bits, of which those above the third lie here, inverted.</summary>
    private void Evex(int prefix, int map, byte opcode, Zmm field, Zmm second, int x, int b, int form)
    {
        _code.Add(0x62);
        _code.Add((byte)((Bit(field.Number, 3) << 7 | x << 6 | b << 5 | Bit(field.Number, 4) << 4) ^ 0xF0 | map));
        _code.Add((byte)((second.Number & 15) << 3 ^ 0x78 | 4 | prefix));
        _code.Add((byte)(Bit(second.Number, 4) << 3 ^ 8 | form));
        _code.Add(opcode);
    }

    /// <param name="unit">Bytes that a displacement of one byte counts by.</param>
    private void Operand(int field, Place place, int unit)
    {
        const int Follows = 4;
        var isShort = place.Displacement % unit == 0 && (sbyte)(place.Displacement / unit) == place.Displacement / unit;
        var hasIndex = place.Index is not null || Low((int)place.Base) == Follows;
        _code.Add((byte)((isShort ? 0x40 : 0x80) | Low(field) << 3 | (hasIndex ? Follows : Low((int)place.Base))));
        if (hasIndex)
            _code.Add((byte)((place.Index is { } index ? Low((int)index) : Follows) << 3 | Low((int)place.Base)));
        if (isShort)
            _code.Add((byte)(place.Displacement / unit));
        else
            Int32(place.Displacement);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Int32(int value)
    {
        for (var shift = 0; shift < 32; shift += 8)
            _code.Add((byte)(value >> shift));
    }

    private static int Bit(int number, int bit) => number >> bit & 1;

    private static int Low(int number) => number & 7;
}
