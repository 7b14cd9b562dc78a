using System.Runtime.InteropServices;
using EdgeSeq.Quantize.Int8;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Verification;

/// <summary>How the int8 weights of a program's ops are distributed. Zeros are left out: the padding has them too.</summary>
internal sealed class CodeCounts(ReadOnlyMemory<byte> program)
{
    /// <returns>Counts of the codes −127..127, or nothing for an op without int8 weights.</returns>
    public long[] Of(OpSpec op)
    {
        using var image = ProgramImage.Copy(program.Span);
        var file = ProgramFile.Read(image, "program");
        var weights = op.In.Where(value => value >= 0).Select(value => file.Program.Values[value])
            .Where(value => value is { Type: ElementType.I8, Place: ValuePlace.Constant }).ToArray();
        if (weights.Length == 0)
            return [];

        var counts = new long[2 * RowQuantizer.Largest + 1];
        foreach (var value in weights)
        {
            foreach (var code in MemoryMarshal.Cast<byte, sbyte>(file.Bytes(file.Find(value.Tensor!)!)))
                counts[code + RowQuantizer.Largest] += code == 0 ? 0 : 1;
        }

        return counts;
    }
}
