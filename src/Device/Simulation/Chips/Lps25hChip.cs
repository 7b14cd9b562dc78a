namespace EdgeSeq.Device.Simulation.Chips;

/// <summary>LPS25H (DocID023722): 1/4096 hPa a count.</summary>
internal sealed class Lps25hChip : RegisterChip
{
    private const byte WhoAmI = 0x0F;
    private const byte PressureOut = 0x28;
    private const double PascalsPerCount = 100 / 4096.0;

    private readonly Surroundings _surroundings;

    public Lps25hChip(int address, Surroundings surroundings)
        : base(address)
    {
        _surroundings = surroundings;
        Registers[WhoAmI] = 0xBD;
    }

    protected override byte PointerBits => 0x7F;

    protected override void BeforeRead(byte register)
    {
        if (register != PressureOut)
            return;
        var counts = (int)Math.Round(_surroundings.Pressure / PascalsPerCount);
        Registers[PressureOut] = (byte)counts;
        Registers[PressureOut + 1] = (byte)(counts >> 8);
        Registers[PressureOut + 2] = (byte)(counts >> 16);
    }
}
