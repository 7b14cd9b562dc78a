using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Sessions;

/// <summary>Where the parts of a session's one block of memory lie: state, arena, the ops' scratch, the inputs as the caller fills
/// them, and the last good inputs.</summary>
internal sealed class SessionLayout
{
    private SessionLayout(long arena, long scratch, long[] inputs, long inputBytes, long bytes)
    {
        Arena = arena;
        Scratch = scratch;
        Inputs = inputs;
        InputBytes = inputBytes;
        Bytes = bytes;
    }

    public long Arena { get; }

    public long Scratch { get; }

    /// <summary>Start of each input as the caller fills it; its last good content lies <see cref="InputBytes"/> further.</summary>
    public long[] Inputs { get; }

    /// <summary>Bytes of all inputs together.</summary>
    public long InputBytes { get; }

    public long Bytes { get; }

    /// <exception cref="EdgeSeqException">ES0114.</exception>
    public static SessionLayout Create(string file, ProgramSpec program, LoadedValue[] values, int scratchBytes, long memoryLimit)
    {
        // No overflow: state and arena are below the limit by now, the other terms below 2^31 × the number of inputs.
        var arena = program.StateBytes;
        var scratch = arena + program.ArenaBytes;
        var firstInput = scratch + Align(scratchBytes);
        var inputs = new long[program.Inputs.Length];
        var end = firstInput;
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = end;
            end += Align(values[program.Inputs[i].Value].Bytes);
        }

        var bytes = end + end - firstInput;
        if (bytes > memoryLimit)
        {
            throw new EdgeSeqException(
                ErrorCodes.MemoryTooLarge, $"{file}: a session needs {bytes} bytes, the limit is {memoryLimit}", "raise the limit if the file is trusted");
        }

        return new SessionLayout(arena, scratch, inputs, end - firstInput, bytes);
    }

    private static long Align(long bytes) => (bytes + ProgramSpec.Alignment - 1) / ProgramSpec.Alignment * ProgramSpec.Alignment;
}
