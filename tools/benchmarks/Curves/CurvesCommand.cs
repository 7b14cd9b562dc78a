using System.Globalization;
using EdgeSeq.Benchmarks.Groups;
using EdgeSeq.Benchmarks.Kernels;
using EdgeSeq.Benchmarks.Models;
using EdgeSeq.Benchmarks.Ort;
using EdgeSeq.Benchmarks.Paired;
using EdgeSeq.Benchmarks.Programs;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx.Writing;
using EdgeSeq.Runtime.Kernels.Selection;

namespace EdgeSeq.Benchmarks.Curves;

/// <summary><c>curves [--svg FILE]</c>: what work costs as there is more of it, as tables and, if asked, a picture.</summary>
internal static class CurvesCommand
{
    private const int Size = 256;

    private static readonly int[] UpTo256 = [1, 2, 4, 8, 16, 32, 64, 128, 256];

    public static int Run(string[] args)
    {
        Curve[] curves = [Vectors(), Window(), Context(), Sessions(), Cores()];
        foreach (var curve in curves)
        {
            Console.WriteLine($"| {curve.Title}: {curve.Of} | {string.Join(" | ", curve.Points.Select(point => point.Amount))} |");
            Console.WriteLine($"| --- |{string.Concat(curve.Points.Select(_ => " ---: |"))}");
            Console.WriteLine($"| {curve.Unit} | {string.Join(" | ", curve.Points.Select(point =>
                point.Time.ToString(point.Time < 100 ? "F1" : "F0", CultureInfo.InvariantCulture)))} |{Environment.NewLine}");
        }

        if (PairedCommand.Option(args, "--svg") is { } file)
            File.WriteAllText(file, CurvePicture.Of(curves));
        return 0;
    }

    private static Curve Vectors() => new($"int8 {Size} × {Size}", "vectors at once", "ns a vector",
        Points(UpTo256, vectors =>
        {
            using var row = LinearSubjects.S8(Size, Size, vectors, [KernelSets.Active]);
            return Turns.Fastest([row.Subjects[0]])[0] / vectors;
        }));

    private static Curve Window()
    {
        var onnx = Path.Combine(Path.GetTempPath(), "separable_tcn.onnx");
        File.WriteAllBytes(onnx, OnnxWriter.ToBytes(SeparableGraph.Of()));
        var points = Points([128, 256, 512, 1024, 2048], window =>
        {
            var options = new ConvertOptions { Mode = ConvertMode.Window, Window = window, Hop = window };
            using var program = new ProgramStep(Converter.Convert(onnx, options).Program, "window", window);
            return Turns.Fastest([new("", program.Step)])[0] / window;
        });
        File.Delete(onnx);
        return new Curve("separable TCN, int8, whole windows", "window, frames", "ns a frame", points);
    }

    private static Curve Context() => new("decode layer d64, 4 heads, ffn 128", "context, tokens", "ns a step",
        Points([16, 32, 64, 128, 256, 512, 1024, 2048], tokens =>
        {
            using var row = AttentionSubjects.DecodeLayer(new DecodeShape(64, 4, 128, tokens), [KernelSets.Active]);
            return Turns.Fastest([row.Subjects[0]])[0];
        }));

    private static Curve Sessions()
    {
        using var model = LstmProgram.Load(64, 128);
        return new Curve("LSTM 64 → 128, a group", "sessions", "ns a session's step", Points(UpTo256, sessions =>
        {
            using var group = model.CreateSessionGroup(sessions);
            for (var i = 0; i < sessions; i++)
                Data.Floats(model.Inputs[0].Length, i).CopyTo(group[i].Input(0));
            return Turns.Fastest([new("", () => group.Step())])[0] / sessions;
        }));
    }

    private static Curve Cores()
    {
        using var model = LstmProgram.Load(64, 128);
        return new Curve("LSTM 64 → 128, 64 sessions a core", "cores", "ns a session's step, all cores together",
            Points([.. Enumerable.Range(1, Environment.ProcessorCount)], cores => GroupsOnCores.Step(model, 64, cores)));
    }

    private static (int Amount, double Time)[] Points(int[] amounts, Func<int, double> time) =>
        [.. amounts.Select(amount => (amount, time(amount)))];
}
