namespace EdgeSeq.Device.Simulation.Chips;

/// <summary>What the simulated chips are exposed to, in SI units. Tests set it; a simulation changes it from sample to sample.</summary>
internal class Surroundings
{
    public double[] Acceleration { get; } = [0, 0, 9.80665];

    public double[] AngularRate { get; } = new double[3];

    /// <summary>Tesla.</summary>
    public double[] MagneticField { get; } = [20e-6, 0, 43e-6];

    /// <summary>Degrees Celsius.</summary>
    public double Temperature { get; set; } = 21.5;

    /// <summary>Pascals.</summary>
    public double Pressure { get; set; } = 101_325;

    /// <summary>Percent.</summary>
    public double Humidity { get; set; } = 45;

    /// <summary>Volts at the inputs of converters.</summary>
    public double[] Voltages { get; } = new double[8];

    /// <summary>Metres.</summary>
    public double Distance { get; set; } = 0.5;

    /// <summary>A chip is about to measure.</summary>
    public virtual void Advance()
    {
    }
}
