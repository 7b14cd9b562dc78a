namespace EdgeSeq.Quantize.FrontEnds;

/// <summary>Cuts samples into overlapping frames.</summary>
internal static class SampleFrames
{
    /// <summary>
    /// Frames of one channel: frame f is the samples first + f · hop, .. of it, zeros before the start. [1, F, length]; where an element
    /// of the signal holds several hops, [1, F, hops, length].
    /// </summary>
    /// <param name="first">The first frame's first sample; may be before the start.</param>
    /// <param name="behind">Zeros behind the end of the recording that frames may reach into.</param>
    public static Signal Cut(GraphScope g, Signal x, int length, int hop, int first, int behind = 0)
    {
        var chunk = x.Chunk;
        if (x.Kind != SignalKind.Samples)
        {
            throw FrontEndErrors.Invalid("it cuts samples of one channel into frames, and what comes is not that",
                "choose or mix channels first: channels(0), downmix()");
        }

        if (hop % chunk != 0 && chunk % hop != 0)
        {
            throw FrontEndErrors.Invalid($"a step of {chunk} samples and a hop of {hop}: neither divides the other",
                $"give --chunk {hop}, a divisor or a multiple of it");
        }

        int rows = Math.Max(1, chunk / hop), step = Math.Max(1, hop / chunk), lead = (Math.Max(0, -first) + chunk - 1) / chunk;
        var at = first + lead * chunk;
        int start = at / chunk, inside = at % chunk, needed = inside + (rows - 1) * hop + length, count = (needed + chunk - 1) / chunk;
        var window = Windows(g, x.Wire, x.Rank, (lead, (Math.Max(0, behind) + chunk - 1) / chunk), start, count, step);
        var flat = g.Reshape(window, 1, -1, (long)count * chunk);
        var frames = rows > 1 ? Rows(g, flat, rows, hop, inside, length)
            : inside == 0 && length == count * chunk ? flat : g.Slice(flat, 2, inside, inside + length);
        return new Signal(frames, rows > 1 ? [rows, length] : [length], SignalKind.Rows, x.Hz / hop) { RowsAnElement = rows };
    }

    /// <summary>The last elements of any signal: [1, F, length, ..].</summary>
    /// <param name="lead">Elements of zeros before the start.</param>
    public static string Elements(GraphScope g, Signal x, int length, int hop, int lead) =>
        Windows(g, x.Wire, x.Rank, (lead, 0), 0, length, hop);

    private static string Windows(GraphScope g, string x, int rank, (int Lead, int Behind) zeros, int start, int count, int step)
    {
        if (zeros is not (0, 0))
            x = g.Add("Pad", [x, g.Vector([0, zeros.Lead, .. new long[rank - 2], 0, zeros.Behind, .. new long[rank - 2]])]);

        // Indices start + f · step + k: the graph of frames that every exporter writes.
        var length = g.Add("Gather", [g.Add("Shape", [x]), g.Whole(1)], ("axis", 0L));
        var frames = g.Plus(g.Over(g.Minus(length, g.Whole(start + count)), g.Whole(step)), g.Whole(1));
        var begins = g.Times(g.Add("Range", [g.Whole(0), frames, g.Whole(1)]), g.Whole(step));
        var offsets = g.Constant(Onnx.OnnxTensor.FromInts([.. Enumerable.Range(start, count).Select(k => (long)k)], 1, count), "offsets");
        return g.Add("Gather", [x, g.Plus(g.Add("Unsqueeze", [begins, g.Vector(1)]), offsets)], ("axis", 1L));
    }

    private static string Rows(GraphScope g, string flat, int rows, int hop, int inside, int length)
    {
        long[] indices = [.. Enumerable.Range(0, rows).SelectMany(r =>
            Enumerable.Range(0, length).Select(k => (long)inside + r * hop + k))];
        return g.Add("Gather", [flat, g.Constant(Onnx.OnnxTensor.FromInts(indices, rows, length), "rows")], ("axis", 2L));
    }
}
