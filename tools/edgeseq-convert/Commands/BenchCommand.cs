using System.CommandLine;
using System.Globalization;
using EdgeSeq.ConvertTool.Output;
using EdgeSeq.Quantize.Timing;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Tool.Json;
using EdgeSeq.Tool.Terminal;
using EdgeSeq.Tool.Usage;

namespace EdgeSeq.ConvertTool.Commands;

/// <summary><c>edgeseq-convert bench PROGRAM --onnx MODEL.onnx</c>: a program beside ONNX Runtime, in one run.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var program = Arguments.Program();
        var onnx = Arguments.Text("--onnx", "MODEL.onnx", "The model that the program was made from", required: true);
        var json = Arguments.Json();
        var command = new GuidedCommand("bench", "Time a program beside ONNX Runtime on this machine") { program, onnx, json };
        command.AddExample("bench mine.eseq --onnx mine.onnx",
            "The program, the same in float32, and ONNX Runtime in turns, on one thread");
        command.SetAction(result => Run(result.GetValue(program)!, result.GetValue(onnx)!, result.GetValue(json)));
        return command;
    }

    private static int Run(string program, string onnx, bool asJson)
    {
        using var status = new StatusLine(verbose: false);
        var comparison = StepComparison.Run(onnx, program, status);
        status.Clear();
        if (asJson)
            ReportJson.Print(new StepComparisonJson(program, onnx, comparison));
        else
            Print(comparison);
        return (int)ExitCode.Ok;
    }

    private static void Print(StepComparison comparison)
    {
        var unit = comparison.StepsPerOutput == 1 ? "a step" : "an output";
        var table = new TextTable(("", false), (unit, true), ("times the program", true));
        foreach (var timing in comparison.Timings)
            table.Add(timing.Name, Duration.Of(timing.Nanoseconds), timing.Ratio.ToString("0.00", CultureInfo.InvariantCulture));
        Console.Out.Write($"{table}\nmedians of rounds in turns, one thread; kernels {comparison.Isa}, ONNX Runtime "
            + $"{comparison.OnnxRuntimeVersion}\n");
    }
}
