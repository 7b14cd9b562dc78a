using EdgeSeq.Quantize.Int8;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Runtime.Definitions.Ops;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Verification;

/// <summary>Runs a program and its f32 form side by side and compares the output of every node; of int8 matrices, also gathers what they
/// multiply.</summary>
internal static class NodeComparison
{
    /// <summary>Enough for a stable figure; comparing inner values costs more than running.</summary>
    public const int MaxSteps = 4096;

    /// <returns>Every node that multiplies by weights, keys or values, looks up a table or normalises; empty where the programs do not
    /// have the same nodes.</returns>
    public static IReadOnlyList<VerifiedNode> Run(ReadOnlyMemory<byte> program, ReadOnlyMemory<byte> f32, RecordingSet recordings)
    {
        var spec = ProbedProgram.SpecOf(program, "program");
        var f32Spec = ProbedProgram.SpecOf(f32, "f32 program");
        int[] ops = [.. Enumerable.Range(0, spec.Ops.Length).Where(i => !Equalization.Divides(spec.Ops[i].Name))];
        if (!ops.Select(i => (spec.Ops[i].Op, spec.Ops[i].Name)).SequenceEqual(f32Spec.Ops.Select(op => (op.Op, op.Name))))
            return [];

        var taps = ops
            .Select((op, f32Op) => new Tap(spec.Ops[op], Result(spec, op), Result(f32Spec, f32Op), spec.Clocks[spec.Ops[op].Clock],
            MatrixInput.Of(spec.Ops[op], spec.Values)))
            .Where(tap => tap.Value >= 0).ToArray();
        using var probed = ProbedProgram.Of(program, "program",
            [.. taps.SelectMany(tap => tap.Inputs.Select(input => input.Value).Prepend(tap.Value))]);
        using var probedF32 = ProbedProgram.Of(f32, "f32 program", [.. taps.Select(tap => tap.F32Value)]);
        Replay(probed, probedF32, recordings, taps);
        var codes = new CodeCounts(program);
        return [.. taps.Where(tap => OpCost.Macs(tap.Op) > 0 || OpCost.Precision(tap.Op, spec.Values) is not null)
            .Select(tap => new VerifiedNode
        {
            Name = tap.Op.Name,
            Op = tap.Op.Op,
            Precision = OpCost.Precision(tap.Op, spec.Values),
            Macs = OpCost.Macs(tap.Op),
            SqnrDb = tap.Error.SqnrDb,
            CodeCounts = codes.Of(tap.Op),
            Inputs = tap.Inputs,
        })];
    }

    private static void Replay(ProbedProgram program, ProbedProgram f32, RecordingSet recordings, Tap[] taps)
    {
        using var session = program.Model.CreateSession();
        using var f32Session = f32.Model.CreateSession();
        using var source = recordings.Open(program.Model);
        foreach (var recording in Recording.ReadAll(source, program.Model.Inputs, MaxSteps))
        {
            session.Reset();
            f32Session.Reset();
            for (var step = 0; step < recording.Steps * program.Model.InputRate; step++)
            {
                recording.Fill(session, step / program.Model.InputRate);
                recording.Fill(f32Session, step / program.Model.InputRate);
                session.Step();
                f32Session.Step();
                foreach (var tap in taps.Where(tap => tap.Ticks(step)))
                {
                    tap.Error.Add(program.Read(session, tap.Value), f32.Read(f32Session, tap.F32Value));
                    foreach (var input in tap.Inputs)
                        input.Values.Add(program.Read(session, input.Value));
                }
            }
        }
    }

    /// <summary>The value by which an op is judged: its first float output.</summary>
    private static int Result(ProgramSpec spec, int op) =>
        spec.Ops[op].Out.Where(value => value >= 0 && spec.Values[value].Type == ElementType.F32).Append(-1).First();

    private sealed record Tap(OpSpec Op, int Value, int F32Value, ClockSpec Clock, IReadOnlyList<MatrixInput> Inputs)
    {
        public OutputError Error { get; } = new();

        public bool Ticks(long step) => step >= Clock.Offset && (step - Clock.Offset) % Clock.Rate == 0;
    }
}
