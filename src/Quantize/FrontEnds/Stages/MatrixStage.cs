namespace EdgeSeq.Quantize.FrontEnds.Stages;

/// <summary>A·x + offset over the channels: calibration of a sensor, selection of channels, their mean.</summary>
/// <param name="Rows">A row for each channel that comes out.</param>
internal sealed record MatrixStage(double[][] Rows, double[] Offset) : FrontEndStage
{
    public override (int Span, int Hop) Reach => (1, 1);

    public override Signal Build(GraphScope g, Signal x)
    {
        int from = x.Element[^1], to = Rows.Length;
        if (to == 0 || Rows.Any(row => row.Length != from))
        {
            throw FrontEndErrors.Invalid($"a matrix with rows of {(to == 0 ? 0 : Rows[0].Length)} numbers for {from} channels",
                $"rows of {from}");
        }

        double[] matrix = [.. Enumerable.Range(0, from).SelectMany(c => Rows.Select(row => row[c]))];
        var y = g.Add("MatMul", [x.Wire, g.Floats(matrix, "matrix", from, to)]);
        if (Offset.Length > 0)
        {
            y = Offset.Length == to ? g.Plus(y, g.Floats(Offset, "offset", to))
                : throw FrontEndErrors.Invalid($"{Offset.Length} offsets for {to} channels");
        }

        return x with { Wire = y, Element = [to], Kind = to == 1 ? SignalKind.Samples : SignalKind.Channels };
    }
}
