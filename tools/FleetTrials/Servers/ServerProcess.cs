using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EdgeSeq.FleetDemo;

namespace EdgeSeq.FleetTrials.Servers;

/// <summary>A server that the trial starts, kills and starts again, with a folder and a port of its own.</summary>
internal abstract class ServerProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private Process? _process;

    protected ServerProcess(string name)
    {
        Name = name;
        Folder = Directory.CreateTempSubdirectory($"edgeseq-{name}-").FullName;
        Port = FreePorts.Next();
    }

    public string Name { get; }

    public int Port { get; }

    public int ProcessId => _process!.Id;

    /// <summary>Processor time of the process so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process!.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Memory of the process, in bytes.</summary>
    public long Rss
    {
        get
        {
            _process!.Refresh();
            return _process.WorkingSet64;
        }
    }

    protected virtual TimeSpan StartPatience => Patience;

    protected string Folder { get; }

    public async Task Start()
    {
        var log = Path.Combine(Folder, "log.txt");
        var command = Command();
        var start = new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", $"exec \"$@\" >>'{log}' 2>&1", "sh" } };
        foreach (var word in command)
            start.ArgumentList.Add(word);
        foreach (var (name, value) in Environment())
            start.Environment[name] = value;
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{Name} does not start");
        var begin = Stopwatch.StartNew();
        while (!await IsReady())
        {
            if (_process.HasExited || begin.Elapsed > StartPatience)
                throw new InvalidOperationException($"{Name} does not start:\n{await File.ReadAllTextAsync(log)}");
            await Task.Delay(50);
        }
    }

    /// <summary>As a loss of power would: it has no time to save anything.</summary>
    public async Task Kill()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and waits for its end.</summary>
    public async Task Stop()
    {
        if (_process is not { HasExited: false })
            return;
        using (var kill = Process.Start("kill", [$"-{SigTerm}", $"{_process.Id}"]))
            await kill.WaitForExitAsync();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        _process?.Dispose();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected abstract IReadOnlyList<string> Command();

    protected virtual IEnumerable<KeyValuePair<string, string>> Environment() => [];

    protected virtual async Task<bool> IsReady()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
