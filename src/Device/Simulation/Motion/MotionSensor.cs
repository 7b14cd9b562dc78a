namespace EdgeSeq.Device.Simulation.Motion;

/// <summary>What an MPU-6050 makes of a motion: ±2 g in steps of 1/16384 g, ±250 degrees a second in steps of 1/131, both 16
/// bits.</summary>
internal static class MotionSensor
{
    private const double CountsPerG = 16384;
    private const double CountsPerRadianPerSecond = 131 * 180 / Math.PI;
    private const int Axes = 3;

    /// <summary>From acceleration in g and angular rate in rad/s, three axes each, to the measured values in the same units.</summary>
    public static void Measure(ReadOnlySpan<double> motion, Span<float> measured)
    {
        for (var channel = 0; channel < motion.Length; channel++)
        {
            var counts = channel < Axes ? CountsPerG : CountsPerRadianPerSecond;
            measured[channel] = (float)(Math.Clamp(Math.Round(motion[channel] * counts), short.MinValue, short.MaxValue) / counts);
        }
    }
}
