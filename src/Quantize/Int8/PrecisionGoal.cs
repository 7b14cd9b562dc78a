namespace EdgeSeq.Quantize.Int8;

/// <summary>What the outputs of an int8 program must keep of those of the float program, on recordings.</summary>
/// <param name="MinSqnrDb">Every output stands so many decibels above its error; null: at any distance.</param>
/// <param name="MaxProbabilityError">Largest difference of an output of probabilities; null: any.</param>
/// <param name="MaxLoss">What may be lost, see <see cref="Replay.Loss"/>; null: anything.</param>
internal sealed record PrecisionGoal(double? MinSqnrDb, double? MaxProbabilityError, double? MaxLoss)
{
    public bool IsMetBy(TrialResult result) =>
        !(result.SqnrDb < MinSqnrDb) && !(result.ProbabilityError > MaxProbabilityError) && !(result.Loss > MaxLoss);
}
