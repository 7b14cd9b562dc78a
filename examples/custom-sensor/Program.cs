// Any driver of Iot.Device.Bindings as a source: here a HTS221, simulated or, with the word i2c, on I2C bus 1.
using System.Device.I2c;
using EdgeSeq.Device;
using EdgeSeq.Device.Decisions;
using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Sinks;
using EdgeSeq.Device.Sources;
using EdgeSeq.Device.Sources.Sampling;
using EdgeSeq.Examples.CustomSensor;
using EdgeSeq.Runtime.Sessions;
using Iot.Device.Hts221;

const string Program = "examples/custom-sensor/window.eseq";
const double SimulatedHz = 400;
const long SimulatedSamples = 300;
var isReal = args is ["i2c"];

ISensor OpenHts221()
{
    var chip = new Hts221(isReal ? I2cDevice.Create(new I2cConnectionSettings(1, 0x5F)) : new SimulatedHts221());
    return new BindingSensor(chip, [new Channel("temperature", Quantity.Temperature), new Channel("humidity", Quantity.Humidity)], sample =>
    {
        sample[0] = (float)chip.Temperature.DegreesCelsius;
        sample[1] = (float)chip.Humidity.Percent;
    });
}

using var stop = new StopSignal();
stop.ListenToProcess();
using var model = Model.Load(Program);
using var session = model.CreateSession();
using var source = SensorSource.Of("hts221", OpenHts221, new SourceContext
{
    Inputs = model.Inputs,
    RateHz = model.Program.RateHz,
    PaceHz = isReal ? null : SimulatedHz,        // nobody wants to wait for a simulated room
    Stop = stop,
});

// The program carries its own rule; seconds are those of the room.
var decisions = new DecisionEngine(RuleParser.Parse(model.Program.Decide!), DecisionContext.Of(model, source.SamplesPerStep, null));
using var sink = SinkCatalog.Open("events:-", new SinkContext
{
    Outputs = model.Outputs,
    IsBatch = false,
    IsLive = true,
    EventNames = decisions.EventNames,
    StepsPerSecond = model.Program.RateHz,
    SamplesPerSecond = model.Program.RateHz,
});
var options = new RunOptions
{
    OnFault = FaultPolicy.Hold,                  // a bad sample is replaced by the last good one, and counted
    Decisions = decisions,
    MaxSteps = isReal ? null : SimulatedSamples,
};
new RunLoop(model, session, source, sink, options, stop).Run();
