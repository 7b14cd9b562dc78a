using EdgeSeq.Device.Sensors.Buses;
using EdgeSeq.Device.Timing;

namespace EdgeSeq.Device.Sensors;

/// <summary>Makes a sensor of any driver that throws where its bus fails, such as those of Iot.Device.Bindings.</summary>
/// <param name="driver">Disposed with the sensor.</param>
/// <param name="channels">What <paramref name="read"/> writes, in order.</param>
/// <param name="read">Writes one sample. It may throw what the driver throws: IOException, TimeoutException,
/// InvalidOperationException.</param>
/// <param name="port">What the driver reads by, where its Dispose may fail before it lets go of it; null where it does not.</param>
public sealed class BindingSensor(
    IDisposable driver, IReadOnlyList<Channel> channels, BindingSensor.SampleReader read, IDisposable? port = null) : ISensor
{
    /// <summary>Writes one sample, a value for each channel.</summary>
    public delegate void SampleReader(Span<float> sample);

    public IReadOnlyList<Channel> Channels => channels;

    public ReadResult TryRead(Span<float> sample)
    {
        var now = MonotonicClock.Now;
        try
        {
            read(sample);
            return new ReadResult(SampleStatus.Ok, now);
        }
        catch (BusException e)
        {
            return ReadResult.Of(e.HResult, now);
        }
        catch (IOException)
        {
            return new ReadResult(SampleStatus.BusError, now);
        }
        catch (TimeoutException)
        {
            return new ReadResult(SampleStatus.TimedOut, now);
        }
        catch (InvalidOperationException)
        {
            return new ReadResult(SampleStatus.Corrupt, now);
        }
    }

    /// <summary>A driver that says goodbye to its chip fails where the chip is gone; it is closed all the same.</summary>
    public void Dispose()
    {
        try
        {
            driver.Dispose();
        }
        catch (Exception e) when (e is IOException or TimeoutException or InvalidOperationException)
        {
            // Nobody is there to hear it.
        }
        finally
        {
            port?.Dispose();
        }
    }
}
