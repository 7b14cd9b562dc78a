namespace EdgeSeq.Tool.Inspect;

/// <summary>What a box stands for.</summary>
internal enum GraphBoxKind
{
    Input,
    Output,
    State,

    /// <summary>An op without weights.</summary>
    Op,

    /// <summary>An op that multiplies in int8.</summary>
    Int8,

    /// <summary>An op that multiplies in float32.</summary>
    Float,
}
