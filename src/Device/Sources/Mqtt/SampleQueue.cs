namespace EdgeSeq.Device.Sources.Mqtt;

/// <summary>Samples on their way from one thread to another, in fixed memory. Where it is full the oldest one goes, and the one after it
/// says that it was missed.</summary>
/// <param name="channels">Values of a sample.</param>
/// <param name="capacity">Samples that may wait.</param>
internal sealed class SampleQueue(int channels, int capacity)
{
    private readonly object _lock = new();
    private readonly float[] _values = new float[channels * capacity];
    private readonly SampleMark[] _marks = new SampleMark[capacity];
    private int _first;
    private int _count;

    /// <summary>Adds a sample; of one that is not Ok the values do not matter.</summary>
    public void Add(ReadOnlySpan<float> sample, SampleMark mark)
    {
        lock (_lock)
        {
            if (_count == capacity)
                DropOldest();
            var place = (_first + _count++) % capacity;
            sample.CopyTo(Values(place));
            _marks[place] = mark;
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>Takes the oldest sample, waited for; NaN where it is not Ok.</summary>
    /// <returns>False when the time is over.</returns>
    public bool TryTake(Span<float> sample, out SampleMark mark, int milliseconds)
    {
        lock (_lock)
        {
            if (_count == 0)
                Monitor.Wait(_lock, milliseconds);
            mark = default;
            if (_count == 0)
                return false;
            mark = _marks[_first];
            if (mark.IsOk)
                Values(_first).CopyTo(sample);
            else
                sample.Fill(float.NaN);
            _first = (_first + 1) % capacity;
            _count--;
            return true;
        }
    }

    private void DropOldest()
    {
        var missed = _marks[_first].Missed + 1;
        _first = (_first + 1) % capacity;
        _count--;
        ref var next = ref _marks[_first];
        next = next with { Missed = next.Missed + missed };
    }

    private Span<float> Values(int place) => _values.AsSpan(place * channels, channels);
}
