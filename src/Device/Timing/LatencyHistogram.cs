using System.Numerics;

namespace EdgeSeq.Device.Timing;

/// <summary>Times in nanoseconds in fixed memory: exact up to 256, then 128 buckets an octave, so that a percentile is at most 0.8 % too
/// high.</summary>
public sealed class LatencyHistogram
{
    private const int BucketBits = 7;
    private const int BucketsPerOctave = 1 << BucketBits;
    private const int Octaves = 64 - BucketBits + 1;

    private readonly long[] _counts = new long[Octaves * BucketsPerOctave];

    public long Count { get; private set; }

    public long Max { get; private set; }

    /// <summary>All times together.</summary>
    public long Sum { get; private set; }

    public void Add(long nanoseconds)
    {
        nanoseconds = Math.Max(0, nanoseconds);
        _counts[Bucket(nanoseconds)]++;
        Count++;
        Sum += nanoseconds;
        Max = Math.Max(Max, nanoseconds);
    }

    /// <summary>The time that this share (0 to 1) of all times does not exceed; 0 when there are none.</summary>
    public long Percentile(double share)
    {
        var rank = (long)Math.Ceiling(share * Count);
        long seen = 0;
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= rank && seen > 0)
                return Math.Min(Max, UpperEnd(bucket));
        }

        return 0;
    }

    /// <summary>How many times were longer than this, to the width of a bucket.</summary>
    public long CountAbove(long nanoseconds)
    {
        long count = 0;
        for (var bucket = Bucket(nanoseconds) + 1; bucket < _counts.Length; bucket++)
            count += _counts[bucket];
        return count;
    }

    /// <summary>How many times are at most this long, to the width of a bucket.</summary>
    public long CountUpTo(long nanoseconds)
    {
        long count = 0;
        for (var bucket = 0; bucket < _counts.Length && UpperEnd(bucket) <= nanoseconds; bucket++)
            count += _counts[bucket];
        return count;
    }

    public void Clear()
    {
        Array.Clear(_counts);
        Count = 0;
        Max = 0;
        Sum = 0;
    }

    private static int Bucket(long nanoseconds)
    {
        var octave = Math.Max(0, BitOperations.Log2((ulong)nanoseconds) - BucketBits);
        return octave * BucketsPerOctave + (int)(nanoseconds >> octave);
    }

    private static long UpperEnd(int bucket)
    {
        var octave = Math.Max(0, bucket / BucketsPerOctave - 1);
        return ((long)(bucket - octave * BucketsPerOctave) << octave) + (1L << octave) - 1;
    }
}
