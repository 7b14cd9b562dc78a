namespace EdgeSeq.Quantize.FrontEnds.Tables;

/// <summary>A section of a filter over several samples at once: each output and each next state is a sum over samples and states. The
/// weights are its responses, run in double precision. All matrices are row-major, a row for each sample or state that comes in.</summary>
internal sealed class FilterBlock
{
    private readonly DifferenceForm _form;

    public FilterBlock(DifferenceForm form, int length)
    {
        _form = form;
        States = Math.Max(1, form.Order);
        SamplesToOutputs = new double[length * length];
        SamplesToStates = new double[length * States];
        StatesToOutputs = new double[States * length];
        StatesToStates = new double[States * States];
        for (var t = 0; t < length; t++)
        {
            var samples = new double[length];
            samples[t] = 1;
            Run(samples, new double[States + 1], SamplesToOutputs.AsSpan(t * length, length), SamplesToStates.AsSpan(t * States, States));
        }

        for (var i = 0; i < form.Order; i++)
        {
            var states = new double[States + 1];
            states[i] = 1;
            Run(new double[length], states, StatesToOutputs.AsSpan(i * length, length), StatesToStates.AsSpan(i * States, States));
        }
    }

    public int States { get; }

    public double[] SamplesToOutputs { get; }

    public double[] SamplesToStates { get; }

    public double[] StatesToOutputs { get; }

    public double[] StatesToStates { get; }

    /// <param name="states">One more than there are, the last of them 0.</param>
    private void Run(double[] samples, double[] states, Span<double> outputs, Span<double> next)
    {
        for (var t = 0; t < samples.Length; t++)
        {
            outputs[t] = _form.Beta[0] * samples[t] + states[0];
            for (var i = 0; i < _form.Order; i++)
                states[i] += states[i + 1] + _form.Beta[i + 1] * samples[t] - _form.Alpha[i + 1] * outputs[t];
        }

        states.AsSpan(0, States).CopyTo(next);
    }
}
