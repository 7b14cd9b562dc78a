using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSeq.Aot.Tests.Builds;
using EdgeSeq.Aot.Tests.Machines;
using EdgeSeq.Aot.Tests.Programs;
using EdgeSeq.Device.Files;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Aot.Tests.RaspberryPi;

/// <summary>End to end on an emulated Raspberry Pi 3B: Debian's kernel, the native arm64 binary, real I2C transfers. By itself:
/// <c>EDGESEQ_NATIVE=1 EDGESEQ_PI=1 dotnet run --project tests/Aot.Tests -- -class EdgeSeq.Aot.Tests.RaspberryPi.RaspberryPiTests</c>.
/// It needs qemu-system-aarch64 of version 10 (bookworm-backports) and downloads 60 MB of Debian packages once, so it is not part of every
/// run.</summary>
public sealed class RaspberryPiTests(ReferencePrograms programs)
{
    private const int Steps = 60;
    private const int FailureBegins = 19_741;

    /// <summary>The steps in which the temperature rises suddenly, in the piece that is played; a sample may be one step late.</summary>
    private const int FirstOfRise = 29;
    private const int LastOfRise = 39;
    private const float CountsPerDegree = 16;

    [NativeTheory, InlineData("nab_gru.int8")]
    public void Sensors_are_read_over_I2C_and_outputs_and_events_equal_the_desk_s_to_the_bit(string name)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("EDGESEQ_PI") == "1", "the emulated Raspberry Pi runs with EDGESEQ_PI=1");
        var program = programs.Get(name).File;
        var recording = Path.Combine(Repository.Root, "..", "shared", "data", "nab_machine_temp_v.npy");
        Assert.SkipUnless(File.Exists(recording), "the recording of the machine's temperature is not there");
        var temperatures = MachineTemperatures(recording);
        var lines = new EmulatedPi(program).Run(temperatures);

        Assert.Contains(Between(lines, "sensors"), line => line.Contains("i2c:tmp105@1:0x48", StringComparison.Ordinal));
        Assert.Contains(Between(lines, "selftest"), line => line.Contains("every output bit as recorded", StringComparison.Ordinal));
        Assert.Contains(Between(lines, "missing"), line =>
            line.Contains("error ES0611: i2c:tmp105@1:0x4f: error 121", StringComparison.Ordinal));
        Assert.Contains("end missing 5", lines);
        Assert.Equal(3, Outputs(lines, "pressure").Count);
        var forecasts = Outputs(lines, "temperature");
        var measured = AssertSameBits(program, temperatures, forecasts);
        var events = Between(lines, "events").Select(WithoutTime).ToArray();
        Assert.Equal(EventsAtTheDesk(program, measured), events);
        Assert.Collection(
            events,
            start => Assert.InRange(Member(start, "sample"), FirstOfRise, LastOfRise),
            end => Assert.InRange(Member(end, "end_sample"), FirstOfRise, LastOfRise));
    }

    /// <summary>The hours of the recording in which the machine fails.</summary>
    private static float[] MachineTemperatures(string recording)
    {
        using var reader = NpyReader.Open(recording);
        var all = new float[reader.Header.Shape[0]];
        reader.Read(all);
        return all[FailureBegins..(FailureBegins + Steps)];
    }

    private static IEnumerable<string> Between(IReadOnlyList<string> lines, string part) =>
        lines.SkipWhile(line => line != $"begin {part}").Skip(1)
        .TakeWhile(line => !line.StartsWith($"end {part} ", StringComparison.Ordinal));

    private static List<float> Outputs(IReadOnlyList<string> lines, string part) =>
        [.. Between(lines, part).Where(line => line.StartsWith("{\"recording\"", StringComparison.Ordinal)).Select(Output)];

    private static float Output(string line)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("outputs").EnumerateObject().Single().Value[0].GetSingle();
    }

    /// <summary>The same program, rule and samples on this machine.</summary>
    private string[] EventsAtTheDesk(string program, float[] measured)
    {
        var recording = programs.NewFile(".npy");
        File.WriteAllBytes(recording, NpyBytes.OfFloats(measured, measured.Length, 1));
        return [.. Machine.Named("x64").Start().Run("run", program, "--source", $"npy:{recording}", "--recordings", "one",
            "--decide", "score=error,on=4", "--sink", "events:-").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(WithoutTime)];
    }

    private static int Member(string line, string name) => JsonNode.Parse(line)![name]!.GetValue<int>();

    /// <summary>An event without its time, which recordings do not have.</summary>
    private static string WithoutTime(string line)
    {
        var members = JsonNode.Parse(line)!.AsObject();
        members.Remove("time");
        return members.ToJsonString();
    }

    /// <summary>The Pi samples by its own clock: a step's temperature is the one that was played for it or, where it was a moment early,
    /// the one before.</summary>
    /// <returns>What the Pi measured at each step.</returns>
    private static float[] AssertSameBits(string program, float[] temperatures, List<float> outputs)
    {
        Assert.Equal(temperatures.Length, outputs.Count);
        var measured = temperatures.Select(Measured).ToArray();
        using var model = Model.Load(program);
        using var session = model.CreateSession();
        var output = new float[1];
        for (var step = 0; step < outputs.Count; step++)
        {
            using var state = new MemoryStream();
            session.Save(state);
            session.Step([measured[step]], output);
            if (output[0] == outputs[step] || step == 0)
            {
                Assert.Equal(outputs[step], output[0]);
                continue;
            }

            state.Position = 0;
            session.Restore(state);
            measured[step] = Measured(temperatures[step - 1]);
            session.Step([measured[step]], output);
            Assert.Equal(outputs[step], output[0]);
        }

        return measured;
    }

    /// <summary>What the TMP105 makes of a temperature: whole sixteenths of a degree, rounded down.</summary>
    private static float Measured(float degrees) => MathF.Floor(degrees * CountsPerDegree) / CountsPerDegree;
}
