using System.Buffers;
using EdgeSeq.Device.Decisions;

namespace EdgeSeq.Fleet.Engine;

/// <summary>One stream of a shard, beside its session.</summary>
internal sealed class StreamSlot
{
    // Changed in place, at every sample.
    public StreamCounters Counters;
    public SequenceWindow Window = SequenceWindow.New;

    /// <summary>The blocks that wait, as indices: first, and last; -1 for none.</summary>
    public int FirstRun = -1;
    public int LastRun = -1;

    /// <summary>Steps that the session had held before the sample that it takes now; its count starts anew in a new session.</summary>
    public long HeldBefore;

    /// <param name="utf8">The stream's name.</param>
    /// <param name="outputs">Outputs of the program.</param>
    public StreamSlot(string name, byte[] utf8, int outputs, DecisionEngine? decisions)
    {
        Name = name;
        Utf8 = utf8;
        Decisions = decisions;
        Records = [.. Enumerable.Range(0, outputs).Select(_ => new ArrayBufferWriter<byte>())];
        RecordCounts = new int[outputs];
    }

    public string Name { get; }

    public byte[] Utf8 { get; }

    public DecisionEngine? Decisions { get; }

    /// <summary>Records of each output since the last flush.</summary>
    public ArrayBufferWriter<byte>[] Records { get; }

    public int[] RecordCounts { get; }

    public string? LastEvent { get; set; }

    /// <summary>Time stamp of the last sample, in microseconds since 1970 (UTC).</summary>
    public long LastTime { get; set; }

    /// <summary>The stream ended at a fault and takes nothing until it is reset.</summary>
    public bool HasStopped { get; set; }
}
