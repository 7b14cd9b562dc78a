using EdgeSeq.Device;
using EdgeSeq.Device.Sources;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Replay;

/// <summary>How much there is of recordings; those without steps are left out.</summary>
internal sealed record Extent(int Recordings, long Steps, long Longest)
{
    /// <exception cref="EdgeSeqException">ES0303: there is no step; what the source finds wrong.</exception>
    public static Extent Of(RecordingSet recordings, Model model)
    {
        using var source = recordings.Open(model);
        var inputs = new StepInputs(model.Inputs);
        var extent = new Extent(0, 0, 0);
        long inside = 0;
        for (var read = source.Read(inputs); read != SourceStep.End; read = source.Read(inputs))
        {
            if (read == SourceStep.Step)
            {
                inside++;
                continue;
            }

            extent = extent.With(inside);
            inside = 0;
        }

        extent = extent.With(inside);
        return extent.Steps > 0 ? extent : throw new EdgeSeqException(ErrorCodes.RecordingShape, $"{recordings.Data} has no step");
    }

    private Extent With(long steps) => steps == 0 ? this : new Extent(Recordings + 1, Steps + steps, Math.Max(Longest, steps));
}
