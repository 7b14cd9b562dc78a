using EdgeSeq.Device.Sensors;

namespace EdgeSeq.Device.Simulation.Chips;

/// <summary>MPU-6050 (RM-MPU-6000A-00, revision 4.2).</summary>
internal sealed class Mpu6050Chip : RegisterChip
{
    private const byte GyroConfig = 0x1B;
    private const byte AccelConfig = 0x1C;
    private const byte AccelX = 0x3B;
    private const byte Temperature = 0x41;
    private const byte GyroX = 0x43;
    private const byte PowerManagement1 = 0x6B;
    private const byte WhoAmI = 0x75;
    private const byte Sleeping = 0x40;
    private const byte Reset = 0x80;

    private readonly Surroundings _surroundings;

    public Mpu6050Chip(int address, Surroundings surroundings)
        : base(address)
    {
        _surroundings = surroundings;
        PowerOn();
    }

    protected override void Write(byte register, byte value)
    {
        if (register == PowerManagement1 && (value & Reset) != 0)
            PowerOn();
        else
            Registers[register] = value;
    }

    protected override void BeforeRead(byte register)
    {
        if (register is not (AccelX or GyroX) || (Registers[PowerManagement1] & Sleeping) != 0)
            return;
        if (register == AccelX)
            _surroundings.Advance();
        var metresPerSecond2 = (2 << Range(AccelConfig)) * Units.StandardGravity / 32768;
        var radiansPerSecond = (250 << Range(GyroConfig)) * Math.PI / 180 / 32768;
        for (var axis = 0; axis < 3; axis++)
        {
            SetBigEndian((byte)(AccelX + 2 * axis), Counts(_surroundings.Acceleration[axis], metresPerSecond2));
            SetBigEndian((byte)(GyroX + 2 * axis), Counts(_surroundings.AngularRate[axis], radiansPerSecond));
        }

        SetBigEndian(Temperature, Counts(_surroundings.Temperature - 36.53, 1 / 340.0));
    }

    private int Range(byte register) => Registers[register] >> 3 & 3;

    private void PowerOn()
    {
        Array.Clear(Registers);
        Registers[PowerManagement1] = Sleeping;
        Registers[WhoAmI] = 0x68;
    }
}
