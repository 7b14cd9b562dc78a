namespace EdgeSeq.Quantize.Int8;

/// <summary>How a node with weights, a table or attention rings computes.</summary>
/// <param name="IsEqualized">Its input is scaled element by element before it is quantised, see <see cref="Equalization"/>.</param>
internal readonly record struct NodeForm(NodePrecision Precision, bool IsEqualized = false)
{
    /// <summary>As users read it.</summary>
    public string Text => (Precision, IsEqualized) switch
    {
        (NodePrecision.F32, _) => "f32",
        (NodePrecision.Int8Wide, false) => "int8, 16-bit activations",
        (NodePrecision.Int8Wide, true) => "int8, equalised, 16-bit activations",
        (_, true) => "int8, equalised",
        _ => "int8",
    };
}
