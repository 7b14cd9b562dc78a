using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using EdgeSeq.Fleet.Messages;
using EdgeSeq.FleetDemo;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.FleetTrials.Load;

/// <summary>A hash of each output that came, by stream and sequence number.</summary>
internal sealed class OutputLedger(int streams)
{
    private readonly List<ulong>[] _hashes = [.. Enumerable.Range(0, streams).Select(_ => new List<ulong>())];
    private readonly Lock _lock = new();

    /// <summary>Outputs, each counted once.</summary>
    public long Count { get; private set; }

    /// <summary>Outputs that came again.</summary>
    public long Repeated { get; private set; }

    /// <summary>Outputs that came again with other bits.</summary>
    public long Contradictions { get; private set; }

    public bool Has(int stream, long sequence)
    {
        lock (_lock)
            return sequence < _hashes[stream].Count && _hashes[stream][(int)sequence] != 0;
    }

    public void Add(ReadOnlySpan<byte> message)
    {
        lock (_lock)
        {
            var reader = OutputBatch.Read(message);
            while (reader.Next(out var block))
            {
                var stream = int.Parse(block.Stream[^5..], System.Globalization.CultureInfo.InvariantCulture);
                for (var i = 0; i < block.Count; i++)
                    Add(_hashes[stream], (int)block.Sequence(i), XxHash64.HashToUInt64(block.Values(i)) | 1);
            }
        }
    }

    /// <summary>Compares with what each stream gives alone.</summary>
    /// <returns>Outputs that are missing, and such with other bits.</returns>
    public (long Missing, long Different) Compare(Model model, SensorPool sensors, long samples)
    {
        var missing = 0L;
        var different = 0L;
        Parallel.For(0, _hashes.Length, stream =>
        {
            using var session = model.CreateSession();
            var sample = new float[SensorPool.Channels];
            var scores = new float[model.Outputs[0].Length];
            for (var i = 0; i < samples; i++)
            {
                sensors.Read(stream, i, sample);
                if (!session.Step(sample, scores))
                    continue;
                var hash = XxHash64.HashToUInt64(MemoryMarshal.AsBytes(scores.AsSpan())) | 1;
                if (i >= _hashes[stream].Count || _hashes[stream][i] == 0)
                    Interlocked.Increment(ref missing);
                else if (_hashes[stream][i] != hash)
                    Interlocked.Increment(ref different);
            }
        });
        return (missing, different);
    }

    public static byte[] NameOf(int stream) => Encoding.UTF8.GetBytes($"sensor-{stream:D5}");

    private void Add(List<ulong> hashes, int sequence, ulong hash)
    {
        if (sequence >= hashes.Count)
            CollectionsMarshal.SetCount(hashes, sequence + 1);
        if (hashes[sequence] == 0)
        {
            hashes[sequence] = hash;
            Count++;
            return;
        }

        Repeated++;
        if (hashes[sequence] != hash)
            Contradictions++;
    }
}
