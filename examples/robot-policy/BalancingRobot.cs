namespace EdgeSeq.Examples.RobotPolicy;

/// <summary>A robot that balances on two wheels, as a pendulum of 15 cm on a moving point; 200 steps a second.</summary>
internal sealed class BalancingRobot(Random random)
{
    public const int RateHz = 200;

    private const double Length = 0.15;
    private const double Gravity = 9.81;
    private const double MostAcceleration = 12;
    private const double FallenTilt = 0.8;
    private const double TiltNoise = 0.01;
    private const double PositionNoise = 0.0005;

    private double _position;
    private double _speed;
    private double _tilt;
    private double _tiltRate;

    /// <summary>In rad; 0 is upright.</summary>
    public double Tilt => _tilt;

    public bool HasFallen => Math.Abs(_tilt) > FallenTilt;

    /// <summary>Set up with this tilt in rad, at rest.</summary>
    public void Place(double tilt)
    {
        _position = _speed = _tiltRate = 0;
        _tilt = tilt;
    }

    /// <summary>Somebody pushes: tilt rate in rad/s.</summary>
    public void Push(double tiltRate) => _tiltRate += tiltRate;

    /// <summary>What the sensors give: tilt in rad and wheel position in m, with their noise. The rates are not measured.</summary>
    public void Observe(Span<float> observation)
    {
        observation[0] = (float)(_tilt + TiltNoise * Normal());
        observation[1] = (float)(_position + PositionNoise * Normal());
    }

    /// <summary>5 ms with this acceleration of the wheels in m/s².</summary>
    public void Advance(double acceleration)
    {
        var given = HasFallen ? 0 : Math.Clamp(acceleration, -MostAcceleration, MostAcceleration);
        _tiltRate += (Gravity * Math.Sin(_tilt) - given * Math.Cos(_tilt)) / Length / RateHz;
        _speed += given / RateHz;
        _tilt = Math.Clamp(_tilt + _tiltRate / RateHz, -Math.PI / 2, Math.PI / 2);
        _position += _speed / RateHz;
    }

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
