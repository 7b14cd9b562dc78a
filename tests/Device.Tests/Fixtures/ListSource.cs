using EdgeSeq.Device.Sources;

namespace EdgeSeq.Device.Tests.Fixtures;

/// <summary>Recordings from memory for a program with one input.</summary>
internal sealed class ListSource(bool isBatch, params float[][][] recordings) : ISource
{
    private int _recording;
    private int _step;

    public string Name => "list";

    public bool IsBatch => isBatch;

    public long? Steps => null;

    public double? RateHz => null;

    public bool IsLive => false;

    public string? Position => null;

    public SourceStep Read(StepInputs inputs)
    {
        if (_recording == recordings.Length)
            return SourceStep.End;
        if (_step == recordings[_recording].Length)
        {
            _step = 0;
            _recording++;
            return isBatch ? SourceStep.RecordingEnd : SourceStep.End;
        }

        recordings[_recording][_step++].CopyTo(inputs.Floats(0));
        return SourceStep.Step;
    }

    public void Dispose()
    {
    }
}
