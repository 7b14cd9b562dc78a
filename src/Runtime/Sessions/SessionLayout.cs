using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Ops;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Sessions;

/// <summary>Where the parts of a session's one block of memory lie: state, arena, the ops' scratch, what is kept to undo a step, the
/// inputs as the caller fills them, and the last good inputs.</summary>
internal sealed class SessionLayout
{
    private SessionLayout(long arena, long scratch, long kept, long keptStates, InputSlot[] inputs, long inputBytes, long goodInputs,
        long[] outputs, long bytes)
    {
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

    public long Bytes { get; }

    /// <param name="steps">Steps in one call.</param>
    /// <exception cref="EdgeSeqException">ES0114.</exception>
    public static SessionLayout Create(string file, ProgramSpec program, LoadedValue[] values, Schedule schedule, int steps,
        long memoryLimit)
    {
        // No overflow: state and arena are below the limit by now, the other terms below 2^31 × the number of inputs.
        var arena = program.StateBytes;
        var scratch = arena + program.ArenaBytes;
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

        if (bytes > memoryLimit)
        {
            throw new EdgeSeqException(
                ErrorCodes.MemoryTooLarge, $"{file}: a session needs {bytes} bytes, the limit is {memoryLimit}",
                "raise the limit if the file is trusted");
        }

        return new SessionLayout(arena, scratch, kept, keptStates, inputs, end - firstInput, end, outputs, bytes);
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
