using Iced.Intel;

namespace EdgeSeq.Runtime.Tests.Kernels;

/// <summary>What Iced, an assembler and disassembler of its own, makes of machine code.</summary>
internal static class Disassembly
{
    private static readonly FormatterOptions Notation = new()
    {
        NumberBase = NumberBase.Decimal,
        SpaceAfterOperandSeparator = true,
        MemorySizeOptions = MemorySizeOptions.Never,
        BranchLeadingZeros = false,
        ShowBranchSize = false,
    };

    /// <summary>The instructions from address 0 on.</summary>
    public static IReadOnlyList<Instruction> Of(byte[] code)
    {
        var decoder = Decoder.Create(64, code);
        var instructions = new List<Instruction>();
        while (decoder.IP < (ulong)code.Length)
            instructions.Add(decoder.Decode());
        return instructions;
    }

    /// <summary>Intel's notation; displacements are decimal, targets of jumps addresses.</summary>
    public static string Text(Instruction instruction)
    {
        var text = new StringOutput();
        new IntelFormatter(Notation).Format(instruction, text);
        return text.ToString();
    }

    /// <summary>Its bytes as Iced chooses them.</summary>
    public static byte[] Encode(Instruction instruction)
    {
        var bytes = new List<byte>();
        Encoder.Create(64, new ByteList(bytes)).Encode(instruction, instruction.IP);
        return [.. bytes];
    }

    private sealed class ByteList(List<byte> bytes) : CodeWriter
    {
        public override void WriteByte(byte value) => bytes.Add(value);
    }
}
