using EdgeSeq.Device.Sensors;

namespace EdgeSeq.Device.Tests.Fixtures;

/// <summary>A sensor that answers as it is told, read after read; the value is the number of the read.</summary>
internal sealed class ScriptedSensor(params SampleStatus[] answers) : ISensor
{
    public int Reads { get; private set; }

    public bool IsDisposed { get; private set; }

    public float? Value { get; init; }

    public IReadOnlyList<Channel> Channels { get; } = [new("x", Quantity.Number)];

    public ReadResult TryRead(Span<float> sample)
    {
        var answer = Reads < answers.Length ? answers[Reads] : SampleStatus.Ok;
        sample[0] = Value ?? Reads;
        Reads++;
        return new ReadResult(answer, 1000 + Reads, answer == SampleStatus.NoAnswer ? 121 : 0);
    }

    public void Dispose() => IsDisposed = true;
}
