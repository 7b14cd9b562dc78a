using System.Diagnostics;
namespace EdgeSeq.Tool.Terminal;

/// <summary>A line on stderr that tells how far a long run is, from its second second on; nothing where stderr is no terminal.</summary>
internal sealed class Progress(string what, long? total)
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly long _start = Stopwatch.GetTimestamp();
    private TimeSpan _next = Delay;
    private bool _isShown;

    public void Report(long done)
    {
        var elapsed = Stopwatch.GetElapsedTime(_start);
        if (elapsed < _next || !TerminalInfo.IsErrorTerminal)
            return;
        _next = elapsed + Interval;
        _isShown = true;
        var share = total is > 0 ? $" of {total:N0} ({100.0 * done / total.Value:0} %)" : "";
        Console.Error.Write($"\r\e[2K{what}: {done:N0}{share}, {done / elapsed.TotalSeconds:N0} a second");
    }

    /// <summary>Takes the line away.</summary>
    public void Clear()
    {
        if (_isShown)
            Console.Error.Write("\r\e[2K");
    }
}
