using System.Buffers.Text;
using EdgeSeq.Device.Sensors.Buses;
using EdgeSeq.Device.Timing;
using EdgeSeq.Runtime.Errors;
using Microsoft.Win32.SafeHandles;

namespace EdgeSeq.Device.Sensors.OneWire;

/// <summary>A 1-Wire thermometer (DS18B20 and its family) through the kernel's w1_therm driver. A read waits for the conversion, up to 0.75
/// s. The driver of Iot.Device.Bindings reads the same file, but as a string each time and only below /sys/devices.</summary>
internal sealed class OneWireSensor : ISensor
{
    private const int LargestFile = 256;

    /// <summary>What the chip holds from power-on until its first conversion: 85 °C.</summary>
    private const int PowerOnValue = 85_000;
    private const float LargestStep = 10;

    private readonly SafeFileHandle _file;
    private float _last = float.NaN;

    private OneWireSensor(SafeFileHandle file) => _file = file;

    public static SensorDescription Description { get; } = new()
    {
        Bus = "w1",
        Name = "",
        About = "1-Wire thermometers DS18B20, DS18S20, DS1822: temperature",
        Example = "w1:28-0316a2795dff",
        Channels = [new("temperature", Quantity.Temperature)],
        DefaultChannels = 1,
        UsualHz = 1,
        MostHz = 1.3,
        Open = settings => Open(OneWireBus.Slave(settings.Name.Name)),
    };

    public IReadOnlyList<Channel> Channels => Description.Channels;

    /// <param name="path">The chip's file <c>w1_slave</c>.</param>
    /// <exception cref="SensorException">There is no such chip.</exception>
    public static OneWireSensor Open(string path)
    {
        try
        {
            return new OneWireSensor(File.OpenHandle(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SensorException(SampleStatus.Gone, ErrorNumbers.NoEntry, $"{path}: {IoReason.Of(e)}", e);
        }
    }

    public ReadResult TryRead(Span<float> sample)
    {
        Span<byte> text = stackalloc byte[LargestFile];
        int length;
        try
        {
            length = RandomAccess.Read(_file, text, 0);
        }
        catch (IOException)
        {
            return new ReadResult(SampleStatus.Gone, MonotonicClock.Now, ErrorNumbers.NoDevice);
        }

        var status = Parse(text[..length], out var thousandths);
        var degrees = thousandths / 1000f;
        if (status == SampleStatus.Ok && thousandths == PowerOnValue && !(Math.Abs(degrees - _last) < LargestStep))
            status = SampleStatus.Corrupt;
        if (status == SampleStatus.Ok)
            sample[0] = _last = degrees;
        return new ReadResult(status, MonotonicClock.Now);
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Two lines, <c>… : crc=33 YES</c> and <c>… t=23937</c>.</summary>
    private static SampleStatus Parse(ReadOnlySpan<byte> text, out int thousandths)
    {
        thousandths = 0;
        var at = text.LastIndexOf("t="u8);
        if (text.IndexOf("YES"u8) < 0)
            return text.IsEmpty ? SampleStatus.ShortRead : SampleStatus.Corrupt;
        return at >= 0 && Utf8Parser.TryParse(text[(at + 2)..], out thousandths, out _) ? SampleStatus.Ok : SampleStatus.ShortRead;
    }
}
