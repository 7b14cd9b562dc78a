namespace EdgeSeq.Device.Simulation.Chips;

/// <summary>Magnetometer of an LSM9DS1 at ±4 gauss: 0.14 milligauss a count (DS10183, table 3).</summary>
internal sealed class Lsm9ds1MagnetometerChip : RegisterChip
{
    private const byte WhoAmI = 0x0F;
    private const byte OutX = 0x28;
    private const double Tesla = 0.14e-7;

    private readonly Surroundings _surroundings;

    public Lsm9ds1MagnetometerChip(int address, Surroundings surroundings)
        : base(address)
    {
        _surroundings = surroundings;
        Registers[WhoAmI] = 0x3D;
    }

    protected override byte PointerBits => 0x7F;

    protected override void BeforeRead(byte register)
    {
        for (var axis = 0; register == OutX && axis < 3; axis++)
            SetLittleEndian((byte)(OutX + 2 * axis), Counts(_surroundings.MagneticField[axis], Tesla));
    }
}
