using System.Globalization;

namespace EdgeSeq.Benchmarks.Paired;

/// <summary>A line for each subject of a row, the floor first.</summary>
internal static class SubjectTable
{
    public static IReadOnlyList<string> Header { get; } =
        ["| step | bytes | subject | ns | fastest round | ratio to floor | quartiles |", "| --- | ---: | --- | ---: | ---: | ---: | --- |"];

    public static IEnumerable<string> Lines(Row row, IReadOnlyList<Timing> timings) =>
        timings.Select(timing => $"| {row.Name} | {row.Block.Length} | {timing.Name} | {Numbers(timing)} |");

    private static string Numbers(Timing timing) => string.Create(
        CultureInfo.InvariantCulture,
        $"{timing.Nanoseconds:F0} | {timing.Fastest:F0} | {timing.Ratio:F2} | {timing.LowerQuartile:F2}–{timing.UpperQuartile:F2}");
}
