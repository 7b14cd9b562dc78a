using EdgeSeq.Models.Folders;
using EdgeSeq.Models.References;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx.Reading;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Verification;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Models.Trials;

/// <summary>A model without references: noise, against ONNX Runtime on the file after every prefix.</summary>
internal static class RandomTrial
{
    private const double FloatTolerance = 1e-4;

    private const int Recordings = 4, Ticks = 4;

    /// <summary>Steps of a recording and how many ids there are: more steps where the model takes none so short, truth values where it
    /// takes no ids (positions that it counts would leave its table).</summary>
    private static readonly (int Steps, int Ids)[] Tried = [(48, 8), (48, 2), (480, 8), (4800, 8), (8, 2)];

    public static TrialResult Run(ModelFile model, ConversionResult conversion, ConvertOptions options, TrialResult result, bool floatOnly)
    {
        using var folder = new CalibrationFolder();
        using var program = Model.Load(conversion.Program, model.Name);
        if (program.Inputs.Count == 0)
            return result with { Verdict = Verdicts.NoReference, Note = "it has no inputs" };

        var path = folder.PathOf("program.eseq");
        File.WriteAllBytes(path, conversion.Program);
        var (data, report) = Verified(model, path, folder, program,
            conversion.Mode == "step" ? null : LengthOf(model, options));
        var error = report.Outputs.Max(output => output.F32.MaxError);
        result = result with
        {
            FloatError = error,
            Verdict = report.Outputs.All(output => output.F32.Compared == 0) ? Verdicts.NoReference
            : error <= FloatTolerance ? Verdicts.Ok : Verdicts.Float,
        };
        if (floatOnly)
            return result;

        var int8 = Converter.Convert(model.Path, options with { Precision = ConvertPrecision.Int8, Calibrate = data });
        File.WriteAllBytes(path, int8.Program);
        var quantised = Verifier.Verify(model.Path, path, new VerifyOptions { Data = data });
        return result with { Int8Sqnr = quantised.Outputs.Min(output => output.Error.SqnrDb), Bytes = int8.Program.Length };
    }

    private static (RecordingSet Data, VerifyReport Report) Verified(ModelFile model, string path, CalibrationFolder folder, Model program,
        int? window)
    {
        for (var i = 0; ; i++)
        {
            var data = folder.Store(Noise(program, window, Tried[i].Steps, Tried[i].Ids), program.Inputs)!;
            try
            {
                return (data, Verifier.Verify(model.Path, path, new VerifyOptions { Data = data }));
            }
            catch (EdgeSeqException tooShort) when (tooShort.Code == ErrorCodes.OnnxRuntimeFails && i < Tried.Length - 1)
            {
            }
        }
    }

    /// <summary>The only length that the file takes, or enough of its windows.</summary>
    private static int? LengthOf(ModelFile model, ConvertOptions options) => options.Window ?? OnnxModel.Load(model.Path).Graph.Inputs
        .SelectMany(input => input.Dims ?? []).Where(dim => dim.Size > 1).Select(dim => (int?)dim.Size).Max();

    private static IEnumerable<Pass> Noise(Model program, int? window, int least, int ids)
    {
        var random = new Random(1);
        // Enough for some outputs of a program that gives few.
        var outputs = program.Program.Clocks.Max(clock => clock.Offset + (Ticks * clock.Rate)) / (program.Program.InputRate ?? 1);
        var steps = (int)Math.Min(Math.Max(Math.Max(least, outputs), 2 * window ?? 0), program.MaxSteps ?? int.MaxValue);
        return [.. Enumerable.Range(0, Recordings).Select(_ => new Pass(
            program.Inputs.ToDictionary(input => input.Name, input => Values(input, steps, ids, random)), steps, []))];
    }

    private static float[] Values(InputInfo input, int steps, int ids, Random random) =>
        [.. Enumerable.Range(0, steps * input.Length)
            .Select(_ => input.Type == ElementType.I64 ? random.Next(ids) : random.NextSingle() * 2 - 1)];
}
