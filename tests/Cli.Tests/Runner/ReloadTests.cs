using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Runner;

/// <summary>A new program while the run goes on: what <c>systemctl reload</c> does.</summary>
public sealed class ReloadTests : IDisposable
{
    private static readonly string[] Labels = ["left", "right"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_signal_takes_the_new_program_and_the_service_manager_hears_of_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs datagram sockets of the file system");
        using var manager = Manager();
        using var process = Start("--reload", "--json");
        WaitFor(manager, "READY=1");

        Replace([1, 2, 3]);
        Signal(process);
        Assert.StartsWith("RELOADING=1\nMONOTONIC_USEC=", WaitFor(manager, "RELOADING=1"), StringComparison.Ordinal);
        WaitFor(manager, "READY=1");
        Replace(TestPrograms.DelayFile(2, Labels));
        Signal(process);
        WaitFor(manager, "RELOADING=1");
        process.Kill(entireProcessTree: false);
        var told = process.StandardError.ReadToEnd();

        Assert.Contains("the new file is not used, the program goes on", told, StringComparison.Ordinal);
        Assert.Contains("the new program runs from here on", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_follows_no_file_is_not_ended_by_the_signal()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs datagram sockets of the file system");
        using var manager = Manager();
        using var process = Start("--steps", "400");
        WaitFor(manager, "READY=1");
        Signal(process);
        process.WaitForExit();

        Assert.Equal(0, process.ExitCode);
        Assert.Contains("started without --reload", process.StandardError.ReadToEnd(), StringComparison.Ordinal);
    }

    private static void Signal(Process process)
    {
        using var kill = Process.Start("kill", ["-USR1", $"{process.Id}"]);
        kill.WaitForExit();
    }

    private static string WaitFor(Socket manager, string start)
    {
        var buffer = new byte[256];
        while (true)
        {
            var message = Encoding.UTF8.GetString(buffer, 0, manager.Receive(buffer));
            if (message.StartsWith(start, StringComparison.Ordinal))
                return message;
        }
    }

    private Socket Manager()
    {
        var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 60_000 };
        manager.Bind(new UnixDomainSocketEndPoint(_folder.File("notify")));
        return manager;
    }

    private Process Start(params string[] options)
    {
        var program = _folder.Write("program.eseq", TestPrograms.DelayFile(1, Labels));
        return ToolProcess.Start(
            "edgeseq",
            ["run", program, "--source", "sim:noise", "--rate", "200", "--sink", $"jsonl:{_folder.File("lines")}", .. options],
            ("NOTIFY_SOCKET", _folder.File("notify")));
    }

    private void Replace(byte[] content) =>
        File.Move(_folder.Write("new.eseq", content), _folder.File("program.eseq"), overwrite: true);
}
