namespace EdgeSeq.Device.Delivery;

/// <summary>Lets one thread wait for another.</summary>
/// <param name="stays">Whether it stays set for all who wait; else the first one takes it.</param>
internal sealed class Signal(bool stays)
{
    private readonly object _lock = new();
    private bool _isSet;

    public void Set()
    {
        lock (_lock)
        {
            _isSet = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Returns when it is set or the time is over.</summary>
    /// <returns>Whether it is set.</returns>
    public bool Wait(TimeSpan timeout)
    {
        lock (_lock)
        {
            if (!_isSet && timeout != TimeSpan.Zero)
                Monitor.Wait(_lock, timeout);
            var isSet = _isSet;
            _isSet &= stays;
            return isSet;
        }
    }
}
