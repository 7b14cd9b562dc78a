using System.Diagnostics;
using System.Globalization;
using EdgeSeq.Benchmarks.Kernels;
using EdgeSeq.Benchmarks.Ort;
using EdgeSeq.Quantize.Timing;
using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;

namespace EdgeSeq.Benchmarks.Paired;

/// <summary><c>paired [--only TEXT] [--rounds N] [--core N] [--markdown]</c>: a line for each subject, or with <c>--markdown</c> the table
/// of docs/performance.md, a line for each step.</summary>
internal static class PairedCommand
{
    public static int Run(string[] args)
    {
        var only = Option(args, "--only") ?? "";
        var rounds = int.Parse(Option(args, "--rounds") ?? "301", CultureInfo.InvariantCulture);
        PinTo(Option(args, "--core"));
        var sets = KernelSets.Available.Where(set => set.Name is not ("reference" or "portable")).ToArray();
        var runner = new PairedRunner(rounds);
        var markdown = args.Contains("--markdown");
        foreach (var line in markdown ? StepTable.Header : SubjectTable.Header)
            Console.WriteLine(line);
        foreach (var make in Rows(sets).Where(row => row.Name.Contains(only, StringComparison.OrdinalIgnoreCase)).Select(row => row.Make))
        {
            using var row = make();
            var timings = runner.Measure(row);
            foreach (var line in markdown ? [StepTable.Line(row, timings)] : SubjectTable.Lines(row, timings))
                Console.WriteLine(line);
        }

        return 0;
    }

    /// <param name="core">Null: the first.</param>
    internal static void PinTo(string? core)
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
            Process.GetCurrentProcess().ProcessorAffinity = 1 << int.Parse(core ?? "0", CultureInfo.InvariantCulture);
    }

    internal static string? Option(string[] args, string name)
    {
        var at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
    }

    private static IEnumerable<(string Name, Func<Row> Make)> Rows(KernelSet[] sets)
    {
        foreach (var (rows, columns) in ((int, int)[])[(256, 73), (512, 192), (1024, 512), (2048, 1024), (4096, 2048)])
        {
            yield return ($"linear-s8-{rows}x{columns}", () => LinearSubjects.S8(rows, columns, 1, sets)
                .With("ONNX Runtime int8", new OrtStep(LinearGraph.Of(rows, columns, 1, int8: true)))
                .With("ONNX Runtime float32", new OrtStep(LinearGraph.Of(rows, columns, 1, int8: false))));
            yield return ($"linear-f32-{rows}x{columns}", () => LinearSubjects.F32(rows, columns, 1, sets));
        }

        foreach (var (rows, columns, vectors) in ((int, int, int)[])[(64, 64, 128), (256, 256, 4), (256, 256, 16), (256, 256, 64),
            (512, 192, 128), (1024, 512, 16), (1024, 512, 64)])
        {
            yield return ($"matrix-s8-{rows}x{columns}x{vectors}", () => LinearSubjects.S8(rows, columns, vectors, sets)
                .With("ONNX Runtime int8", new OrtStep(LinearGraph.Of(rows, columns, vectors, int8: true)))
                .With("ONNX Runtime float32", new OrtStep(LinearGraph.Of(rows, columns, vectors, int8: false))));
            yield return ($"matrix-f32-{rows}x{columns}x{vectors}", () => LinearSubjects.F32(rows, columns, vectors, sets)
                .With("ONNX Runtime float32", new OrtStep(LinearGraph.Of(rows, columns, vectors, int8: false))));
        }

        foreach (var (input, hidden) in ((int, int)[])[(9, 64), (64, 128), (128, 128), (256, 256), (512, 512), (1024, 1024)])
        {
            yield return ($"lstm-{input}-{hidden}", () => RecurrentSubjects.Lstm(input, hidden, sets)
                .With("ONNX Runtime int8", new OrtStep(RecurrentGraphs.QuantizedLstm(input, hidden)))
                .With("ONNX Runtime float32", new OrtStep(RecurrentGraphs.Lstm(input, hidden))));
            yield return ($"gru-{input}-{hidden}", () => RecurrentSubjects.Gru(input, hidden, sets)
                .With("ONNX Runtime float32", new OrtStep(RecurrentGraphs.Gru(input, hidden))));
        }

        foreach (var (size, feedForward, window) in ((int, int, int)[])[(64, 128, 128), (256, 1024, 256)])
        {
            const int Heads = 4;
            yield return ($"attention-{size}", () => AttentionSubjects.DecodeLayer(size, Heads, feedForward, window, sets)
                .With("ONNX Runtime int8", Decode(int8: true))
                .With("ONNX Runtime float32", Decode(int8: false)));

            OrtStep Decode(bool int8) => new(DecodeLayerGraph.Of(size, Heads, feedForward, window, int8), DecodeLayerGraph.InPlace);
        }
    }
}
