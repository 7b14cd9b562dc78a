namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>A cell's weights and attributes as ONNX's recurrent ops take them, in one direction.</summary>
internal static class CellTensors
{
    /// <summary>[1, gates · hidden, input]: ONNX multiplies with the transposed matrix.</summary>
    public static OnnxTensor Input(RecurrentCell cell) =>
        Stacked(cell.Gates.Select(gate => gate.Input), cell.Hidden, cell.Gates.Max(gate => gate.Input?.Rows ?? 0));

    /// <summary>[1, gates · hidden, hidden].</summary>
    public static OnnxTensor Recurrent(RecurrentCell cell) => Stacked(cell.Gates.Select(gate => gate.Recurrent), cell.Hidden, cell.Hidden);

    /// <summary>[1, 2 · gates · hidden]: those of the input before those of the last output.</summary>
    public static OnnxTensor Biases(RecurrentCell cell)
    {
        float[] both = [.. cell.Gates.SelectMany(gate => gate.Bias),
            .. cell.Gates.SelectMany(gate => gate.RecurrentBias ?? new float[cell.Hidden])];
        return OnnxTensor.FromFloats(both, 1, both.Length);
    }

    public static (string Name, OnnxAttribute Value)[] Attributes(RecurrentCell cell)
    {
        var attributes = new List<(string, OnnxAttribute)>
        {
            ("hidden_size", (long)cell.Hidden),
            ("activations", (string[])[.. cell.Activations.Select(activation => activation.Name)]),
        };
        if (cell.Activations.Any(activation => activation.Alpha is not null))
        {
            attributes.Add(("activation_alpha", (float[])[.. cell.Activations.Select(activation => activation.Alpha).OfType<float>()]));
            if (cell.Activations.Any(activation => activation.Beta is not null))
                attributes.Add(("activation_beta", (float[])[.. cell.Activations.Select(activation => activation.Beta).OfType<float>()]));
        }

        if (cell.LinearBeforeReset)
            attributes.Add(("linear_before_reset", 1L));

        return [.. attributes];
    }

    private static OnnxTensor Stacked(IEnumerable<Matrix?> gates, int hidden, int rows)
    {
        Matrix?[] all = [.. gates];
        var values = new float[all.Length * hidden * rows];
        for (var i = 0; i < values.Length; i++)
            values[i] = all[i / rows / hidden]?[i % rows, i / rows % hidden] ?? 0;

        return OnnxTensor.FromFloats(values, 1, all.Length * hidden, rows);
    }
}
