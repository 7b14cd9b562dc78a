using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using EdgeSeq.Aot.Tests.Builds;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Aot.Tests.RaspberryPi;

/// <summary>A Raspberry Pi 3B under QEMU with a TMP105 and a DPS310 on its I2C bus, which boots Debian's kernel into the commands of
/// <c>init</c>.</summary>
internal sealed class EmulatedPi
{
    private const string Prepare = "tests/Aot.Tests/RaspberryPi/prepare.sh";
    private const string Init = "tests/Aot.Tests/RaspberryPi/init";
    private const string LastLine = "end of everything";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly string _folder = Path.Combine(Repository.Root, "artifacts", "raspberry-pi");

    /// <param name="program">What the Pi runs.</param>
    public EmulatedPi(string program)
    {
        Toolchain.RequirePackaging();
        var package = new Command(Path.Combine(Repository.Root, "tools", "package.sh")).Run("arm64", DeviceBuild.Arm64.Binary).Trim();
        new Command("bash").Run(Prepare, _folder, package, program, Init);
    }

    /// <summary>Plays temperatures into the TMP105, the next one as soon as the step before is on the serial line.</summary>
    /// <returns>Every line of the serial console.</returns>
    public IReadOnlyList<string> Run(IReadOnlyList<float> temperatures)
    {
        var socket = Path.Combine(_folder, "qmp.sock");
        File.Delete(socket);
        using var qemu = Process.Start(StartInfo(socket, temperatures.Count))!;
        try
        {
            return Play(qemu, socket, temperatures);
        }
        finally
        {
            // The guest cannot end QEMU.
            qemu.Kill();
            qemu.WaitForExit();
        }
    }

    private static List<string> Play(Process qemu, string socket, IReadOnlyList<float> temperatures)
    {
        var begin = Stopwatch.GetTimestamp();
        var lines = new List<string>();
        QmpClient? qmp = null;
        var isTemperature = false;
        var step = 0;
        while (qemu.StandardOutput.ReadLine() is { } line && line != LastLine)
        {
            if (Stopwatch.GetElapsedTime(begin) > Limit)
                throw new TimeoutException($"the emulated Pi did not end within {Limit}:\n{string.Join('\n', lines)}");
            lines.Add(line);
            if (qmp is null)
            {
                qmp = new QmpClient(socket);
                qmp.SetTemperature(temperatures[0]);
            }

            isTemperature |= line == "begin temperature";
            if (isTemperature && line.StartsWith("{\"recording\"", StringComparison.Ordinal) && ++step < temperatures.Count)
                qmp.SetTemperature(temperatures[step]);
        }

        qmp?.Dispose();
        return lines;
    }

    private ProcessStartInfo StartInfo(string socket, int steps)
    {
        string[] arguments =
        [
            "-M", "raspi3b", "-kernel", "kernel", "-dtb", "pi3b.dtb", "-initrd", "initrd.gz",
            "-append", $"console=ttyAMA0,115200 rdinit=/init panic=-1 quiet loglevel=0 edgeseq.steps={steps}",
            "-device", "tmp105,id=t0,bus=i2c-bus.1,address=0x48", "-device", "dps310,bus=i2c-bus.1,address=0x77",
            "-display", "none", "-monitor", "none", "-serial", "stdio", "-no-reboot", "-qmp", $"unix:{socket},server=on,wait=off",
        ];
        return new ProcessStartInfo("qemu-system-aarch64", arguments)
        {
            WorkingDirectory = _folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
    }

    /// <summary>QEMU's control socket, as far as this test needs it.</summary>
    private sealed class QmpClient : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        private readonly StreamReader _answers;

        public QmpClient(string path)
        {
            _socket.Connect(new UnixDomainSocketEndPoint(path));
            _answers = new StreamReader(new NetworkStream(_socket));
            _ = _answers.ReadLine();
            Execute("""{"execute":"qmp_capabilities"}""");
        }

        public void SetTemperature(float degrees)
        {
            var thousandths = ((int)Math.Round(degrees * 1000)).ToString(CultureInfo.InvariantCulture);
            Execute("""{"execute":"qom-set","arguments":{"path":"/machine/peripheral/t0","property":"temperature","value":"""
                + thousandths + "}}");
        }

        public void Dispose()
        {
            _answers.Dispose();
            _socket.Dispose();
        }

        private void Execute(string command)
        {
            _socket.Send(Encoding.UTF8.GetBytes(command + "\n"));
            string? answer;
            do
            {
                answer = _answers.ReadLine();
            }
            while (answer is not null && !answer.Contains("\"return\"", StringComparison.Ordinal)
                && !answer.Contains("\"error\"", StringComparison.Ordinal));

            Assert.Contains("\"return\"", answer, StringComparison.Ordinal);
        }
    }
}
