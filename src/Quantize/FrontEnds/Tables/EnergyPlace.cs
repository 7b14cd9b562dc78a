namespace EdgeSeq.Quantize.FrontEnds.Tables;

/// <summary>Where a frame's energy stands among its features.</summary>
internal enum EnergyPlace
{
    /// <summary>In the place of the first feature.</summary>
    First,

    /// <summary>Before the others.</summary>
    InFront,

    /// <summary>After the others, as HTK has it.</summary>
    Behind,
}
