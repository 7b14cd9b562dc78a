using System.Globalization;
using EdgeSeq.Benchmarks.Paired;
using EdgeSeq.Benchmarks.Programs;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Conversion.Chains;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Timing;

namespace EdgeSeq.Benchmarks.FrontEnds;

/// <summary><c>chains FOLDER [--rounds N] [--core N]</c>: the chains of examples/chains on the models below FOLDER, beside ONNX Runtime
/// that calls each model as the published procedure does; what stands between the models costs it nothing here. The int8 programs are
/// calibrated on speech.</summary>
internal static class ChainsCommand
{
    private static readonly (string File, string Recording, OrtCall[] Calls)[] Cases =
    [
        ("dtln", "real/noisy_speech_16k.wav",
        [
            OrtCall.Step("real/dtln_1.onnx", ("input_2", OrtCall.Floats(1, 1, 257)), ("input_3", OrtCall.Floats(1, 2, 128, 2))),
            OrtCall.Step("chains/dtln_2.onnx", ("input_4", OrtCall.Floats(1, 1, 512)), ("input_5", OrtCall.Floats(1, 2, 128, 2))),
        ]),
        ("wake", "real/speech_16k.wav",
        [
            OrtCall.Step("chains/wake_melspectrogram.onnx", ("input", OrtCall.Floats(1, 1760))),
            OrtCall.Step("chains/wake_embedding.onnx", ("input_1", OrtCall.Floats(1, 76, 32, 1))),
            OrtCall.Step("real/wakeword_hello_deepa.onnx", ("onnx::Flatten_0", OrtCall.Floats(1, 25, 96))),
        ]),
    ];

    public static int Run(string[] args)
    {
        if (args is not [var folder, .. var options] || !Directory.Exists(folder))
        {
            Console.Error.WriteLine("chains FOLDER [--rounds N] [--core N]: FOLDER holds chains/ and real/, for example ../shared");
            return 1;
        }

        var runner = new PairedRunner(int.Parse(PairedCommand.Option(options, "--rounds") ?? "101", CultureInfo.InvariantCulture));
        PairedCommand.PinTo(PairedCommand.Option(options, "--core"));
        foreach (var line in SubjectTable.Header)
            Console.WriteLine(line);
        foreach (var (file, recording, calls) in Cases)
        {
            using var row = RowOf(file, new RecordingSet($"wav:{Path.Combine(folder, recording)}"), calls, folder);
            foreach (var line in SubjectTable.Lines(row, runner.Measure(row)))
                Console.WriteLine(line);
        }

        return 0;
    }

    private static Row RowOf(string name, RecordingSet recording, OrtCall[] calls, string folder)
    {
        var chain = ChainFile.Read($"examples/chains/{name}.json", folder);
        var real = new ProgramStep(Converted(ConvertPrecision.F32), name);
        var int8 = new ProgramStep(Converted(ConvertPrecision.Int8), name);
        var weights = new AlignedBlock((int)int8.WeightBytes);
        var models = calls.Select(call => new OrtStep(File.ReadAllBytes(Path.Combine(folder, call.Onnx)), call.Inputs)).ToArray();
        var row = new Row(name, weights,
        [
            new($"EdgeSeq float32, {real.Isa}", real.Step), new($"EdgeSeq int8, {int8.Isa}", int8.Step),
            new("ONNX Runtime float32, a call a model", () => Array.ForEach(models, model => model.Step())),
        ]).Owns(weights).Owns(real).Owns(int8);
        return models.Aggregate(row, (all, model) => all.Owns(model));

        byte[] Converted(ConvertPrecision precision) =>
            ChainConverter.Convert(chain, new ConvertOptions
            {
                Precision = precision,
                Calibrate = precision == ConvertPrecision.Int8 ? recording : null,
            }).Program;
    }
}
