using System.CommandLine;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Tool.Bench;
using EdgeSeq.Tool.Json;
using EdgeSeq.Tool.Terminal;
using EdgeSeq.Tool.Usage;

namespace EdgeSeq.Tool.Commands;

/// <summary><c>edgeseq bench PROGRAM</c>: what a step costs on this machine.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var program = Arguments.Program();
        var steps = Arguments.Count<long>("--steps", "N", "Time this many steps; about a second's worth if not given");
        var rate = Arguments.PositiveNumber(
            "--rate",
            "HZ",
            "Steps a second of the real use: adds how many times faster the program is, and a paced part with its missed deadlines");
        var ops = Arguments.Flag("--ops", "Time each op, too");
        var compareFloat = Arguments.Text("--compare-float", "FLOAT.eseq",
            "The same model converted with --precision f32: timed in the same rounds");
        var json = Arguments.Json();
        var command = new GuidedCommand("bench", "Measure what a step costs on this machine")
        {
            program, steps, rate, ops, compareFloat, json,
        };
        command.AddExample("bench mine.eseq --rate 50", "Latency, and how many times faster than real time");
        command.AddExample("bench mine.eseq --ops", "Which op takes how long");
        command.AddExample("bench mine.eseq --compare-float mine-f32.eseq", "What int8 gains");
        command.SetAction(result => Run(result.GetValue(program)!, result.GetValue(compareFloat), result.GetValue(steps),
            result.GetValue(rate), result.GetValue(ops), result.GetValue(json)));
        return command;
    }

    private static int Run(string path, string? floatPath, long? steps, double? rateHz, bool withOps, bool asJson)
    {
        using var model = Model.Load(path);
        using var floatModel = floatPath is null ? null : Model.Load(floatPath);
        using var benchmark = new Benchmark(model, steps);
        using var other = floatModel is null ? null : new Benchmark(floatModel, steps);
        var progress = new Progress("steps", steps);
        for (var round = 0; round < Benchmark.Rounds; round++)
        {
            benchmark.Round(round);
            other?.Round(round);
            progress.Report(benchmark.Steps);
        }

        progress.Clear();
        var report = benchmark.Report(path, rateHz, withOps);
        report.Float = other?.Report(floatPath!, rateHz: null, withOps);
        if (asJson)
            ReportJson.Print(report);
        else
            Print(report);
        return (int)ExitCode.Ok;
    }

    private static void Print(BenchReport report)
    {
        var step = report.StepNs;
        Line("kernels", report.Isa);
        Line("memory", $"weights {report.WeightBytes:N0} bytes, state {report.StateBytes:N0}, arena {report.ArenaBytes:N0}");
        Line("step", $"{Duration.Of(step.P50)} (p99 {Duration.Of(step.P99)}, p99.9 {Duration.Of(step.P999)}, max "
            + $"{Duration.Of(step.Max)}) over {report.Steps:N0} steps");
        if (report.OutputNs is { } output)
        {
            Line("output", $"{Duration.Of(output.P50)} (p99 {Duration.Of(output.P99)}, max {Duration.Of(output.Max)}) for the "
                + $"{report.StepsWithOutput:N0} steps that gave one");
        }

        Line("floor", $"{Duration.Of(report.FloorNs)} to read the weights once; {(report.OutputNs is null ? "a step" : "an output")} takes "
            + $"{(report.OutputNs ?? step).P50 / report.FloorNs:0.00} times that");
        Line("speed", $"{report.StepsPerSecond:N0} steps a second");
        if (report.RateHz is { } rate)
            Line("real time", $"{report.TimesRealTime:N0} times {rate:0.###} Hz, {100 / report.TimesRealTime:0.####} % of one core");
        if (report.DeadlineMisses is { } misses)
            Line("deadlines", $"{misses:N0} missed");
        Line("allocated", $"{report.AllocatedBytesPerStep:0.##} bytes a step");
        if (report.PeakRssBytes is { } peak)
            Line("peak RSS", $"{peak:N0} bytes");
        Line("outputs", $"CRC-32 {report.OutputCrc32}");
        if (report.Float is { } other)
        {
            Line("float", $"{Duration.Of(other.StepNs.P50)} a step (p99 {Duration.Of(other.StepNs.P99)}), "
                + $"{(double)other.StepNs.P50 / step.P50:0.00} times this program's; weights {other.WeightBytes:N0} bytes");
        }

        PrintOps(report);
        if (report.Float is not null)
            PrintOps(report.Float);
    }

    private static void PrintOps(BenchReport report)
    {
        if (report.Ops is null)
            return;
        var table = new TextTable(("op", false), ("node", false), ("time a step", true), ("share", true));
        foreach (var op in report.Ops)
            table.Add(op.Op, op.Name, Duration.Of(op.Nanoseconds), $"{100 * op.Share:0.0} %");
        Console.Out.Write($"\n{report.Program}\n{table}");
    }

    private static void Line(string name, string text) => Console.Out.WriteLine($"{name,-10}  {text}");
}
