using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using EdgeSeq.FleetDemo;

namespace EdgeSeq.Device.Tests.Fixtures;

/// <summary>A real broker on this machine, with a free port of its own, which can be killed and started again.</summary>
internal sealed class Mosquitto : IDisposable
{
    private static readonly string[] Folders = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/opt/homebrew/sbin"];

    private readonly string _config;
    private Process? _process;

    /// <param name="lines">More lines of its configuration.</param>
    public Mosquitto(TempFolder folder, params ReadOnlySpan<string> lines)
    {
        Port = FreePorts.Next();
        var data = Directory.CreateDirectory(folder.File("mosquitto")).FullName;
        _config = folder.Write("mosquitto.conf", string.Join('\n',
        [
            $"listener {Port.ToString(CultureInfo.InvariantCulture)} 127.0.0.1", "persistence true", $"persistence_location {data}/",
            "autosave_on_changes true", "autosave_interval 1", "user root", .. lines, "",
        ]));
        Start();
    }

    public static string? Command { get; } =
        Folders.Select(folder => Path.Combine(folder, "mosquitto")).FirstOrDefault(File.Exists);

    public int Port { get; }

    public void Start()
    {
        _process = Process.Start(new ProcessStartInfo(Command!, ["-c", _config]) { RedirectStandardError = true })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        Assert.True(SpinWait.SpinUntil(IsListening, TimeSpan.FromSeconds(30)), "mosquitto does not listen");
    }

    /// <summary>Ends it as a power cut would.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    public void Dispose() => Kill();

    private bool IsListening()
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            Thread.Sleep(20);
            return false;
        }
    }
}
