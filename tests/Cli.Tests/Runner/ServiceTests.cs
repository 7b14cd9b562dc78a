using System.Net.Sockets;
using System.Text;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Runner;

public sealed class ServiceTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_service_manager_hears_when_the_run_is_ready_that_it_lives_and_that_it_ends()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs datagram sockets of the file system");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 60_000 };
        manager.Bind(new UnixDomainSocketEndPoint(_folder.File("notify")));

        using var process = ToolProcess.Start(
            "edgeseq",
            ["run", Programs.Activity, "--source", "sim:walking", "--rate", "100", "--steps", "50", "--sink",
                $"jsonl:{_folder.File("lines")}"],
            ("NOTIFY_SOCKET", _folder.File("notify")),
            ("WATCHDOG_USEC", "200000"));
        var messages = new List<string>();
        do
            messages.Add(Receive(manager));
        while (messages[^1] != "STOPPING=1");

        Assert.Equal("READY=1", messages[0]);
        Assert.Equal(["WATCHDOG=1"], messages[1..^1].Distinct());
        Assert.InRange(messages.Count - 2, 1, 6);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private static string Receive(Socket socket)
    {
        var buffer = new byte[256];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }
}
