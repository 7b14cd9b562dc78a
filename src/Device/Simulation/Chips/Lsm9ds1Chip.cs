using EdgeSeq.Device.Sensors;

namespace EdgeSeq.Device.Simulation.Chips;

/// <summary>Accelerometer and gyroscope of an LSM9DS1, with the sensitivities of its data sheet (DS10183, table 3).</summary>
internal sealed class Lsm9ds1Chip : RegisterChip
{
    private const byte WhoAmI = 0x0F;
    private const byte GyroControl1 = 0x10;
    private const byte GyroX = 0x18;
    private const byte AccelControl6 = 0x20;
    private const byte AccelX = 0x28;

    private static readonly double[] MilliG = [0.061, 0.732, 0.122, 0.244];
    private static readonly double[] MilliDegrees = [8.75, 17.5, double.NaN, 70];

    private readonly Surroundings _surroundings;

    public Lsm9ds1Chip(int address, Surroundings surroundings)
        : base(address)
    {
        _surroundings = surroundings;
        Registers[WhoAmI] = 0x68;
    }

    protected override byte PointerBits => 0x7F;

    protected override void BeforeRead(byte register)
    {
        if (register == AccelX)
            _surroundings.Advance();
        var metresPerSecond2 = MilliG[Registers[AccelControl6] >> 3 & 3] * 1e-3 * Units.StandardGravity;
        var radiansPerSecond = MilliDegrees[Registers[GyroControl1] >> 3 & 3] * 1e-3 * Math.PI / 180;
        for (var axis = 0; axis < 3; axis++)
        {
            if (register == AccelX)
                SetLittleEndian((byte)(AccelX + 2 * axis), Counts(_surroundings.Acceleration[axis], metresPerSecond2));
            if (register == GyroX)
                SetLittleEndian((byte)(GyroX + 2 * axis), Counts(_surroundings.AngularRate[axis], radiansPerSecond));
        }
    }
}
