using System.Globalization;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Aot.Tests;

/// <summary>Measurements that no test judges: artifacts/device-report.txt, which .ci/run prints.</summary>
internal static class DeviceReport
{
    private static readonly Lock Gate = new();
    private static readonly SortedSet<string> Lines = new(StringComparer.Ordinal);

    public static void Add(FormattableString line)
    {
        lock (Gate)
        {
            Lines.Add(line.ToString(CultureInfo.InvariantCulture));
            File.WriteAllLines(Path.Combine(Repository.Root, "artifacts", "device-report.txt"), Lines);
        }
    }
}
