namespace EdgeSeq.Quantize.Streaming.Attention;

/// <summary>Which attention weights are not numbers: those of a query from which a mask hides every key.</summary>
internal sealed record NoNumberWire(ScoresWire Scores) : Wire
{
    public override string Description(int inputRate) => "part of attention";
}
