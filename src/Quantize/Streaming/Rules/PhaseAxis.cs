namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>One axis of a transposed convolution as an ordinary one: output q is position p of phase f, where q + crop =
/// p·stride + f.</summary>
/// <param name="Stride">Of the transposed convolution: how many phases there are.</param>
/// <param name="Kernel">Its kernel, with the zeros between dilated taps unless the stride is 1.</param>
/// <param name="Spread">Every so many elements of that kernel are its own.</param>
/// <param name="Dilation">Of the ordinary one.</param>
/// <param name="Inputs">Elements of the input.</param>
/// <param name="Outputs">Elements of the output.</param>
/// <param name="Crop">Elements that are cut off in front.</param>
internal sealed record PhaseAxis(int Stride, int Kernel, int Spread, int Dilation, int Inputs, int Outputs, int Crop)
{
    /// <summary>Taps of the longest phase.</summary>
    public int Taps => (Kernel + Stride - 1) / Stride;

    /// <summary>Padding in front: what the first position of the output needs.</summary>
    public int Before => Math.Max(0, Reach - (Crop / Stride));

    /// <summary>Padding behind: up to the last position of the output.</summary>
    public int After => Math.Max(0, LastPosition - FirstPosition + 1 - (Inputs + Before - Reach));

    public int Positions => Inputs + Before + After - Reach;

    /// <summary>Whether positions are outputs as they are.</summary>
    public bool IsOutput => Stride == 1 && FirstPosition == Crop && Positions == Outputs;

    private int Reach => (Taps - 1) * Dilation;

    private int FirstPosition => Reach - Before;

    private int LastPosition => (Outputs - 1 + Crop) / Stride;

    public static PhaseAxis Of(ConvAttributes a, int axis, int outputs)
    {
        var dense = a.Strides[axis] == 1;
        return new PhaseAxis(a.Strides[axis], dense ? a.Kernel[axis] : ((a.Kernel[axis] - 1) * a.Dilations[axis]) + 1,
            dense ? 1 : a.Dilations[axis], dense ? a.Dilations[axis] : 1, a.Input[axis], outputs, a.Pads[axis]);
    }

    /// <summary>The transposed convolution's tap that tap <paramref name="tap"/> of a phase is; -1 where there is none.</summary>
    public int KernelTap(int phase, int tap)
    {
        var at = phase + (Stride * (Taps - 1 - tap));
        return at < Kernel && at % Spread == 0 ? at / Spread : -1;
    }

    /// <summary>Neighbouring phases whose outputs begin at one position and are equally many.</summary>
    /// <returns>The first phase and how many they are; their first position and how many; the output where the first phase
    /// begins.</returns>
    public IEnumerable<(int Phase, int Phases, int Position, int Count, int Output)> Runs()
    {
        for (var phase = 0; phase < Stride;)
        {
            var (position, count) = Part(phase);
            var phases = 1;
            while (phase + phases < Stride && Part(phase + phases) == (position, count))
                phases++;
            if (count > 0)
                yield return (phase, phases, position - FirstPosition, count, (position * Stride) + phase - Crop);
            phase += phases;
        }
    }

    /// <summary>The first position of a phase that is an output, and how many are.</summary>
    private (int Position, int Count) Part(int phase)
    {
        var position = (Math.Max(0, Crop - phase) + Stride - 1) / Stride;
        var first = (position * Stride) + phase - Crop;
        return (position, first < Outputs ? (Outputs - first + Stride - 1) / Stride : 0);
    }
}
