namespace EdgeSeq.Quantize.FrontEnds.Tables;

/// <summary>How samples become frames: frame k = padded[k · Hop .. + Length).</summary>
/// <param name="PadLeft">Samples that the library puts in front.</param>
/// <param name="PadMode">none, constant (zeros), or what mirrors the start: reflect, symmetric.</param>
internal sealed record FrameSpec(int Length, int Hop, int PadLeft, string PadMode)
{
    /// <summary>Zeros that the library puts behind the end: frames that reach into them come where a recording is flushed.</summary>
    public int PadRight { get; init; }

    /// <summary>Zeros behind the end for a part of the frame, so that there are as many frames as of whole ones.</summary>
    public int Behind(int offset, int length) => PadRight - Length + offset + length;

    public void Note(GraphScope g)
    {
        if (PadLeft > 0 && PadMode is not ("none" or "constant"))
        {
            var touched = (PadLeft + Hop - 1) / Hop;
            g.Notes.Add($"padding '{PadMode}' mirrors samples that are still to come: the stream starts with zeros instead, so the "
                + $"first {touched} rows differ from the library's");
        }
    }
}
