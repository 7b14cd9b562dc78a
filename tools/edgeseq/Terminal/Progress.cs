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
        Console.Error.Write($"\r\e[2K{TextOf(what, done, total, elapsed)}");
    }

    /// <summary>Takes the line away.</summary>
    public void Clear()
    {
        if (_isShown)
            Console.Error.Write("\r\e[2K");
    }

    /// <summary>steps: 5,000 of 20,000 (25 %), 1,000 a second, 15 s left.</summary>
    internal static string TextOf(string what, long done, long? total, TimeSpan elapsed)
    {
        var rate = done / elapsed.TotalSeconds;
        var text = $"{what}: {done:N0}";
        if (total is > 0)
            text += $" of {total:N0} ({100.0 * done / total.Value:0} %)";
        text += $", {rate:N0} a second";
        if (total is > 0 && rate > 0)
            text += $", {Left((total.Value - done) / rate)} left";
        return text;
    }

    private static string Left(double seconds) =>
        seconds < 60 ? $"{Math.Max(0, seconds):0} s" : seconds < 3600 ? $"{seconds / 60:0} min" : $"{seconds / 3600:0.0} h";
}
