using EdgeSeq.Device.Sensors.Buses;

namespace EdgeSeq.Device.Sensors;

/// <summary>Opens a chip's port and starts its driver, so that a chip that does not answer gives the bus back and one kind of
/// exception.</summary>
internal static class SensorPort
{
    public static T Start<T>(SensorSettings settings, int defaultAddress, Func<I2cPort, T> start) =>
        Start(settings.Buses.OpenI2c(settings.Name.Bus, settings.Name.Place ?? defaultAddress), start);

    /// <param name="port">Disposed where the start fails.</param>
    /// <exception cref="SensorException">What the chip or its bus did.</exception>
    public static T Start<TPort, T>(TPort port, Func<TPort, T> start)
        where TPort : IDisposable
    {
        try
        {
            return start(port);
        }
        catch (BusException e)
        {
            port.Dispose();
            throw new SensorException(ErrorNumbers.StatusOf(e.HResult), e.HResult, e.Message, e);
        }
        catch (Exception e) when (e is IOException or TimeoutException or InvalidOperationException)
        {
            port.Dispose();
            throw new SensorException(SampleStatus.Corrupt, 0, e.Message, e);
        }
        catch
        {
            port.Dispose();
            throw;
        }
    }
}
