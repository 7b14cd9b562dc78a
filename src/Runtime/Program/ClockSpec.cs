namespace EdgeSeq.Runtime.Program;

/// <summary>Ticks at the steps t ≥ Offset with (t - Offset) divisible by Rate; the tick's index is (t - Offset) / Rate.
/// Clock 0 of a program ticks at every step.</summary>
public sealed record ClockSpec
{
    public required int Rate { get; init; }

    public required int Offset { get; init; }

    /// <summary>Ticks in the first steps of a stream.</summary>
    public long TicksIn(long steps) => steps <= Offset ? 0 : ((steps - Offset - 1) / Rate) + 1;
}
