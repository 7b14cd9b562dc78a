using System.Diagnostics;
using EdgeSeq.Tool.Terminal;

namespace EdgeSeq.ConvertTool.Output;

/// <summary>
/// A line on stderr that tells what is being done, from the second second on; nothing where stderr is no terminal. When verbose, every
/// new activity gets a line of its own, whatever stderr is.
/// </summary>
internal sealed class StatusLine(bool verbose) : IProgress<string>, IDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly long _start = Stopwatch.GetTimestamp();
    private TimeSpan _next = Delay;
    private string _activity = "";
    private bool _isShown;

    public void Report(string value)
    {
        if (verbose)
        {
            ReportActivity(value);
            return;
        }

        var elapsed = Stopwatch.GetElapsedTime(_start);
        if (elapsed >= _next && TerminalInfo.IsErrorTerminal)
        {
            _next = elapsed + Interval;
            _isShown = true;
            Console.Error.Write($"\r\e[2K{value}");
        }
    }

    /// <summary>Takes the line away.</summary>
    public void Clear()
    {
        if (_isShown)
        {
            Console.Error.Write("\r\e[2K");
            _isShown = false;
        }
    }

    public void Dispose() => Clear();

    /// <summary>Counts within one activity (its text up to the first digit) are not worth a line each.</summary>
    private void ReportActivity(string value)
    {
        var digit = value.AsSpan().IndexOfAnyInRange('0', '9');
        var activity = digit < 0 ? value : value[..digit];
        if (activity != _activity)
        {
            _activity = activity;
            Console.Error.WriteLine(value);
        }
    }
}
