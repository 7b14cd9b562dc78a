namespace EdgeSeq.Device.Simulation.Chips;

/// <summary>VL53L0X as far as its public driver shows it: a start writes page after page, strobes and calibrations end at once, and results
/// lie at 0x14.</summary>
internal sealed class Vl53l0xChip : RegisterChip
{
    private const byte RangeStart = 0x00;
    private const byte InterruptClear = 0x0B;
    private const byte InterruptStatus = 0x13;
    private const byte Distance = 0x1E;
    private const byte Strobe = 0x83;
    private const byte Page = 0xFF;
    private const byte Continuous = 0x02;

    private readonly Surroundings _surroundings;
    private bool _isContinuous;

    public Vl53l0xChip(int address, Surroundings surroundings)
        : base(address)
    {
        _surroundings = surroundings;
        Registers[Strobe] = 1;
        // Clock periods and time-outs that the driver can compute with.
        Registers[0x50] = 6;
        Registers[0x70] = 4;
    }

    protected override void Write(byte register, byte value)
    {
        if (register == Strobe)
            return;
        if (register == RangeStart && Registers[Page] == 0)
            Start(value);
        else if (register == InterruptClear)
            Registers[InterruptStatus] = 0;
        else
            Registers[register] = value;
    }

    protected override void BeforeRead(byte register)
    {
        if (!_isContinuous || register != InterruptStatus)
            return;
        _surroundings.Advance();
        Registers[InterruptStatus] = 4;
        SetBigEndian(Distance, (int)Math.Round(_surroundings.Distance * 1000));
    }

    private void Start(byte value)
    {
        _isContinuous = (value & Continuous) != 0;
        Registers[InterruptStatus] = 7;
    }
}
