using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Run;

/// <summary>The outputs of the program that runs, as sinks see them: those that belong to one element along time, also where a call of the
/// session gives those of several.</summary>
internal sealed class SessionOutputs(RunningProgram program, Model model) : IStepOutputs
{
    public long Recording { get; set; }

    public long StepIndex { get; set; }

    public ReadOnlyMemory<byte> Word { get; set; }

    public SampleMark Mark { get; set; }

    /// <summary>Which element of the call, and which is its last.</summary>
    public (int Index, int Last) Element { get; set; }

    public bool IsAnyReady
    {
        get
        {
            for (var output = 0; output < model.ElementOutputs.Count; output++)
            {
                if (IsReady(output))
                    return true;
            }

            return false;
        }
    }

    public bool IsReady(int output)
    {
        if (model.Chunk == 1 || !program.Session.IsReady(output))
            return program.Session.IsReady(output);
        var place = PlaceOf(output);
        return place >= 0 && place < (model.ElementOutputs[output].Type == Runtime.Program.ElementType.F32
            ? program.Session.Output(output).Length : program.Session.OutputI64(output).Length) / model.ElementOutputs[output].Length;
    }

    public ReadOnlySpan<float> Floats(int output) => ElementOf(output, program.Session.Output(output));

    public ReadOnlySpan<long> Ids(int output) => ElementOf(output, program.Session.OutputI64(output));

    private ReadOnlySpan<T> ElementOf<T>(int output, ReadOnlySpan<T> all) => model.Chunk == 1 ? all
        : all.Slice(PlaceOf(output) * model.ElementOutputs[output].Length, model.ElementOutputs[output].Length);

    /// <summary>Where the element's output stands among those of the call; -1 where it has none. Of a latest value the last one
    /// came.</summary>
    private int PlaceOf(int output)
    {
        var info = model.ElementOutputs[output];
        if (info.Kind != "stream")
            return Element.Index == Element.Last ? 0 : -1;
        var rate = Math.Min(info.Rate, model.Chunk);
        var since = Element.Index - (info.Offset % rate);
        return since >= 0 && since % rate == 0 ? since / rate : -1;
    }
}
