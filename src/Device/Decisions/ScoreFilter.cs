using System.Numerics.Tensors;

namespace EdgeSeq.Device.Decisions;

/// <summary>Smooths the scores of all classes of an output in place. What it carries from output to output is in <see cref="Memory"/> and
/// <see cref="Count"/>, for snapshots.</summary>
internal abstract class ScoreFilter(int memory)
{
    /// <summary>Scores of the past.</summary>
    public float[] Memory { get; } = new float[memory];

    /// <summary>Outputs seen since the start of the stream.</summary>
    public long Count { get; set; }

    public static ScoreFilter Of(Smoothing smoothing, int classes, int length, float share) => smoothing switch
    {
        Smoothing.Mean => new MeanFilter(classes, length),
        Smoothing.Exponential => new ExponentialFilter(classes, share),
        Smoothing.Majority => new MajorityFilter(classes, length),
        _ => new NoFilter(),
    };

    public void Apply(Span<float> scores)
    {
        Smooth(scores);
        Count++;
    }

    public void Reset()
    {
        Array.Clear(Memory);
        Count = 0;
    }

    protected abstract void Smooth(Span<float> scores);

    /// <summary>Row of the ring that the newest output takes, and the rows in use with it.</summary>
    private (int Row, int Used) Ring(int length) => ((int)(Count % length), (int)Math.Min(Count + 1, length));

    private sealed class NoFilter() : ScoreFilter(0)
    {
        protected override void Smooth(Span<float> scores)
        {
        }
    }

    private sealed class ExponentialFilter(int classes, float share) : ScoreFilter(classes)
    {
        protected override void Smooth(Span<float> scores)
        {
            for (var i = 0; i < scores.Length; i++)
                scores[i] = Memory[i] = Count == 0 ? scores[i] : Memory[i] + share * (scores[i] - Memory[i]);
        }
    }

    /// <summary>Adds the ring up anew for each output, so that no rounding adds up over months.</summary>
    private sealed class MeanFilter(int classes, int length) : ScoreFilter(classes * length)
    {
        protected override void Smooth(Span<float> scores)
        {
            var (row, used) = Ring(length);
            scores.CopyTo(Memory.AsSpan(row * classes));
            scores.Clear();
            for (var i = 0; i < used; i++)
                TensorPrimitives.Add(scores, Memory.AsSpan(i * classes, classes), scores);
            TensorPrimitives.Divide(scores, used, scores);
        }
    }

    private sealed class MajorityFilter(int classes, int length) : ScoreFilter(length)
    {
        private readonly int[] _votes = new int[classes];

        protected override void Smooth(Span<float> scores)
        {
            var (row, used) = Ring(Memory.Length);
            Memory[row] = TensorPrimitives.IndexOfMax(scores);
            Array.Clear(_votes);
            for (var i = 0; i < used; i++)
                _votes[(int)Memory[i]]++;
            for (var i = 0; i < scores.Length; i++)
                scores[i] = (float)_votes[i] / used;
        }
    }
}
