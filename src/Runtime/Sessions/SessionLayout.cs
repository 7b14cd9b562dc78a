using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Ops;
using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Sessions;

/// <summary>Where the parts of a session's one block of memory lie: state, arena, the ops' scratch, what is kept to undo a step, the
/// inputs as the caller fills them, and the last good inputs.</summary>
internal sealed class SessionLayout
{
    private SessionLayout(long arena, long scratch, long kept, long keptStates, InputSlot[] inputs, long inputBytes, long goodInputs,
        long[] outputs, int sideBySide, int[] runs, long stateBefore, long groupScratch, long bytes)
    {
        SideBySide = sideBySide;
        Runs = runs;
        StateBefore = stateBefore;
        GroupScratch = groupScratch;
        Arena = arena;
        Scratch = scratch;
        Kept = kept;
        KeptStates = keptStates;
        Inputs = inputs;
        InputBytes = inputBytes;
        GoodInputs = goodInputs;
        Outputs = outputs;
        Bytes = bytes;
    }

    public long Arena { get; }

    public long Scratch { get; }

    /// <summary>What ops keep of their own; the byte before says that a step must be undone.</summary>
    public long Kept { get; }

    /// <summary>The states as the last good step left them.</summary>
    public long KeptStates { get; }

    /// <summary>The inputs as the caller fills them; an input's last good content lies <see cref="InputBytes"/> further.</summary>
    public InputSlot[] Inputs { get; }

    /// <summary>Bytes of all inputs together.</summary>
    public long InputBytes { get; }

    /// <summary>Where the last good inputs begin.</summary>
    public long GoodInputs { get; }

    /// <summary>Where the outputs of a call are gathered; empty where it is one step.</summary>
    public long[] Outputs { get; }

    /// <summary>Steps of a call that are done side by side, each in an arena of its own; 1 where they are done one by one.</summary>
    public int SideBySide { get; }

    /// <summary>Of <see cref="OpRuns"/>.</summary>
    public int[] Runs { get; }

    /// <summary>Where the state is kept as it was before the steps that are done side by side.</summary>
    public long StateBefore { get; }

    /// <summary>Scratch of the ops for these steps together.</summary>
    public long GroupScratch { get; }

    public long Bytes { get; }

    /// <param name="steps">Steps in one call.</param>
    /// <exception cref="EdgeSeqException">ES0114.</exception>
    public static SessionLayout Create(string file, ProgramSpec program, LoadedValue[] values, Schedule schedule, int steps,
        long memoryLimit)
    {
        // No overflow: state and arena are below the limit by now, the other terms below 2^31 × the number of inputs.
        var sideBySide = Math.Min(steps, GroupFrame.MaxMembers);
        var runs = steps > 1 ? OpRuns.Find(program, schedule.Ops, sideBySide) : [];
        if (runs.Length == 0)
            sideBySide = 1;
        var arena = program.StateBytes;
        var scratch = arena + (program.ArenaBytes * sideBySide);
        var kept = scratch + Align(schedule.ScratchBytes) + ProgramSpec.Alignment;
        var keptStates = kept + Align(schedule.KeptBytes);
        var firstInput = keptStates + Align(StateKeeper.BytesOf(schedule.StateWrites));
        var inputs = new InputSlot[program.Inputs.Length];
        var end = firstInput;
        var elements = Math.Max(1, steps / (program.InputRate ?? 1));
        for (var i = 0; i < inputs.Length; i++)
        {
            var value = values[program.Inputs[i].Value];
            inputs[i] = new InputSlot(end, elements * value.Bytes, value.Bytes, (int)Math.Min(int.MaxValue, (long)elements * value.Length),
                program.Inputs[i].Type == ElementType.F32, program.Inputs[i].Value);
            end += Align(elements * value.Bytes);
        }

        var bytes = end + end - firstInput;
        var outputs = new long[steps > 1 ? program.Outputs.Length : 0];
        for (var i = 0; i < outputs.Length; i++)
        {
            outputs[i] = bytes;
            bytes += Align(values[program.Outputs[i].Value].Bytes * OutputsOf(program, program.Outputs[i], steps));
        }

        var stateBefore = bytes;
        var groupScratch = stateBefore + (sideBySide > 1 ? program.StateBytes : 0);
        bytes = groupScratch + (sideBySide > 1 ? schedule.GroupScratchBytes : 0);
        if (bytes > memoryLimit)
        {
            throw new EdgeSeqException(
                ErrorCodes.MemoryTooLarge, $"{file}: a session needs {bytes} bytes, the limit is {memoryLimit}",
                "raise the limit if the file is trusted");
        }

        return new SessionLayout(arena, scratch, kept, keptStates, inputs, end - firstInput, end, outputs, sideBySide, runs, stateBefore,
            groupScratch, bytes);
    }

    /// <summary>Elements of an output that a call gives: of a latest value the last one only.</summary>
    public static int OutputsOf(ProgramSpec program, OutputSpec output, int steps) =>
        output.Kind == "stream" ? Math.Max(1, steps / program.Clocks[output.Clock].Rate) : 1;

    private static long Align(long bytes) => (bytes + ProgramSpec.Alignment - 1) / ProgramSpec.Alignment * ProgramSpec.Alignment;

    /// <summary>An input's place in the block, and the value that it becomes.</summary>
    /// <param name="Bytes">Of all elements of a call.</param>
    /// <param name="StepBytes">Of one.</param>
    internal readonly record struct InputSlot(long Offset, long Bytes, long StepBytes, int Length, bool IsFloat, int Value);
}
