using EdgeSeq.Tool.Bench;

namespace EdgeSeq.Benchmarks.Paired;

/// <summary>Reads a block once in one of the ways of <see cref="WideReads"/>.</summary>
internal sealed unsafe class ReadFloor(AlignedBlock data, bool fetchAhead)
{
    private long _sink;

    public void Read() => _sink ^= WideReads.Read(data.Address, data.ReadableLength, fetchAhead);
}
