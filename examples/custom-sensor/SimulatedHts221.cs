using System.Device.I2c;
using EdgeSeq.Device.Sensors.Buses;

namespace EdgeSeq.Examples.CustomSensor;

/// <summary>
/// The register map of an HTS221 (ST, DocID026333) in a room of 21 °C and 48 % whose window is open from second 100 to second 200.
/// It is calibrated from 0 to 100 °C and from 0 to 100 % over 10,000 counts each.
/// </summary>
internal sealed class SimulatedHts221 : I2cPort
{
    private const byte HumidityOut = 0x28;
    private const byte TemperatureOut = 0x2A;
    private const byte MoveOn = 0x80;
    private const int CountsPerUnit = 100;

    private readonly byte[] _registers = new byte[256];
    private readonly Random _noise = new(1);
    private byte _pointer;
    private int _second;
    private double _temperature = 21;
    private double _humidity = 48;

    public SimulatedHts221()
    {
        _registers[0x0F] = 0xBC;                 // who am I
        _registers[0x31] = 200;                  // 100 % in halves
        _registers[0x33] = 800 & 0xFF;           // 100 °C in eighths: eight bits here,
        _registers[0x35] = 800 >> 8 << 2;        // and two there
        Set(0x3A, 100 * CountsPerUnit);
        Set(0x3E, 100 * CountsPerUnit);
    }

    public override I2cConnectionSettings ConnectionSettings { get; } = new(1, 0x5F);

    public override int TryTransfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (write.Length > 0)
            _pointer = (byte)(write[0] & ~MoveOn);
        for (var i = 1; i < write.Length; i++)
            _registers[_pointer++] = write[i];
        if (read.Length > 0 && _pointer == TemperatureOut)
            NextSecond();
        foreach (ref var value in read)
            value = _registers[_pointer++];
        return 0;
    }

    /// <summary>Air moves towards that outside while the window is open, and back to that of the heated room.</summary>
    private void NextSecond()
    {
        var isOpen = ++_second is > 100 and <= 200;
        _temperature += isOpen ? (12 - _temperature) / 80 : (21 - _temperature) / 400;
        _humidity += isOpen ? (28 - _humidity) / 80 : (48 - _humidity) / 400;
        Set(TemperatureOut, (int)(CountsPerUnit * (_temperature + 0.03 * Noise())));
        Set(HumidityOut, (int)(CountsPerUnit * (_humidity + 0.15 * Noise())));
    }

    private double Noise() => 2 * _noise.NextDouble() - 1;

    private void Set(byte register, int value)
    {
        _registers[register] = (byte)value;
        _registers[register + 1] = (byte)(value >> 8);
    }
}
