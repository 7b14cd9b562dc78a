using System.Globalization;
using EdgeSeq.Runtime.Kernels.Selection;

namespace EdgeSeq.Benchmarks.Paired;

/// <summary>The table of docs/performance.md: a line for each row, a column for each subject.</summary>
internal static class StepTable
{
    private const int BytesOfKibibyte = 1024;

    private static readonly (string Subject, string Title)[] Sets =
        [("avx512vnni", "AVX512-VNNI"), ("avx512", "AVX-512"), ("avxvnni", "AVX-VNNI"), ("avx2", "AVX2"),
        ("neon-dp", "NEON with dot product"), ("neon", "NEON")];

    private static readonly (string Subject, string Title)[] Columns =
    [
        .. Sets.Where(column => KernelSets.Available.Any(set => set.Name == column.Subject)),
        ("ONNX Runtime int8", "ONNX Runtime int8"), ("ONNX Runtime float32", "ONNX Runtime float32"),
    ];

    public static IReadOnlyList<string> Header { get; } =
    [
        $"| step | bytes | floor, ns | {string.Join(" | ", Columns.Select(column => column.Title))} |",
        $"| --- | ---: | ---: |{string.Concat(Columns.Select(_ => " --- |"))}",
    ];

    /// <param name="timings">Of the floor, then of the row's subjects.</param>
    public static string Line(Row row, IReadOnlyList<Timing> timings) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {row.Name} | {Size(row.Block.Length)} | {timings[0].Nanoseconds:N0} | {string.Join(" | ", Columns.Select(column => Cell(timings, column.Subject)))} |");

    private static string Cell(IReadOnlyList<Timing> timings, string subject) =>
        timings.FirstOrDefault(timing => timing.Name == subject) is { } timing
            ? string.Create(CultureInfo.InvariantCulture, $"{timing.Ratio:F2} ({timing.LowerQuartile:F2}–{timing.UpperQuartile:F2})")
            : "–";

    private static string Size(int bytes) => bytes < BytesOfKibibyte * BytesOfKibibyte
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / BytesOfKibibyte} KiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(BytesOfKibibyte * BytesOfKibibyte):F1} MiB");
}
