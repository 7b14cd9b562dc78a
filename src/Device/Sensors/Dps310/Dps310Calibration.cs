using EdgeSeq.Device.Sensors.Buses;

namespace EdgeSeq.Device.Sensors.Dps310;

/// <summary>The coefficients that each DPS310 carries, and the formula of data sheet section 4.9.</summary>
internal sealed class Dps310Calibration
{
    private const byte First = 0x10;
    private const int Bytes = 18;

    /// <summary>What the raw values are divided by at 8 conversions.</summary>
    private const double Scale = 7864320;

    private readonly double _c0;
    private readonly double _c1;
    private readonly double _c00;
    private readonly double _c10;
    private readonly double _c01;
    private readonly double _c11;
    private readonly double _c20;
    private readonly double _c21;
    private readonly double _c30;

    /// <param name="bytes">Registers 0x10 to 0x21.</param>
    public Dps310Calibration(ReadOnlySpan<byte> bytes)
    {
        _c0 = Signed(bytes[0] << 4 | bytes[1] >> 4, 12);
        _c1 = Signed((bytes[1] & 0x0F) << 8 | bytes[2], 12);
        _c00 = Signed(bytes[3] << 12 | bytes[4] << 4 | bytes[5] >> 4, 20);
        _c10 = Signed((bytes[5] & 0x0F) << 16 | bytes[6] << 8 | bytes[7], 20);
        _c01 = Signed(bytes[8] << 8 | bytes[9], 16);
        _c11 = Signed(bytes[10] << 8 | bytes[11], 16);
        _c20 = Signed(bytes[12] << 8 | bytes[13], 16);
        _c21 = Signed(bytes[14] << 8 | bytes[15], 16);
        _c30 = Signed(bytes[16] << 8 | bytes[17], 16);
    }

    public static Dps310Calibration Read(I2cPort port)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        port.WriteRead([First], bytes);
        return new Dps310Calibration(bytes);
    }

    /// <returns>Pascals and degrees Celsius.</returns>
    public (float Pressure, float Temperature) Compensate(int rawPressure, int rawTemperature)
    {
        var p = rawPressure / Scale;
        var t = rawTemperature / Scale;
        var pressure = _c00 + p * (_c10 + p * (_c20 + p * _c30)) + t * _c01 + t * p * (_c11 + p * _c21);
        return ((float)pressure, (float)(_c0 * 0.5 + _c1 * t));
    }

    private static int Signed(int value, int bits) => value << (32 - bits) >> (32 - bits);
}
