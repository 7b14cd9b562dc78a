namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>
/// Shifts and masks of integers as arithmetic. The bits of x from b on are x − (x mod 2ᵇ), for negative numbers too, since Mod takes
/// the sign of its divisor.
/// </summary>
internal static class BitParts
{
    private const int Bits = 63;

    private static readonly OnnxTensor Powers = OnnxTensor.Vector([.. Enumerable.Range(0, Bits).Select(bit => 1L << bit)]);

    /// <summary>x · 2ᵏ within the type's bits, or x / 2ᵏ without what falls out.</summary>
    public static bool Shift(NodeParts parts)
    {
        var type = parts.TypeOf(parts.Node.RequiredInput(0));
        if (WidthOf(type) is not int width)
            return false;

        var x = parts.Cast(parts.Node.RequiredInput(0), OnnxElementType.Int64);
        var places = parts.Cast(parts.Node.RequiredInput(1), OnnxElementType.Int64);
        var power = parts.Add("Gather", [parts.Constant(Powers, "powers"), places]);
        var shifted = parts.Node.String("direction") == "LEFT"
            ? Below(parts, parts.Add("Mul", [x, power]), width)
            : parts.Add("Div", [parts.Add("Sub", [x, parts.Add("Mod", [x, power])]), power]);
        parts.Output(0, parts.Cast(shifted, type));
        return true;
    }

    public static bool Not(NodeParts parts)
    {
        var type = parts.TypeOf(parts.Node.RequiredInput(0));
        if (WidthOf(type) is not int width || (width > Bits && !IsSigned(type)))
            return false;

        var all = parts.Constant(OnnxTensor.Scalar(IsSigned(type) ? -1L : (1L << width) - 1));
        parts.Output(0, parts.Cast(parts.Add("Sub", [all, parts.Cast(parts.Node.RequiredInput(0), OnnxElementType.Int64)]), type));
        return true;
    }

    /// <summary>x AND m, of which the others follow: x OR m = x + m − (x AND m), x XOR m = x + m − 2 · (x AND m).</summary>
    public static bool WithMask(NodeParts parts)
    {
        var node = parts.Node;
        var type = parts.TypeOf(node.RequiredInput(0));
        var masked = parts.Constant(1) is not null ? 0 : 1;
        if (WidthOf(type) is not int width || parts.Constant(1 - masked) is not { Count: 1 } constant)
            return false;

        var mask = constant.ToInts()[0];
        var x = parts.Cast(node.RequiredInput(masked), OnnxElementType.Int64);
        var both = And(parts, x, mask, width);
        var sum = node.OpType == "BitwiseAnd" ? both : parts.Add("Sub",
            [parts.Add("Add", [x, parts.Constant(OnnxTensor.Scalar(mask))]),
                node.OpType == "BitwiseOr" ? both : parts.Add("Add", [both, both])]);
        var shaped = constant.Rank > parts.Rank(node.RequiredInput(masked))
            ? parts.Reshape(sum, [.. Enumerable.Repeat(1L, constant.Rank)]) : sum;
        parts.Output(0, parts.Cast(shaped, type));
        return true;
    }

    private static string And(NodeParts parts, string x, long mask, int width)
    {
        string? sum = null;
        for (var bit = 0; bit < width;)
        {
            var first = bit;
            while (bit < width && (mask >> Math.Min(bit, Bits) & 1) != 0)
                bit++;

            if (bit > first)
            {
                var run = first == 0 ? Below(parts, x, bit) : parts.Add("Sub", [Below(parts, x, bit), Below(parts, x, first)]);
                sum = sum is null ? run : parts.Add("Add", [sum, run]);
            }

            bit++;
        }

        return sum ?? parts.Add("Mul", [x, parts.Constant(OnnxTensor.Scalar(0L))]);
    }

    /// <summary>The bits below one; all of them where there are no more.</summary>
    private static string Below(NodeParts parts, string x, int bit) =>
        bit >= Bits ? x : parts.Add("Mod", [x, parts.Constant(OnnxTensor.Scalar(1L << bit))]);

    /// <summary>Bits of an unsigned type; of a signed one those of its sign, which all above it repeat.</summary>
    private static int? WidthOf(OnnxElementType type) => type switch
    {
        OnnxElementType.UInt8 => 8,
        OnnxElementType.UInt16 => 16,
        OnnxElementType.UInt32 => 32,
        OnnxElementType.UInt64 => 64,
        _ => IsSigned(type) ? 64 : null,
    };

    private static bool IsSigned(OnnxElementType type) =>
        type is OnnxElementType.Int8 or OnnxElementType.Int16 or OnnxElementType.Int32 or OnnxElementType.Int64;
}
