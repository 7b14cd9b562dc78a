using System.Globalization;
using EdgeSeq.Benchmarks.Ort;
using EdgeSeq.Benchmarks.Paired;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx.Writing;
using EdgeSeq.Quantize.Timing;

namespace EdgeSeq.Benchmarks.Programs;

/// <summary><c>programs FOLDER [--only TEXT] [--rounds N] [--core N]</c>: steps of whole programs, converted here from the models in
/// the folders of FOLDER; models that are not there are left out.</summary>
internal static class ProgramsCommand
{
    public static int Run(string[] args)
    {
        if (args is not [var folder, .. var options] || !Directory.Exists(folder))
        {
            Console.Error.WriteLine(
                "programs FOLDER [--only TEXT] [--rounds N] [--core N]: FOLDER holds models/, real/ and so on, for example ../shared");
            return 1;
        }

        var only = PairedCommand.Option(options, "--only") ?? "";
        var runner = new PairedRunner(int.Parse(PairedCommand.Option(options, "--rounds") ?? "301", CultureInfo.InvariantCulture));
        PairedCommand.PinTo(PairedCommand.Option(options, "--core"));
        foreach (var (file, graph) in ProgramCase.Made)
            File.WriteAllBytes(file, OnnxWriter.ToBytes(graph()));
        foreach (var line in SubjectTable.Header)
            Console.WriteLine(line);
        foreach (var model in ProgramCase.All.Where(model => model.Onnx.Contains(only, StringComparison.Ordinal)
            && File.Exists(Path.Combine(folder, model.Onnx))))
        {
            using var row = RowOf(model, folder);
            foreach (var line in SubjectTable.Lines(row, runner.Measure(row)))
                Console.WriteLine(line);
        }

        foreach (var file in ProgramCase.Made.Keys)
            File.Delete(file);
        return 0;
    }

    /// <summary>The floor reads a block of its own with as many bytes as the int8 program has weights.</summary>
    private static Row RowOf(ProgramCase model, string folder)
    {
        var name = Path.GetFileNameWithoutExtension(model.Onnx);
        var onnx = Path.Combine(folder, model.Onnx);
        var int8 = Converter.Convert(onnx, model.Options);
        var program = new ProgramStep(int8.Program, name, model.StepsOfCall);
        var real = new ProgramStep(Converter.Convert(onnx, model.Options with { Precision = ConvertPrecision.F32 }).Program, name,
            model.StepsOfCall);
        var weights = new AlignedBlock((int)program.WeightBytes);
        var row = new Row(model.IsWindow ? $"{name}, window of {model.Options.Window} every {model.Options.Hop}" : name, weights,
            [new Subject($"EdgeSeq int8, {program.Isa}", program.Step), new Subject($"EdgeSeq float32, {real.Isa}", real.Step)])
            .Owns(weights).Owns(program).Owns(real);
        if (model.IsWindow)
            return row.With("ONNX Runtime float32", Open(model.Window!, folder));
        row = model.Step is { } step
            ? row.With("ONNX Runtime float32, one step a call", Open(step, folder))
            : row.With("ONNX Runtime float32, one step a call (--emit-onnx)", new OrtStep(int8.ToStepModel(name)));
        return model.Window is { } window
            ? row.With($"ONNX Runtime float32, {window.Steps} steps a call", Open(window, folder), window.Steps)
            : row;
    }

    private static OrtStep Open(OrtCall call, string folder) => new(File.ReadAllBytes(Path.Combine(folder, call.Onnx)), call.Inputs);
}
