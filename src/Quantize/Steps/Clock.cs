namespace EdgeSeq.Quantize.Steps;

/// <summary>When something happens: at steps t ≥ <see cref="Offset"/> with (t − Offset) divisible by <see cref="Rate"/>.</summary>
/// <param name="Rate">Steps between two ticks, at least 1.</param>
/// <param name="Offset">Step of the first tick, at least 0.</param>
internal readonly record struct Clock(int Rate, int Offset)
{
    public static readonly Clock EveryStep = new(1, 0);

    /// <param name="step">From 0.</param>
    public bool TicksAt(long step) => step >= Offset && (step - Offset) % Rate == 0;

    /// <summary>Ticks within the first <paramref name="steps"/> steps.</summary>
    public int Ticks(int steps) => steps > Offset ? (steps - 1 - Offset) / Rate + 1 : 0;

    public override string ToString() => this == EveryStep ? "every step" : $"every {Rate} from step {Offset}";
}
