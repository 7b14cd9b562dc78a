using EdgeSeq.Device;
using EdgeSeq.Device.Sinks;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Tool.Json;

/// <summary>Keeps each output's last values, for the report at the end.</summary>
internal sealed class LastOutputSink(IReadOnlyList<OutputInfo> outputs) : ISink
{
    private readonly float[]?[] _floats = new float[]?[outputs.Count];
    private readonly long[]?[] _ids = new long[]?[outputs.Count];
    private readonly int?[] _tops = new int?[outputs.Count];

    /// <summary>One entry for each output that came at least once.</summary>
    public IReadOnlyList<OutputReport> Last =>
    [
        .. Enumerable.Range(0, outputs.Count).Where(i => (_floats[i] ?? (object?)_ids[i]) is not null).Select(i => new OutputReport
        {
            Name = outputs[i].Name,
            Values = _floats[i] ?? [],
            Ids = _ids[i] ?? [],
            Top = _tops[i] is { } top ? outputs[i].Labels![top] : null,
        }),
    ];

    public void Write(IStepOutputs step)
    {
        for (var i = 0; i < outputs.Count; i++)
        {
            if (!step.IsReady(i))
                continue;
            if (outputs[i].Type == ElementType.F32)
                step.Floats(i).CopyTo(_floats[i] ??= new float[outputs[i].Length]);
            else
                step.Ids(i).CopyTo(_ids[i] ??= new long[outputs[i].Length]);
            _tops[i] = TopClass.Of(step, i, outputs[i]);
        }
    }

    public void EndRecording()
    {
    }

    public void Flush()
    {
    }

    public void Complete()
    {
    }

    public void Dispose()
    {
    }
}
