using EdgeSeq.Runtime.Kernels.X64.MachineCode;

namespace EdgeSeq.Runtime.Tests.Kernels;

/// <summary>Instructions against the bytes that LLVM's assembler makes of the same text: registers from both halves of each file,
/// places with and without an index, displacements of one and four bytes.</summary>
public class AssemblerTests
{
    private static readonly Dictionary<string, (Action<Assembler> Write, string Bytes)> Cases = new()
    {
        ["mov rax, rsi"] = (code => code.Move(Register.Rax, Register.Rsi), "48 89 f0"),
        ["mov rax, 0x1234567"] = (code => code.Move(Register.Rax, 0x1234567), "48 c7 c0 67 45 23 01"),
        ["add r10, r8"] = (code => code.Add(Register.R10, Register.R8), "4d 01 c2"),
        ["add rdi, 256"] = (code => code.Add(Register.Rdi, 256), "48 81 c7 00 01 00 00"),
        ["sub r9, 512"] = (code => code.Subtract(Register.R9, 512), "49 81 e9 00 02 00 00"),
        ["neg r8"] = (code => code.Negate(Register.R8), "49 f7 d8"),
        ["shl r8, 4"] = (code => code.ShiftLeft(Register.R8, 4), "49 c1 e0 04"),
        ["cmp rax, r10"] = (code => code.Compare(Register.Rax, Register.R10), "4c 39 d0"),
        ["vpbroadcastd zmm10, eax"] = (code => code.Broadcast32(new Zmm(10), Register.Rax), "62 72 7d 48 7c d0"),
        ["vpbroadcastd zmm9, [rsp+8]"] = (code => code.Broadcast32(new Zmm(9), new Place(Register.Rsp, 8)), "62 72 7d 48 58 4c 24 02"),
        ["vpbroadcastd zmm17, [r11+rsi+12]"] =
            (code => code.Broadcast32(new Zmm(17), new Place(Register.R11, 12, Register.Rsi)), "62 c2 7d 48 58 4c 33 03"),
        ["vpbroadcastq zmm8, [rax+16]"] = (code => code.Broadcast64(new Zmm(8), new Place(Register.Rax, 16)), "62 72 fd 48 59 40 02"),
        ["vpmovsxbw zmm5, [rdi+rsi+32]"] =
            (code => code.Widen8To16(new Zmm(5), new Place(Register.Rdi, 32, Register.Rsi)), "62 f2 7d 48 20 6c 37 01"),
        ["vpmovsxbw zmm20, [r11+4096]"] = (code => code.Widen8To16(new Zmm(20), new Place(Register.R11, 4096)), "62 c2 7d 48 20 a3 00 10 00 00"),
        ["vpmovqd [r9+32], zmm9"] = (code => code.StoreLowerHalves(new Place(Register.R9, 32), new Zmm(9)), "62 52 7e 48 35 49 01"),
        ["vmovdqu32 [r9+64], zmm3"] = (code => code.Store(new Place(Register.R9, 64), new Zmm(3)), "62 d1 7e 48 7f 59 01"),
        ["vpxord zmm3, zmm3, zmm3"] = (code => code.Xor(new Zmm(3), new Zmm(3), new Zmm(3)), "62 f1 65 48 ef db"),
        ["vpxord zmm7, zmm10, [r11+rsi+192]"] =
            (code => code.Xor(new Zmm(7), new Zmm(10), new Place(Register.R11, 192, Register.Rsi)), "62 d1 2d 48 ef 7c 33 03"),
        ["vpxord zmm31, zmm30, [rdi-64]"] =
            (code => code.Xor(new Zmm(31), new Zmm(30), new Place(Register.Rdi, -64)), "62 61 0d 40 ef 7f ff"),
        ["vpaddd zmm0, zmm17, zmm9"] = (code => code.Add32(new Zmm(0), new Zmm(17), new Zmm(9)), "62 d1 75 40 fe c1"),
        ["vpsrlq zmm9, zmm18, 32"] = (code => code.ShiftRight64(new Zmm(9), new Zmm(18), 32), "62 b1 b5 48 73 d2 20"),
        ["vpdpbusd zmm30, zmm16, zmm29"] = (code => code.AddByteProducts(new Zmm(30), new Zmm(16), new Zmm(29)), "62 02 7d 40 50 f5"),
        ["vpdpwssd zmm2, zmm6, zmm8"] = (code => code.AddShortProducts(new Zmm(2), new Zmm(6), new Zmm(8)), "62 d2 4d 48 52 d0"),
        ["jb -8"] = (code => code.JumpIfBelow(-2), "0f 82 f8 ff ff ff"),
        ["jg -8"] = (code => code.JumpIfPositive(-2), "0f 8f f8 ff ff ff"),
        ["vzeroupper; ret"] = (code => code.Return(), "c5 f8 77 c3"),
    };

    public static TheoryData<string> Instructions => [.. Cases.Keys];

    [Theory, MemberData(nameof(Instructions))]
    public void An_instruction_has_the_bytes_of_an_assembler(string instruction)
    {
        var code = new Assembler();
        Cases[instruction].Write(code);
        Assert.Equal(Cases[instruction].Bytes, string.Join(' ', code.ToArray().Select(value => value.ToString("x2", null))));
    }
}
