using System.Buffers.Text;
using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Sensors.Buses;
using EdgeSeq.Device.Timing;
using EdgeSeq.Runtime.Errors;
using Microsoft.Win32.SafeHandles;

namespace EdgeSeq.Device.Sources.Iio;

/// <summary>A device whose attributes are read one after another for each sample.</summary>
internal sealed class IioSensor : ISensor
{
    private const int LongestText = 64;

    private readonly IioChannel[] _channels;
    private readonly SafeFileHandle?[] _files;

    private IioSensor(IioChannel[] channels)
    {
        _channels = channels;
        _files = new SafeFileHandle?[channels.Length];
        Channels = [.. channels.Select(channel => channel.Channel)];
    }

    public IReadOnlyList<Channel> Channels { get; }

    /// <param name="wanted">Indexes of the channels to read; the others stay as they are.</param>
    /// <exception cref="SensorException">The device is gone.</exception>
    public static IioSensor Open(IioDevice device, IReadOnlyList<int> wanted)
    {
        var sensor = new IioSensor([.. device.Channels]);
        try
        {
            foreach (var index in wanted)
                sensor._files[index] ??= sensor.OpenFile(device, index);
            return sensor;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            sensor.Dispose();
            throw new SensorException(SampleStatus.Gone, ErrorNumbers.NoEntry, $"{device.Attributes.Folder}: {IoReason.Of(e)}", e);
        }
        catch
        {
            sensor.Dispose();
            throw;
        }
    }

    public ReadResult TryRead(Span<float> sample)
    {
        Span<byte> text = stackalloc byte[LongestText];
        var now = MonotonicClock.Now;
        for (var i = 0; i < _files.Length; i++)
        {
            if (_files[i] is not { } file)
                continue;
            int length;
            try
            {
                length = RandomAccess.Read(file, text, 0);
            }
            catch (IOException e)
            {
                return ReadResult.Of(e.HResult & 0xFFFF, now);
            }

            if (length == 0)
                return new ReadResult(SampleStatus.ShortRead, now);
            if (!Utf8Parser.TryParse(text[..length], out double raw, out _))
                return new ReadResult(SampleStatus.Corrupt, now);
            sample[i] = _channels[i].Value(raw);
        }

        return new ReadResult(SampleStatus.Ok, now);
    }

    public void Dispose()
    {
        foreach (var file in _files)
            file?.Dispose();
    }

    private SafeFileHandle OpenFile(IioDevice device, int index) => _channels[index].File is { } file
        ? File.OpenHandle(device.Attributes.PathOf(file))
        : throw new SensorException(SampleStatus.Gone, 0, $"channel {Channels[index].Name} comes in scans only", null);
}
