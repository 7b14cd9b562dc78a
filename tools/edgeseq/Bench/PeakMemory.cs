using System.Globalization;

namespace EdgeSeq.Tool.Bench;

/// <summary>Memory of this process as Linux counts it.</summary>
internal static class PeakMemory
{
    private const string StatusFile = "/proc/self/status";
    private const string PeakLine = "VmHWM:";
    private const int BytesPerKilobyte = 1024;

    /// <summary>Largest resident set so far; null on systems without /proc.</summary>
    public static long? ResidentBytes()
    {
        if (!File.Exists(StatusFile))
            return null;
        var line = File.ReadLines(StatusFile).FirstOrDefault(text => text.StartsWith(PeakLine, StringComparison.Ordinal));
        var digits = line?[PeakLine.Length..].Replace("kB", "", StringComparison.Ordinal).Trim();
        return long.TryParse(digits, CultureInfo.InvariantCulture, out var kilobytes) ? kilobytes * BytesPerKilobyte : null;
    }
}
