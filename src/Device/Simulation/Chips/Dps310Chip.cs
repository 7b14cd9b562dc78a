namespace EdgeSeq.Device.Simulation.Chips;

/// <summary>DPS310 with coefficients for which raw values are easily found: pressure = 100000 + 65536 p, temperature = 20 + 40 t, both raw
/// / scale.</summary>
internal sealed class Dps310Chip : RegisterChip
{
    private const byte Pressure = 0x00;
    private const byte MeasureConfig = 0x08;
    private const byte ProductId = 0x0D;
    private const byte Coefficients = 0x10;
    private const double Scale = 7864320;

    private readonly Surroundings _surroundings;

    public Dps310Chip(int address, Surroundings surroundings)
        : base(address)
    {
        _surroundings = surroundings;
        Registers[ProductId] = 0x10;
        Registers[MeasureConfig] = 0xC0;
        // c0 = 40 and c1 = 40 (12 bits each), c00 = 100000 and c10 = 65536 (20 bits each), the rest 0.
        ReadOnlySpan<byte> coefficients = [0x02, 0x80, 0x28, 0x18, 0x6A, 0x01, 0x00, 0x00];
        coefficients.CopyTo(Registers.AsSpan(Coefficients));
    }

    protected override void Write(byte register, byte value) =>
        Registers[register] = register == MeasureConfig ? (byte)(value | 0xF0) : value;

    protected override void BeforeRead(byte register)
    {
        if (register != Pressure)
            return;
        _surroundings.Advance();
        Set24(Pressure, (int)Math.Round((_surroundings.Pressure - 100_000) / 65536 * Scale));
        Set24(Pressure + 3, (int)Math.Round((_surroundings.Temperature - 20) / 40 * Scale));
    }

    private void Set24(int register, int value)
    {
        Registers[register] = (byte)(value >> 16);
        Registers[register + 1] = (byte)(value >> 8);
        Registers[register + 2] = (byte)value;
    }
}
