using CsCheck;
using EdgeSeq.Device.Decisions;

namespace EdgeSeq.Device.Tests.Decisions;

public class EventDetectorTests
{
    private const int Chunk = 10;

    [Fact]
    public void An_event_opens_at_the_upper_threshold_and_ends_where_the_score_falls_below_the_lower() =>
        Assert.Equal(["start 10", "end 10-40"], Events(new(0.5f, 0.35f, 0, 0, 0, 0), 0, 0.5f, 0.4f, 0.35f, 0.3f, 0));

    [Fact]
    public void A_dip_shorter_than_the_gap_does_not_end_an_event() =>
        Assert.Equal(["start 0", "end 0-50"], Events(new(0.5f, 0.5f, 0, 20, 0, 0), 1, 0, 0, 1, 1, 0, 0, 0));

    [Fact]
    public void A_score_between_the_thresholds_neither_ends_an_event_nor_saves_it() =>
        Assert.Equal(["start 0", "end 0-10"], Events(new(0.5f, 0.35f, 0, 20, 0, 0), 1, 0, 0.4f, 0.4f, 0, 0));

    [Fact]
    public void Events_that_are_too_short_are_never_told() =>
        Assert.Equal(["start 50", "end 50-80"], Events(new(0.5f, 0.5f, 30, 0, 0, 0), 0, 1, 1, 0, 0, 1, 1, 1, 0));

    [Fact]
    public void A_start_is_told_as_soon_as_the_event_is_long_enough()
    {
        var detector = new Recorder(new(0.5f, 0.5f, 20, 0, 5, 0));

        detector.Observe(0, 1);
        Assert.Empty(detector.Events);
        detector.Observe(1, 1);

        Assert.Equal(["start 0"], detector.Events);
    }

    [Fact]
    public void Padding_widens_events_within_the_recording() =>
        Assert.Equal(["start 5", "end 5-35", "start 55", "end 55-70"], Events(new(0.5f, 0.5f, 0, 0, 5, 0), 0, 1, 1, 0, 0, 0, 1));

    [Fact]
    public void Neighbours_share_what_lies_between_them_by_halves() =>
        Assert.Equal(["start 0", "end 0-15", "start 15", "end 15-40"], Events(new(0.5f, 0.5f, 0, 0, 25, 0), 1, 0, 1, 0));

    [Fact]
    public void A_dropped_event_takes_nothing_of_its_neighbours_padding() =>
        Assert.Equal(["start 0", "end 0-35"], Events(new(0.5f, 0.5f, 20, 0, 15, 0), 1, 1, 0, 1, 0, 0, 0));

    [Fact]
    public void After_an_event_none_opens_before_the_pause_is_over() =>
        Assert.Equal(["start 0", "end 0-10", "start 40", "end 40-50"], Events(new(0.5f, 0.5f, 0, 0, 0, 30), 1, 0, 1, 1, 1));

    [Fact]
    public void What_is_open_at_the_end_ends_there_and_obeys_the_same_rule()
    {
        Assert.Equal(["start 20", "end 20-40"], Events(new(0.5f, 0.5f, 20, 0, 0, 0), 0, 0, 1, 1));
        Assert.Empty(Events(new(0.5f, 0.5f, 20, 0, 0, 0), 0, 0, 0, 1));
    }

    [Fact]
    public void The_events_told_live_are_those_of_the_rule_over_the_whole_recording() =>
        Gen.Select(Gen.Float[0, 1].Array[0, 60], Gen.Int[0, 40], Gen.Int[0, 40], Gen.Int[0, 40], Gen.Int[0, 40])
            .Sample((scores, least, gap, pad, pause) =>
            {
                var settings = new DetectorSettings(0.6f, 0.4f, least, gap, pad, pause);
                var ends = Events(settings, scores).Where(text => text.StartsWith("end", StringComparison.Ordinal));
                Assert.Equal(WholeRecordingRule.Segments(settings, scores, Chunk).Select(segment => $"end {segment.Start}-{segment.End}"),
                    ends);
            });

    [Fact]
    public void Each_start_has_its_end_with_the_same_bound() =>
        Gen.Select(Gen.Float[0, 1].Array[0, 60], Gen.Int[0, 40], Gen.Int[0, 40], Gen.Int[0, 40])
            .Sample((scores, least, gap, pad) =>
            {
                var events = Events(new(0.6f, 0.4f, least, gap, pad, 0), scores);
                var starts = events.Where(text => text.StartsWith("start", StringComparison.Ordinal))
                    .Select(text => text["start ".Length..]);
                var ends = events.Where(text => text.StartsWith("end", StringComparison.Ordinal))
                    .Select(text => text["end ".Length..].Split('-')[0]);
                Assert.Equal(starts, ends);
            });

    private static List<string> Events(DetectorSettings settings, params float[] scores)
    {
        var recorder = new Recorder(settings);
        for (var i = 0; i < scores.Length; i++)
            recorder.Observe(i, scores[i]);
        recorder.Finish(scores.Length);
        return recorder.Events;
    }

    private sealed class Recorder(DetectorSettings settings) : IDecisionReceiver
    {
        private readonly EventDetector _detector = new(0, settings);

        public List<string> Events { get; } = [];

        public void Observe(int chunk, float score) => _detector.Observe(0, chunk * Chunk, (chunk + 1) * Chunk, score, this);

        public void Finish(int chunks) => _detector.Finish(0, chunks * Chunk, this);

        public void Receive(in DecisionEvent decided) =>
            Events.Add(decided.IsStart ? $"start {decided.StartSample}" : $"end {decided.StartSample}-{decided.EndSample}");
    }
}
