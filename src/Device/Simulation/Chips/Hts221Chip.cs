namespace EdgeSeq.Device.Simulation.Chips;

/// <summary>HTS221 (DocID026333) calibrated from 0 % to 100 % and from 0 °C to 100 °C over 10000 counts each.</summary>
internal sealed class Hts221Chip : RegisterChip
{
    private const byte WhoAmI = 0x0F;
    private const byte HumidityOut = 0x28;
    private const byte TemperatureOut = 0x2A;
    private const double Range = 100;
    private const int RangeCounts = 10_000;

    private readonly Surroundings _surroundings;

    public Hts221Chip(int address, Surroundings surroundings)
        : base(address)
    {
        _surroundings = surroundings;
        Registers[WhoAmI] = 0xBC;
        // H1 = 100 % in halves, T1 = 100 °C in eighths: 800, of which the upper bits lie apart.
        Registers[0x31] = 200;
        Registers[0x33] = 800 & 0xFF;
        Registers[0x35] = 800 >> 8 << 2;
        SetLittleEndian(0x3A, RangeCounts);
        SetLittleEndian(0x3E, RangeCounts);
    }

    protected override byte PointerBits => 0x7F;

    protected override void BeforeRead(byte register)
    {
        if (register == HumidityOut)
            SetLittleEndian(HumidityOut, Counts(_surroundings.Humidity, Range / RangeCounts));
        if (register == TemperatureOut)
            SetLittleEndian(TemperatureOut, Counts(_surroundings.Temperature, Range / RangeCounts));
    }
}
