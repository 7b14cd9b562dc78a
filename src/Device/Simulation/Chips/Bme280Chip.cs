namespace EdgeSeq.Device.Simulation.Chips;

/// <summary>BME280 (BST-BME280-DS002) with calibration values that make the formulas linear: temperature = raw / 2¹⁹ × 100 °C,
/// pressure = (2²⁰ − raw) / 8 Pa, humidity = raw / 655.36 %.</summary>
internal sealed class Bme280Chip : RegisterChip
{
    private const byte ChipId = 0xD0;
    private const byte FirstCalibration = 0x88;
    private const byte HumidityCalibration = 0xE1;
    private const byte Pressure = 0xF7;
    private const byte Temperature = 0xFA;
    private const byte Humidity = 0xFD;

    private readonly Surroundings _surroundings;

    public Bme280Chip(int address, Surroundings surroundings)
        : base(address)
    {
        _surroundings = surroundings;
        Registers[ChipId] = 0x60;
        // T2 = 16000 (of T1 to T3), P1 = 50000 (of P1 to P9), H2 = 100 (of H1 to H6); all others are 0.
        SetLittleEndian(FirstCalibration + 2, 16000);
        SetLittleEndian(FirstCalibration + 6, 50000);
        SetLittleEndian(HumidityCalibration, 100);
    }

    protected override void BeforeRead(byte register)
    {
        if (register != Temperature && register != Pressure && register != Humidity)
            return;
        if (register == Temperature)
            _surroundings.Advance();
        Set20(Temperature, _surroundings.Temperature * 5120 * 16384 / 16000);
        Set20(Pressure, 1048576 - _surroundings.Pressure * 8);
        SetBigEndian(Humidity, (int)Math.Round(_surroundings.Humidity * 65536 / 100));
    }

    private void Set20(byte register, double value)
    {
        var raw = (int)Math.Clamp(Math.Round(value), 0, 0xFFFFF) << 4;
        Registers[register] = (byte)(raw >> 16);
        Registers[register + 1] = (byte)(raw >> 8);
        Registers[register + 2] = (byte)raw;
    }
}
