using System.Globalization;

namespace EdgeSeq.Benchmarks.Paired;

/// <summary>A line for each subject of a row, the floor first.</summary>
internal static class SubjectTable
{
    public static IReadOnlyList<string> Header { get; } =
        ["| step | bytes | subject | ns | ratio to floor | quartiles |", "| --- | ---: | --- | ---: | ---: | --- |"];

    public static IEnumerable<string> Lines(Row row, IReadOnlyList<Timing> timings) => timings.Select(timing => string.Create(
        CultureInfo.InvariantCulture,
        $"| {row.Name} | {row.Block.Length} | {timing.Name} | {timing.Nanoseconds:F0} | {timing.Ratio:F2} | {timing.LowerQuartile:F2}–{timing.UpperQuartile:F2} |"));
}
