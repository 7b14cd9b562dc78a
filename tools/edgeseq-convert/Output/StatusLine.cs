using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using EdgeSeq.Tool.Terminal;

namespace EdgeSeq.ConvertTool.Output;

/// <summary>
/// A line on stderr that tells what is being done, from the second second on; nothing where stderr is no terminal. When verbose, every
/// new activity gets a line of its own, whatever stderr is.
/// </summary>
internal sealed partial class StatusLine(bool verbose) : IProgress<string>, IDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly long _start = Stopwatch.GetTimestamp();
    private TimeSpan _next = Delay;
    private string _activity = "";
    private TimeSpan _activityStart;
    private bool _isShown;

    public void Report(string value)
    {
        var elapsed = Stopwatch.GetElapsedTime(_start);
        if (IsNew(value))
        {
            _activityStart = elapsed;
            if (verbose)
                Console.Error.WriteLine(value);
        }

        if (verbose)
            return;
        if (elapsed >= _next && TerminalInfo.IsErrorTerminal)
        {
            _next = elapsed + Interval;
            _isShown = true;
            Console.Error.Write($"\r\e[2K{WithTimes(value, elapsed - _activityStart)}");
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

    /// <summary>calibrating, step 5,000 of 20,000: 1,000 a second, 15 s left.</summary>
    internal static string WithTimes(string value, TimeSpan elapsed)
    {
        if (Count().Match(value) is not { Success: true } count)
            return value;
        double done = Number("done"), all = Number("all"), rate = done / elapsed.TotalSeconds;
        if (done == 0 || elapsed < Delay)
            return value;
        var left = (all - done) / rate;
        return string.Create(CultureInfo.InvariantCulture,
            $"{value}: {(rate >= 10 ? Math.Round(rate) : rate):#,0.#} a second, {(left < 90 ? $"{left:0} s" : $"{left / 60:0} min")} left");

        double Number(string name) => double.Parse(count.Groups[name].ValueSpan, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("(?<done>[0-9,]+) of (?<all>[0-9,]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Count();

    /// <summary>Counts within one activity (its text up to the first digit) are not worth a line each.</summary>
    private bool IsNew(string value)
    {
        var digit = value.AsSpan().IndexOfAnyInRange('0', '9');
        var activity = digit < 0 ? value : value[..digit];
        var isNew = activity != _activity;
        _activity = activity;
        return isNew;
    }
}
