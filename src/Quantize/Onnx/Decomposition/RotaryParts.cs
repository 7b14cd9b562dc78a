namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>Rotary embeddings: pairs of features turned by an angle that grows with the position.</summary>
internal static class RotaryParts
{
    /// <summary>Inputs X, cos_cache, sin_cache, position_ids.</summary>
    public static bool Standard(NodeParts parts)
    {
        var x = parts.Node.RequiredInput(0);
        var positions = parts.Node.Input(3);
        string Angles(int input) => positions is null ? parts.Node.RequiredInput(input)
            : parts.Add("Gather", [parts.Node.RequiredInput(input), positions]);
        return Apply(parts, x, Angles(1), Angles(2));
    }

    /// <summary>Inputs X, position_ids ([batch, time], or one number that the first position is), cos_cache, sin_cache.</summary>
    public static bool Microsoft(NodeParts parts)
    {
        string x = parts.Node.RequiredInput(0), positions = parts.Node.RequiredInput(1);
        if (parts.Node.Float("scale", 1) != 1 || parts.Node.Int("is_packed_batching", 0) != 0)
            return false;

        if (parts.Rank(positions) <= 1)
            positions = parts.Unsqueeze(parts.Add("Add", [parts.Positions(x, parts.Rank(x) - 2), positions]), 0);

        string Angles(int input) => parts.Add("Gather", [parts.Node.RequiredInput(input), positions]);
        return Apply(parts, x, Angles(2), Angles(3));
    }

    /// <summary>x [.., features] turned by angles that broadcast to its pairs.</summary>
    public static string Rotate(NodeParts parts, string x, string cos, string sin, long features)
    {
        var rotated = parts.Node.Int("rotary_embedding_dim", 0) is > 0 and long given ? given : features;
        var interleaved = parts.Node.Int("interleaved", parts.Node.Int("rotary_interleaved", 0)) != 0;
        var a = interleaved ? parts.Slice(x, 3, 0, rotated, 2) : parts.Slice(x, 3, 0, rotated / 2);
        var b = interleaved ? parts.Slice(x, 3, 1, rotated, 2) : parts.Slice(x, 3, rotated / 2, rotated);
        var first = parts.Add("Sub", [parts.Add("Mul", [cos, a]), parts.Add("Mul", [sin, b])]);
        var second = parts.Add("Add", [parts.Add("Mul", [sin, a]), parts.Add("Mul", [cos, b])]);
        var turned = interleaved
            ? parts.Reshape(parts.Add("Concat", [parts.Unsqueeze(first, -1), parts.Unsqueeze(second, -1)], ("axis", -1L)), 0, 0, 0, rotated)
            : parts.Add("Concat", [first, second], ("axis", -1L));
        return rotated == features ? turned : parts.Add("Concat", [turned, parts.Slice(x, 3, rotated, features)], ("axis", -1L));
    }

    private static bool Apply(NodeParts parts, string x, string cos, string sin)
    {
        var rank = parts.Rank(x);
        var heads = parts.Node.Int("num_heads", 0);
        if (rank is not (3 or 4) || (rank == 3 && heads == 0) || Features(parts, x, rank, heads) is not long features)
            return false;

        // Three axes are [batch, time, heads · features], four are [batch, heads, time, features].
        long headAxis = rank == 3 ? 2 : 1;
        var split = rank == 3 ? parts.Reshape(x, 0, 0, heads, features) : x;
        var turned = Rotate(parts, split, parts.Unsqueeze(cos, headAxis), parts.Unsqueeze(sin, headAxis), features);
        parts.Output(0, rank == 3 ? parts.Reshape(turned, 0, 0, heads * features) : turned);
        return true;
    }

    private static long? Features(NodeParts parts, string x, int rank, long heads) =>
        parts.Size(x, -1) is long last ? rank == 3 ? last / heads : last : null;
}
