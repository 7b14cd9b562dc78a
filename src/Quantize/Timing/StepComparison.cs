using System.Diagnostics;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace EdgeSeq.Quantize.Timing;

/// <summary>
/// A program, the float program of the same model and ONNX Runtime, timed in turns on this machine. ONNX Runtime computes the step that
/// the converter derived, its states bound in place, on one thread, once for each output; so it does the same work on the same terms.
/// </summary>
public sealed class StepComparison
{
    private const int Rounds = 41;
    private const int WarmUpCalls = 50;
    private const double RoundNanoseconds = 4e6;

    private StepComparison(Model program, IReadOnlyList<StepTiming> timings)
    {
        Isa = program.Isa;
        OnnxRuntimeVersion = OrtEnv.Instance().GetVersionString();
        StepsPerOutput = StepsOf(program);
        Timings = timings;
    }

    /// <summary>The program first.</summary>
    public IReadOnlyList<StepTiming> Timings { get; }

    /// <summary>Kernels of the program.</summary>
    public string Isa { get; }

    public string OnnxRuntimeVersion { get; }

    /// <summary>Steps from one output to the next; times are of so many.</summary>
    public int StepsPerOutput { get; }

    /// <param name="onnxPath">The model.</param>
    /// <param name="programPath">A program that was made from it.</param>
    /// <exception cref="EdgeSeqException">What is wrong with the files; ES0410 where a step op has no ONNX form,
    /// ES0704 where a step gives several elements.</exception>
    public static StepComparison Run(string onnxPath, string programPath, IProgress<string>? progress = null)
    {
        using var program = Model.LoadSingleStep(programPath);
        if (program.InputRate > 1)
        {
            throw new EdgeSeqException(ErrorCodes.OptionInvalid,
                $"{programPath} gives several elements a step, and a step of them all has no ONNX form to compare it with",
                "edgeseq bench times the program alone");
        }

        progress?.Report("deriving the step graph");
        var conversion = Converter.Convert(onnxPath, RecordedOptions.Read(program.Program.Provenance.Options));
        using var f32 = Model.LoadSingleStep(conversion.Program, "f32 program");
        using var ort = OrtStep.WithStates(conversion.ToStepModel("step"));
        using var session = program.CreateSession();
        using var f32Session = f32.CreateSession();
        (string Name, Action Call)[] subjects =
        [
            ($"EdgeSeq, {program.Program.Provenance.Precision}", () => Advance(program, session)),
            ("EdgeSeq, float32", () => Advance(f32, f32Session)),
            ("ONNX Runtime, float32", ort.Step),
        ];
        Fill(program, session);
        Fill(f32, f32Session);
        return new StepComparison(program, Time(subjects, progress));
    }

    private static StepTiming[] Time((string Name, Action Call)[] subjects, IProgress<string>? progress)
    {
        var calls = subjects.Select(subject => CallsOf(subject.Call)).ToArray();
        var times = subjects.Select(_ => new double[Rounds]).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            progress?.Report($"round {round + 1} of {Rounds}");
            for (var i = 0; i < subjects.Length; i++)
            {
                var begin = Stopwatch.GetTimestamp();
                for (var call = 0; call < calls[i]; call++)
                    subjects[i].Call();
                times[i][round] = Stopwatch.GetElapsedTime(begin).TotalNanoseconds / calls[i];
            }
        }

        return [.. subjects.Select((subject, i) => new StepTiming(subject.Name, Median(times[i]),
            Median([.. times[i].Zip(times[0], (time, first) => time / first)])))];
    }

    /// <summary>Warms up, and says how many calls fill a round.</summary>
    private static int CallsOf(Action call)
    {
        for (var i = 0; i < WarmUpCalls; i++)
            call();
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; i < WarmUpCalls; i++)
            call();
        return (int)Math.Clamp(RoundNanoseconds * WarmUpCalls / Stopwatch.GetElapsedTime(begin).TotalNanoseconds, 1, 100_000);
    }

    private static void Advance(Model model, Session session)
    {
        for (var i = StepsOf(model); i > 0; i--)
        {
            if (session.StepCount == model.MaxSteps)
                session.Reset();
            session.Step();
        }
    }

    private static int StepsOf(Model model) => model.Outputs.Min(output => output.Rate);

    private static void Fill(Model model, Session session)
    {
        for (var input = 0; input < model.Inputs.Count; input++)
        {
            if (model.Inputs[input].Type == ElementType.F32)
                RepeatableValues.Of(model.Inputs[input].Length).CopyTo(session.Input(input));
        }
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
