using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Ops;

/// <summary>A program's verified ops in order, each with its clock.</summary>
internal sealed class Schedule
{
    private Schedule(StepOp[] ops, int[] clocks, StateWrite[][] writes, StateWrite[] stateWrites, int scratchBytes, int groupScratchBytes,
        int keptBytes)
    {
        WritesOf = writes;
        StateWrites = stateWrites;
        KeptBytes = keptBytes;
        Ops = ops;
        Clocks = clocks;
        ScratchBytes = scratchBytes;
        GroupScratchBytes = groupScratchBytes;
    }

    public StepOp[] Ops { get; }

    /// <summary>The clock of each op.</summary>
    public int[] Clocks { get; }

    /// <summary>States that ops write in whole, by their place.</summary>
    public StateWrite[] StateWrites { get; }

    /// <summary>Those of each op.</summary>
    public StateWrite[][] WritesOf { get; }

    /// <summary>Bytes that the ops keep in each session.</summary>
    public int KeptBytes { get; }

    /// <summary>Bytes of the scratch memory that all ops share.</summary>
    public int ScratchBytes { get; }

    /// <summary>Bytes of the scratch memory that all ops share when sessions step together.</summary>
    public int GroupScratchBytes { get; }

    /// <exception cref="Errors.EdgeSeqException">ES0111, ES0112.</exception>
    public static Schedule Create(string file, ProgramSpec program, LoadedValue[] values, IReadOnlyList<InitialContent> initials)
    {
        var infinite = InfiniteValues.Find(program, values, initials);
        var ops = new StepOp[program.Ops.Length];
        var scratchBytes = 0;
        var groupScratchBytes = 0;
        var keptBytes = 0;
        var writes = new StateWrite[ops.Length][];
        var stateWrites = new List<StateWrite>();
        var channelsLast = ChannelsLast.Find(file, program, values);
        for (var i = 0; i < ops.Length; i++)
        {
            var reader = new OpReader(file, program, values, program.Ops[i], keptBytes, channelsLast, infinite);
            ops[i] = OpRegistry.Create(reader);
            keptBytes = reader.KeptBytes;
            writes[i] = [.. reader.StateWrites];
            stateWrites.AddRange(writes[i]);
            scratchBytes = Math.Max(scratchBytes, reader.ScratchBytes);
            groupScratchBytes = Math.Max(groupScratchBytes, reader.GroupScratchBytes);
        }

        return new Schedule(ops, [.. program.Ops.Select(op => op.Clock)], writes, StateWrite.Merge(stateWrites), scratchBytes,
            groupScratchBytes, keptBytes);
    }
}
