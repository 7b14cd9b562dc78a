// Any driver of Iot.Device.Bindings as a source: here a SHT3x on I2C bus 1. Usage: custom-sensor PROGRAM.eseq
using System.Device.I2c;
using EdgeSeq.Device;
using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Sinks;
using EdgeSeq.Device.Sources;
using EdgeSeq.Device.Sources.Sampling;
using EdgeSeq.Runtime.Sessions;
using Iot.Device.Sht3x;

ISensor OpenSht3x()
{
    var chip = new Sht3x(I2cDevice.Create(new I2cConnectionSettings(1, (byte)I2cAddress.AddrLow)));
    return new BindingSensor(chip, [new Channel("temperature", Quantity.Temperature), new Channel("humidity", Quantity.Humidity)], sample =>
    {
        sample[0] = (float)chip.Temperature.DegreesCelsius;
        sample[1] = (float)chip.Humidity.Percent;
    });
}

using var stop = new StopSignal();
stop.ListenToProcess();
using var model = Model.Load(args[0]);
using var session = model.CreateSession();
using var source = SensorSource.Of("sht3x", OpenSht3x,
    new SourceContext { Inputs = model.Inputs, RateHz = model.Program.RateHz, Stop = stop });
using var sink = SinkCatalog.Open("jsonl:-", new SinkContext { Outputs = model.Outputs, IsBatch = false });
new RunLoop(model, session, source, sink, new RunOptions { OnFault = FaultPolicy.Hold }, stop).Run();
