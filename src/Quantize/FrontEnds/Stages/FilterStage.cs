using EdgeSeq.Quantize.FrontEnds.Tables;
using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.FrontEnds.Stages;

/// <summary>A recursive filter over each channel, as sections one after the other.</summary>
/// <param name="Sections">Each b(z)/a(z).</param>
/// <param name="Steady">It starts as if the first sample had been there forever; else at rest.</param>
internal sealed record FilterStage(DifferenceForm[] Sections, bool Steady) : FrontEndStage
{
    public override (int Span, int Hop) Reach => (1, 1);

    public override Signal Build(GraphScope g, Signal x)
    {
        var isBlock = x.Kind == SignalKind.Samples && x.Chunk > 1;
        if (!Steady)
            return x with { Wire = isBlock ? Blocks(g, x) : Scan(g, x) };

        // The response to x is that to the part that is not the first sample, beside the gain for what never changes.
        var first = g.Slice(x.Wire, 1, 0, 1);
        first = isBlock ? g.Slice(first, 2, 0, 1) : first;
        var moved = x with { Wire = g.Minus(x.Wire, first) };
        var constant = g.Times(first, Sections.Aggregate(1.0, (gain, section) => gain * section.Gain));
        return x with { Wire = g.Plus(isBlock ? Blocks(g, moved) : Scan(g, moved), constant) };
    }

    /// <summary>Steps of several samples: outputs and next states are products of samples and states with matrices.</summary>
    private string Blocks(GraphScope g, Signal x)
    {
        var wire = x.Wire;
        foreach (var section in Sections)
        {
            var block = new FilterBlock(section, x.Chunk);
            var body = g.Body("filter");
            body.Graph.Inputs.Add(new OnnxValue("state", OnnxElementType.Float32, [1, block.States]));
            body.Graph.Inputs.Add(new OnnxValue("x", OnnxElementType.Float32, [1, x.Chunk]));
            string Product(string of, double[] matrix, string name, int rows, int columns) =>
                body.Add("MatMul", [of, body.Floats(matrix, name, rows, columns)]);
            var y = body.Plus(Product("x", block.SamplesToOutputs, "direct", x.Chunk, x.Chunk),
                Product("state", block.StatesToOutputs, "response", block.States, x.Chunk));
            var next = body.Plus(Product("state", block.StatesToStates, "transition", block.States, block.States),
                Product("x", block.SamplesToStates, "drive", x.Chunk, block.States));
            body.Graph.Outputs.Add(new OnnxValue(next, OnnxElementType.Float32, [1, block.States]));
            body.Graph.Outputs.Add(new OnnxValue(y, OnnxElementType.Float32, [1, x.Chunk]));
            var zeros = g.Constant(OnnxTensor.FromFloats(new float[block.States], 1, block.States), "rest");
            wire = g.Add("Scan", [zeros, wire], 2, ("body", body.Graph), ("num_scan_inputs", 1L), ("scan_input_axes", (long[])[1]),
                ("scan_output_axes", (long[])[1]))[1];
        }

        return wire;
    }

    private string Scan(GraphScope g, Signal x)
    {
        var size = x.Element[^1];
        var body = g.Body("filter");
        var states = Sections.SelectMany((section, s) => Enumerable.Range(1, section.Order).Select(i => $"s{s}_{i}")).ToArray();
        foreach (var name in states.Append("x"))
            body.Graph.Inputs.Add(new OnnxValue(name, OnnxElementType.Float32, [1, size]));

        var y = "x";
        var next = new List<string>();
        for (var s = 0; s < Sections.Length; s++)
            (y, var updated) = Section(body, Sections[s], y, $"s{s}_", next);

        foreach (var wire in next.Append(y))
            body.Graph.Outputs.Add(new OnnxValue(wire, OnnxElementType.Float32, [1, size]));

        string[] zeros = [.. states.Select(name => g.Constant(OnnxTensor.FromFloats(new float[size], 1, size), name))];
        return g.Add("Scan", [.. zeros, x.Wire], states.Length + 1, ("body", body.Graph), ("num_scan_inputs", 1L),
            ("scan_input_axes", (long[])[1]), ("scan_output_axes", (long[])[1]))[^1];
    }

    private static (string Y, List<string> Next) Section(GraphScope g, DifferenceForm form, string x, string state, List<string> next)
    {
        if (form.Order == 0)
            return (g.Times(x, form.Beta[0]), next);

        var y = g.Plus(g.Times(x, g.Number(form.Beta[0])), $"{state}1");
        for (var i = 1; i <= form.Order; i++)
        {
            var change = g.Minus(g.Times(x, g.Number(form.Beta[i])), g.Times(y, g.Number(form.Alpha[i])));
            var sum = i < form.Order ? g.Plus($"{state}{i}", $"{state}{i + 1}") : $"{state}{i}";
            next.Add(g.Plus(sum, change));
        }

        return (y, next);
    }
}
