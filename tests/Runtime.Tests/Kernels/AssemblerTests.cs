using EdgeSeq.Runtime.Kernels.X64.MachineCode;
using Register = EdgeSeq.Runtime.Kernels.X64.MachineCode.Register;

namespace EdgeSeq.Runtime.Tests.Kernels;

/// <summary>Every instruction with every register and many places, against Iced.</summary>
public class AssemblerTests
{
    private static readonly Register[] Registers = Enum.GetValues<Register>();

    private static readonly Zmm[] Zmms = [.. Enumerable.Range(0, 32).Select(number => new Zmm(number))];

    /// <summary>None, what fits into one byte as it is or counted in parts of a register, and what does not, of either sign.</summary>
    private static readonly int[] Displacements = [0, 1, 4, 8, 12, 32, 64, 127, 128, 192, 4064, 4096, 8128, 8192, -1, -8, -32, -64, -8192,
        -8256, 1 << 20];

    private static readonly Place[] Places =
    [
        .. from origin in Registers
           from index in Registers.Where(register => register != Register.Rsp).Select(register => (Register?)register).Append(null)
           from displacement in Displacements
           select new Place(origin, displacement, index),
    ];

    private static readonly Dictionary<string, IEnumerable<(Action<Assembler> Write, string Text)>> Instructions = new()
    {
        ["mov"] = OfRegisters("mov", (code, a, b) => code.Move(a, b)),
        ["mov constant"] = OfConstants("mov", (code, target, value) => code.Move(target, value)),
        ["mov from memory"] = Places.Select((place, i) =>
            Case(code => code.Move(Registers[i % Registers.Length], place), $"mov {Text(Registers[i % Registers.Length])}, {Text(place)}")),
        ["movsxd from memory"] = Places.Select((place, i) => Case(code => code.MoveInt32(Registers[i % Registers.Length], place),
            $"movsxd {Text(Registers[i % Registers.Length])}, {Text(place)}")),
        ["mov to memory"] = Places.Select((place, i) =>
            Case(code => code.Store(place, Registers[i % Registers.Length]), $"mov {Text(place)}, {Text(Registers[i % Registers.Length])}")),
        ["prefetcht0"] = Places.Select(place => Case(code => code.Fetch(place), $"prefetcht0 {Text(place)}")),
        ["add"] = OfRegisters("add", (code, a, b) => code.Add(a, b)),
        ["add constant"] = OfConstants("add", (code, target, value) => code.Add(target, value)),
        ["sub"] = OfRegisters("sub", (code, a, b) => code.Subtract(a, b)),
        ["sub constant"] = OfConstants("sub", (code, target, value) => code.Subtract(target, value)),
        ["cmp"] = OfRegisters("cmp", (code, a, b) => code.Compare(a, b)),
        ["cmp constant"] = OfConstants("cmp", (code, left, value) => code.Compare(left, value)),
        ["neg"] = Registers.Select(target => Case(code => code.Negate(target), $"neg {Text(target)}")),
        ["shl"] = Registers.Select(target => Case(code => code.ShiftLeft(target, 4), $"shl {Text(target)}, 4")),
        ["vpbroadcastd"] = from target in Zmms
                           from source in Registers
                           select Case(code => code.Broadcast32(target, source), $"vpbroadcastd {Text(target)}, {Text32(source)}"),
        ["vpbroadcastd from memory"] = OfPlaces((code, target, source) => code.Broadcast32(target, source), "vpbroadcastd {0}, {1}"),
        ["vmovdqu32 to memory"] = OfPlaces((code, source, target) => code.Store(target, source), "vmovdqu32 {1}, {0}"),
        ["vmovups from memory"] = OfPlaces((code, target, source) => code.Load(target, source), "vmovups {0}, {1}"),
        ["vmovups of a mask"] = OfPlaces((code, target, source) => code.LoadMasked(target, source), "vmovups {0}{{k1}}{{z}}, {1}"),
        ["vmovups of a quarter"] = Places.Select((place, i) => Case(code => code.StoreQuarter(place, Zmms[i % Zmms.Length]),
            $"vmovups {Text(place)}, {Quarter(Zmms[i % Zmms.Length])}")),
        ["vmovaps of a mask"] = from target in Zmms
                                from source in Zmms
                                select Case(code => code.MoveMasked(target, source), $"vmovaps {Text(target)}{{k1}}{{z}}, {Text(source)}"),
        ["vrndscaleps"] = from target in Zmms
                          from source in Zmms
                          select Case(code => code.RoundToEven(target, source), $"vrndscaleps {Text(target)}, {Text(source)}, 8"),
        ["kmovw"] = Registers.Select(lanes => Case(code => code.SetMask(lanes), $"kmovw k1, {Text32(lanes)}")),
        ["vmovaps"] = OfPairs("vmovaps", (code, target, source) => code.Move(target, source)),
        ["vcvtdq2ps"] = OfPairs("vcvtdq2ps", (code, target, source) => code.ConvertInt32(target, source)),
        ["vaddps"] = OfVectors("vaddps", (code, target, a, b) => code.Add(target, a, b)),
        ["vsubps"] = OfVectors("vsubps", (code, target, a, b) => code.Subtract(target, a, b)),
        ["vmulps"] = OfVectors("vmulps", (code, target, a, b) => code.Multiply(target, a, b)),
        ["vmulps from memory"] = OfPlaces((code, target, b) => code.Multiply(target, new Zmm(21), b), "vmulps {0}, zmm21, {1}"),
        ["vdivps"] = OfVectors("vdivps", (code, target, a, b) => code.Divide(target, a, b)),
        ["vdivps of a quarter"] = from target in Zmms
                                  from a in Zmms
                                  select Case(code => code.DivideQuarter(target, a, new Zmm(21)),
                                      $"vdivps {Quarter(target)}, {Quarter(a)}, xmm21"),
        ["vmaxps"] = OfVectors("vmaxps", (code, target, a, b) => code.AtLeast(target, a, b)),
        ["vmaxps from memory"] = OfPlaces((code, target, b) => code.AtLeast(target, new Zmm(21), b), "vmaxps {0}, zmm21, {1}"),
        ["vminps"] = OfVectors("vminps", (code, target, a, b) => code.AtMost(target, a, b)),
        ["vminps from memory"] = OfPlaces((code, target, b) => code.AtMost(target, new Zmm(21), b), "vminps {0}, zmm21, {1}"),
        ["vfmadd213ps"] = OfVectors("vfmadd213ps", (code, a, b, c) => code.MultiplyAdd(a, b, c)),
        ["vfmadd213ps from memory"] = OfPlaces((code, a, c) => code.MultiplyAdd(a, new Zmm(21), c), "vfmadd213ps {0}, zmm21, {1}"),
        ["vpxord"] = OfVectors("vpxord", (code, target, a, b) => code.Xor(target, a, b)),
        ["vpxord from memory"] = OfPlaces((code, target, b) => code.Xor(target, new Zmm(21), b), "vpxord {0}, zmm21, {1}"),
        ["vpaddd"] = OfVectors("vpaddd", (code, target, a, b) => code.Add32(target, a, b)),
        ["vpsubd"] = OfVectors("vpsubd", (code, target, a, b) => code.Subtract32(target, a, b)),
        ["vunpcklps"] = OfVectors("vunpcklps", (code, target, a, b) => code.InterleaveLow(target, a, b)),
        ["vunpckhps"] = OfVectors("vunpckhps", (code, target, a, b) => code.InterleaveHigh(target, a, b)),
        ["vshufps"] = from target in Zmms
                      from a in Zmms
                      select Case(code => code.Shuffle(target, a, new Zmm(21), 0xEE), $"vshufps {Text(target)}, {Text(a)}, zmm21, 238"),
        ["vshuff32x4"] = from target in Zmms
                         from source in Zmms
                         select Case(code => code.ShuffleQuarters(target, source, 0xB1),
                             $"vshuff32x4 {Text(target)}, {Text(source)}, {Text(source)}, 177"),
        ["vpslld"] = from target in Zmms
                     from source in Zmms
                     select Case(code => code.ShiftLeft32(target, source, 7), $"vpslld {Text(target)}, {Text(source)}, 7"),
        ["vpsrad"] = from target in Zmms
                     from source in Zmms
                     select Case(code => code.ShiftRight32(target, source, 31), $"vpsrad {Text(target)}, {Text(source)}, 31"),
        ["vpandnd"] = OfVectors("vpandnd", (code, target, a, b) => code.AndNot(target, a, b)),
        ["vpmovdb to memory"] = OfPlaces((code, source, target) => code.StoreLowBytes(target, source), "vpmovdb {1}, {0}"),
        ["vpdpbusd"] = OfVectors("vpdpbusd", (code, sums, unsigned, signed) => code.AddByteProducts(sums, unsigned, signed)),
    };

    public static TheoryData<string> Names => [.. Instructions.Keys];

    [Theory, MemberData(nameof(Names))]
    public void An_instruction_is_what_Iced_reads_and_writes(string name)
    {
        foreach (var (write, text) in Instructions[name])
        {
            var code = new Assembler();
            write(code);
            var bytes = code.ToArray();
            var instruction = Assert.Single(Disassembly.Of(bytes));
            Assert.Equal(text, Disassembly.Text(instruction));
            Assert.Equal(Disassembly.Encode(instruction), bytes);
        }
    }

    [Theory, InlineData(0), InlineData(100), InlineData(-100)]
    public void A_jump_goes_to_its_target(int distance)
    {
        var code = new Assembler();
        code.Align(1);
        for (var i = 0; i < 64; i++)
            code.Return();
        var at = code.Here;
        code.JumpIfBelow(at + distance);
        code.JumpIfPositive(at + distance);
        var texts = Disassembly.Of(code.ToArray()).Select(Disassembly.Text).TakeLast(2);
        Assert.Equal([$"jb {at + distance}", $"jg {at + distance}"], texts);
    }

    [Fact]
    public void A_jump_ahead_goes_to_where_it_lands()
    {
        var code = new Assembler();
        var jump = code.JumpAheadIfEqual();
        for (var i = 0; i < 64; i++)
            code.Return();
        code.LandHere(jump);
        Assert.Equal($"je {code.Here}", Disassembly.Text(Disassembly.Of(code.ToArray())[0]));
    }

    [Fact]
    public void The_sequences_of_fixed_bytes_are_what_Iced_reads()
    {
        var code = new Assembler();
        code.LoadSavedStates();
        code.Return();
        code.Align(16);
        var texts = Disassembly.Of(code.ToArray()).Select(Disassembly.Text).ToArray();
        Assert.Equal(["xor ecx, ecx", "xgetbv", "vzeroupper", "ret"], texts[..4]);
        Assert.All(texts[4..], text => Assert.Equal("int3", text));
    }

    private static IEnumerable<(Action<Assembler> Write, string Text)> OfRegisters(string name,
        Action<Assembler, Register, Register> write) =>
        from a in Registers
        from b in Registers
        select Case(code => write(code, a, b), $"{name} {Text(a)}, {Text(b)}");

    private static IEnumerable<(Action<Assembler> Write, string Text)> OfConstants(string name, Action<Assembler, Register, int> write) =>
        from target in Registers
        from value in (int[])[256, 0x1234567, int.MaxValue]
        select Case(code => write(code, target, value), $"{name} {Text(target)}, {value}");

    private static IEnumerable<(Action<Assembler> Write, string Text)> OfPairs(string name, Action<Assembler, Zmm, Zmm> write) =>
        from target in Zmms
        from source in Zmms
        select Case(code => write(code, target, source), $"{name} {Text(target)}, {Text(source)}");

    private static IEnumerable<(Action<Assembler> Write, string Text)> OfVectors(string name, Action<Assembler, Zmm, Zmm, Zmm> write) =>
        from target in Zmms
        from a in Zmms
        from b in Zmms
        select Case(code => write(code, target, a, b), $"{name} {Text(target)}, {Text(a)}, {Text(b)}");

    /// <summary>Every place with one of the registers in turn.</summary>
    /// <param name="form">0: the register, 1: the place.</param>
    private static IEnumerable<(Action<Assembler> Write, string Text)> OfPlaces(Action<Assembler, Zmm, Place> write, string form) =>
        Places.Select((place, i) =>
        Case(code => write(code, Zmms[i % Zmms.Length], place), string.Format(null, form, Text(Zmms[i % Zmms.Length]), Text(place))));

    private static (Action<Assembler> Write, string Text) Case(Action<Assembler> write, string text) => (write, text);

    private static string Text(Zmm register) => $"zmm{register.Number}";

    private static string Quarter(Zmm register) => $"xmm{register.Number}";

    private static string Text(Register register) => register.ToString().ToLowerInvariant();

    private static string Text32(Register register) => register >= Register.R8 ? $"{Text(register)}d" : $"e{Text(register)[1..]}";

    private static string Text(Place place)
    {
        var index = place.Index is { } register ? $"+{Text(register)}" : "";
        var displacement = place.Displacement == 0 ? "" : place.Displacement.ToString("+0;-0", null);
        return $"[{Text(place.Base)}{index}{displacement}]";
    }
}
