namespace EdgeSeq.Device.Simulation.Faults;

/// <summary>What goes wrong with a transfer.</summary>
internal enum BusFault
{
    None,

    /// <summary>No acknowledge: error 121.</summary>
    NoAnswer,

    /// <summary>No such address: error 6.</summary>
    NoSuchAddress,

    /// <summary>The bus is held: error 110.</summary>
    TimedOut,

    /// <summary>Error 5.</summary>
    InputOutput,

    /// <summary>Unplugged: error 19, also when it is opened again.</summary>
    Unplugged,

    /// <summary>The same bytes as before.</summary>
    Stuck,
}
