using System.Globalization;

namespace EdgeSeq.Quantize.Int8;

/// <summary>How far a program's outputs are from those of the float program of the same model, the worst output counting.</summary>
/// <param name="Noise">Energy of the error as a share of the energy of the output.</param>
/// <param name="ProbabilityError">Largest difference of an output of probabilities; 0 where no output is one.</param>
/// <param name="Loss">As <see cref="Replay.Loss"/> defines it.</param>
public sealed record TrialResult(double Noise, double ProbabilityError, double Loss)
{
    /// <summary>Null where there is no error.</summary>
    public double? SqnrDb => Noise > 0 ? -10 * Math.Log10(Noise) : null;

    /// <summary>The decibels as people read them.</summary>
    internal string SqnrText => SqnrDb is { } decibels ? string.Create(CultureInfo.InvariantCulture, $"{decibels:0.0} dB") : "exact";
}
