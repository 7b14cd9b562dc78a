using EdgeSeq.Device.Decisions;

namespace EdgeSeq.Device.Tests.Decisions;

/// <summary>The rule in the order in which one would write it down with the whole recording at hand: find segments, drop short ones,
/// widen.</summary>
internal static class WholeRecordingRule
{
    public static List<(long Start, long End)> Segments(DetectorSettings settings, float[] scores, int chunk)
    {
        var kept = new List<(long Start, long End)>();
        long? start = null, mark = null;
        for (var i = 0; i < scores.Length; i++)
        {
            var first = (long)i * chunk;
            if (scores[i] >= settings.On)
            {
                mark = null;
                if (start is null && (kept.Count == 0 || first >= kept[^1].End + settings.Pause))
                    start = first;
            }
            else if (scores[i] < settings.Off && start is not null)
            {
                mark ??= first;
                if (first - mark >= settings.Gap)
                {
                    Keep(start.Value, mark.Value);
                    (start, mark) = (null, null);
                }
            }
        }

        if (start is { } open)
            Keep(open, (long)scores.Length * chunk);
        return Widened(kept, settings.Pad, (long)scores.Length * chunk);

        void Keep(long from, long to)
        {
            if (to - from >= settings.Least)
                kept.Add((from, to));
        }
    }

    private static List<(long Start, long End)> Widened(List<(long Start, long End)> kept, long pad, long length)
    {
        var wide = new List<(long Start, long End)>();
        for (var i = 0; i < kept.Count; i++)
        {
            var before = i == 0 ? Math.Min(pad, kept[i].Start) : Math.Min(pad, (kept[i].Start - kept[i - 1].End) / 2);
            var after = i == kept.Count - 1 ? Math.Min(pad, length - kept[i].End) : Math.Min(pad, (kept[i + 1].Start - kept[i].End) / 2);
            wide.Add((kept[i].Start - before, kept[i].End + after));
        }

        return wide;
    }
}
