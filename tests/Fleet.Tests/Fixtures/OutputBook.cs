using System.Runtime.InteropServices;
using System.Text;
using EdgeSeq.Fleet.Messages;

namespace EdgeSeq.Fleet.Tests.Fixtures;

/// <summary>Outputs of streams by their sequence numbers. One that comes again must have the same bits.</summary>
internal sealed class OutputBook
{
    private readonly Dictionary<(string Stream, long Sequence), float[]> _outputs = [];

    public int Count => _outputs.Count;

    /// <summary>Outputs that came more than once.</summary>
    public int Repeated { get; private set; }

    /// <summary>Outputs that came again with other bits.</summary>
    public int Contradictions { get; private set; }

    public void Add(ReadOnlySpan<byte> message)
    {
        var reader = OutputBatch.Read(message);
        while (reader.Next(out var block))
        {
            for (var i = 0; i < block.Count; i++)
                Add(Encoding.UTF8.GetString(block.Stream), block.Sequence(i), MemoryMarshal.Cast<byte, float>(block.Values(i)).ToArray());
        }
    }

    public float[]? Find(int stream, long sequence) => _outputs.GetValueOrDefault(($"stream-{stream}", sequence));

    /// <summary>The outputs of a stream in their order.</summary>
    public float[][] Of(int stream) => [.. _outputs.Where(each => each.Key.Stream == $"stream-{stream}")
        .OrderBy(each => each.Key.Sequence).Select(each => each.Value)];

    private void Add(string stream, long sequence, float[] values)
    {
        if (_outputs.TryAdd((stream, sequence), values))
            return;
        Repeated++;
        if (!_outputs[(stream, sequence)].AsSpan().SequenceEqual(values))
            Contradictions++;
    }
}
