using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Simulation.Motion;

namespace EdgeSeq.Device.Simulation.Chips;

/// <summary>Somebody who walks, stands and sits with the sensor, in a room where temperature, pressure, light and distances
/// wander.</summary>
internal sealed class MovingSurroundings(ulong seed) : Surroundings
{
    private const double Period = 2000;

    private readonly ActivitySimulator _person = new(ActivitySimulator.Round, seed);
    private readonly SeededRandom _random = new(seed);
    private readonly float[] _motion = new float[ActivitySimulator.Channels];
    private readonly float[] _body = new float[3];
    private long _sample;

    public override void Advance()
    {
        _person.Next(_motion, _body);
        for (var axis = 0; axis < 3; axis++)
        {
            Acceleration[axis] = _motion[axis] * Units.StandardGravity;
            AngularRate[axis] = _motion[3 + axis];
            MagneticField[axis] += 1e-8 * _random.Normal();
        }

        var wave = Math.Sin(2 * Math.PI * _sample++ / Period);
        Temperature = 21.5 + 2 * wave + 0.05 * _random.Normal();
        Pressure = 101_325 + 50 * wave + 2 * _random.Normal();
        Humidity = 45 + 5 * wave + 0.1 * _random.Normal();
        Distance = 0.5 + 0.3 * wave + 0.002 * _random.Normal();
        for (var input = 0; input < Voltages.Length; input++)
            Voltages[input] = 1.5 + wave * (input + 1) / Voltages.Length + 0.002 * _random.Normal();
    }
}
