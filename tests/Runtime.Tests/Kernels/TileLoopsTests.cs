using EdgeSeq.Runtime.Kernels.X64.MachineCode;
using Iced.Intel;
using Assembler = EdgeSeq.Runtime.Kernels.X64.MachineCode.Assembler;

namespace EdgeSeq.Runtime.Tests.Kernels;

/// <summary>The functions that run as machine code, read by Iced.</summary>
public class TileLoopsTests
{
    private static readonly HashSet<CpuidFeature> Features =
    [
        CpuidFeature.INTEL8086, CpuidFeature.INTEL386, CpuidFeature.X64, CpuidFeature.AVX, CpuidFeature.AVX512F, CpuidFeature.AVX512BW,
            CpuidFeature.AVX512VL, CpuidFeature.AVX512_VNNI,
    ];

    private static readonly Dictionary<string, Func<Assembler, int>> Functions = new()
    {
        ["products of one tile"] = TileLoops.WriteTileProducts,
        ["products of two tiles"] = code => TileLoops.WriteProducts(code, 2),
        ["products of three tiles"] = code => TileLoops.WriteProducts(code, 3),
        ["products of four tiles"] = code => TileLoops.WriteProducts(code, 4),
        ["results of one tile and four vectors"] = code => TileLoops.WriteVectorProducts(code, 1, shifted: false),
        ["results of one tile and one vector"] = code => TileLoops.WriteScaledProducts(code, 1, shifted: false),
        ["results of one tile and four vectors with zero points"] = code => TileLoops.WriteVectorProducts(code, 1, shifted: true),
        ["results of one tile and one vector with a zero point"] = code => TileLoops.WriteScaledProducts(code, 1, shifted: true),
        ["results of two tiles and four vectors"] = code => TileLoops.WriteVectorProducts(code, 2, shifted: false),
        ["results of two tiles and one vector"] = code => TileLoops.WriteScaledProducts(code, 2, shifted: false),
        ["results of two tiles and four vectors with zero points"] = code => TileLoops.WriteVectorProducts(code, 2, shifted: true),
        ["results of two tiles and one vector with a zero point"] = code => TileLoops.WriteScaledProducts(code, 2, shifted: true),
        ["results of three tiles and four vectors"] = code => TileLoops.WriteVectorProducts(code, 3, shifted: false),
        ["results of three tiles and one vector"] = code => TileLoops.WriteScaledProducts(code, 3, shifted: false),
        ["results of three tiles and four vectors with zero points"] = code => TileLoops.WriteVectorProducts(code, 3, shifted: true),
        ["results of three tiles and one vector with a zero point"] = code => TileLoops.WriteScaledProducts(code, 3, shifted: true),
        ["results of four tiles and four vectors"] = code => TileLoops.WriteVectorProducts(code, 4, shifted: false),
        ["results of four tiles and one vector"] = code => TileLoops.WriteScaledProducts(code, 4, shifted: false),
        ["results of four tiles and four vectors with zero points"] = code => TileLoops.WriteVectorProducts(code, 4, shifted: true),
        ["results of four tiles and one vector with a zero point"] = code => TileLoops.WriteScaledProducts(code, 4, shifted: true),
        ["weighted sums"] = TileLoops.WriteWeightedSums,
        ["scores of attention"] = AttentionLoops.WriteScores,
        ["weights of attention"] = AttentionLoops.WriteWeights,
        ["weighted values of attention"] = AttentionLoops.WriteMix,
        ["units of an LSTM"] = RecurrentLoops.WriteLstm,
        ["units of a GRU"] = RecurrentLoops.WriteGru,
        ["codes of four vectors"] = code => QuantizingLoops.Write(code, shifted: false),
        ["codes of four vectors with zero points"] = code => QuantizingLoops.Write(code, shifted: true),
    };

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_function_takes_only_instructions_that_were_asked_for(string name) =>
        Assert.All(Instructions(name), instruction => Assert.Subset(Features, instruction.CpuidFeatures.ToHashSet()));

    [Theory, MemberData(nameof(Names))]
    public void A_function_jumps_to_its_own_instructions_and_returns(string name)
    {
        var instructions = Instructions(name);
        var starts = instructions.Select(instruction => instruction.IP).ToHashSet();
        var jumps = instructions.Where(instruction => instruction.FlowControl == FlowControl.ConditionalBranch).ToArray();
        Assert.NotEmpty(jumps);
        Assert.All(jumps, jump => Assert.Contains(jump.NearBranchTarget, starts));
        Assert.All(instructions.Except(jumps).SkipLast(1), instruction => Assert.Equal(FlowControl.Next, instruction.FlowControl));
        Assert.Equal(Mnemonic.Ret, instructions[^1].Mnemonic);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_function_leaves_alone_what_its_caller_keeps(string name)
    {
        Iced.Intel.Register[] kept =
        [
            Iced.Intel.Register.RBX, Iced.Intel.Register.RBP, Iced.Intel.Register.R12, Iced.Intel.Register.R13, Iced.Intel.Register.R14,
                Iced.Intel.Register.R15,
        ];
        var information = new InstructionInfoFactory();
        foreach (var instruction in Instructions(name).SkipLast(1))
        {
            var written = information.GetInfo(instruction).GetUsedRegisters()
                .Where(used => used.Access is not (OpAccess.Read or OpAccess.CondRead));
            Assert.DoesNotContain(written, used => kept.Append(Iced.Intel.Register.RSP).Contains(used.Register.GetFullRegister()));
        }
    }

    private static IReadOnlyList<Instruction> Instructions(string name)
    {
        var code = new Assembler();
        Assert.Equal(0, Functions[name](code));
        return Disassembly.Of(code.ToArray());
    }
}
