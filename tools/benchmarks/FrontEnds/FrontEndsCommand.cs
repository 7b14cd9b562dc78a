using System.Globalization;
using EdgeSeq.Benchmarks.Ort;
using EdgeSeq.Benchmarks.Paired;
using EdgeSeq.Benchmarks.Programs;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Timing;

namespace EdgeSeq.Benchmarks.FrontEnds;

/// <summary><c>front-ends [--only TEXT] [--rounds N] [--core N]</c>: a step of 10 ms of audio to features, beside ONNX Runtime on the same
/// one-step graph and NWaves, a library in C#, with the same settings.</summary>
internal static class FrontEndsCommand
{
    private static readonly (string Name, string Call, Func<NWavesStep>? Library)[] Cases =
    [
        ("log-mel, 40 bands", "log-mel(library=librosa, n_fft=512, hop=160, win=400, mels=40, center=false)", () => NWavesStep.LogMel(40)),
        ("log-mel, 80 bands", "log-mel(library=librosa, n_fft=512, hop=160, win=400, mels=80, center=false)", () => NWavesStep.LogMel(80)),
        ("mfcc, 13 of 40 bands", "mfcc(library=librosa, n_fft=512, hop=160, win=400, mels=40, coefficients=13, center=false)",
            NWavesStep.Mfcc),
        ("whisper", "whisper", null),
        ("kaldi-fbank80", "kaldi-fbank80", null),
    ];

    public static int Run(string[] args)
    {
        var only = PairedCommand.Option(args, "--only") ?? "";
        var runner = new PairedRunner(int.Parse(PairedCommand.Option(args, "--rounds") ?? "301", CultureInfo.InvariantCulture));
        PairedCommand.PinTo(PairedCommand.Option(args, "--core"));
        foreach (var line in SubjectTable.Header)
            Console.WriteLine(line);
        foreach (var (name, call, library) in Cases.Where(each => each.Name.Contains(only, StringComparison.Ordinal)))
        {
            using var row = RowOf(name, call, library?.Invoke());
            foreach (var line in SubjectTable.Lines(row, runner.Measure(row)))
                Console.WriteLine(line);
        }

        return 0;
    }

    private static Row RowOf(string name, string call, NWavesStep? library)
    {
        var converted = Converter.ConvertFrontEnd(new ConvertOptions { FrontEnd = call, Chunk = 160, Precision = ConvertPrecision.F32 });
        var program = new ProgramStep(converted.Program, name);
        var weights = new AlignedBlock((int)program.WeightBytes);
        var subjects = new List<Subject> { new($"EdgeSeq, {program.Isa}", program.Step) };
        if (library is not null)
            subjects.Add(new("NWaves", library.Step));
        return new Row(name, weights, subjects).Owns(weights).Owns(program)
            .With("ONNX Runtime (--emit-onnx)", new OrtStep(converted.ToStepModel(name)));
    }
}
