using System.Buffers;
using System.Text;
using EdgeSeq.Device.Run;
using EdgeSeq.Fleet.Engine;
using EdgeSeq.Fleet.Messages;
using EdgeSeq.Fleet.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Fleet.Tests.Engine;

public class ShardEngineTests
{
    private const int Streams = 70;
    private const int Samples = 90;

    [Fact]
    public void Streams_in_messages_of_any_cut_give_the_bits_that_each_gives_alone()
    {
        using var model = Activity.Load();
        using var engine = new ShardEngine(model, new ShardSettings());
        var book = new OutputBook();
        foreach (var message in RandomMessages(3))
            Take(engine, message, book);
        for (var stream = 0; stream < Streams; stream++)
            Assert.Equal(Activity.Alone(model, stream, Samples), book.Of(stream));
        Assert.Equal((0, 0), (book.Repeated, book.Contradictions));
    }

    [Fact]
    public void A_restored_shard_goes_on_bit_for_bit_and_forgets_nothing()
    {
        using var model = Activity.Load();
        var settings = new ShardSettings { Decide = "on=0.4, smooth=mean:5" };
        using var whole = new ShardEngine(model, settings);
        var first = new ShardEngine(model, settings);
        using var second = new ShardEngine(model, settings);
        var messages = RandomMessages(4);
        var (expected, actual) = (new OutputBook(), new OutputBook());
        var (expectedEvents, actualEvents) = (new List<StreamEvent>(), new List<StreamEvent>());
        foreach (var message in messages)
            Take(whole, message, expected, expectedEvents);
        foreach (var message in messages.Take(messages.Count / 2))
            Take(first, message, actual, actualEvents);
        Assert.Equal(17, second.Restore(first.Save(17)));
        first.Dispose();
        foreach (var message in messages.Skip(messages.Count / 2))
            Take(second, message, actual, actualEvents);
        for (var stream = 0; stream < Streams; stream++)
            Assert.Equal(expected.Of(stream), actual.Of(stream));
        Assert.Equal(whole.Slots.Select(slot => slot.Counters), second.Slots.Select(slot => slot.Counters));
        Assert.Equal(expectedEvents.Select(each => Encoding.UTF8.GetString(each.Json)),
            actualEvents.Select(each => Encoding.UTF8.GetString(each.Json)));
        Assert.NotEmpty(expectedEvents);
    }

    [Fact]
    public void A_snapshot_with_any_byte_changed_is_refused()
    {
        using var model = Activity.Load();
        using var engine = new ShardEngine(model, new ShardSettings());
        engine.Take(Activity.Message((1, 0, 5)));
        var snapshot = engine.Save(1);
        for (var i = 0; i < snapshot.Length; i += 7)
        {
            using var other = new ShardEngine(model, new ShardSettings());
            var damaged = snapshot.ToArray();
            damaged[i] ^= 0x41;
            Assert.Equal(ErrorCodes.SnapshotInvalid, Assert.Throws<EdgeSeqException>(() => other.Restore(damaged)).Code);
        }
    }

    [Fact]
    public void Late_duplicate_and_missing_samples_are_counted_and_not_stepped()
    {
        using var model = Activity.Load();
        using var engine = new ShardEngine(model, new ShardSettings());
        engine.Take(Activity.Message((1, 10, 3), (1, 15, 2), (1, 11, 1), (1, 13, 1), (1, 13, 1), (1, 17, 1)));
        var counters = engine.Find("stream-1")!.Counters;
        Assert.Equal((6, 2, 1, 2), (counters.Stepped, counters.Missing, counters.Late, counters.Duplicate));
    }

    [Theory]
    [InlineData(FaultPolicy.Hold)]
    [InlineData(FaultPolicy.Reset)]
    [InlineData(FaultPolicy.Stop)]
    public void A_sample_that_is_not_finite_is_treated_as_on_the_device(FaultPolicy policy)
    {
        using var model = Activity.Load();
        using var engine = new ShardEngine(model, new ShardSettings { OnFault = policy });
        var writer = new ArrayBufferWriter<byte>();
        SampleBatch.Begin(writer);
        Activity.Add(writer, 1, 0, [.. Activity.Sample(1, 0), .. NotFinite(), .. Activity.Sample(1, 2)]);
        var book = new OutputBook();
        Take(engine, writer.WrittenSpan.ToArray(), book);
        var counters = engine.Find("stream-1")!.Counters;
        var expected = Expected(model, policy);
        Assert.Equal(expected, book.Of(1));
        Assert.Equal(policy == FaultPolicy.Hold ? (2, 1, 0, 0) : policy == FaultPolicy.Reset ? (2, 0, 1, 1) : (1, 0, 2, 0),
            (counters.Stepped, counters.Held, counters.Refused, counters.Resets));
    }

    [Fact]
    public void A_reset_starts_the_stream_anew_with_any_number()
    {
        using var model = Activity.Load();
        using var engine = new ShardEngine(model, new ShardSettings());
        var book = new OutputBook();
        Take(engine, Activity.Message((1, 50, 4)), book);
        var writer = new ArrayBufferWriter<byte>();
        SampleBatch.Begin(writer);
        Activity.Add(writer, 1, 0, [.. Activity.Sample(1, 0), .. Activity.Sample(1, 1)], resets: true);
        Take(engine, writer.WrittenSpan.ToArray(), book);
        Assert.Equal(Activity.Alone(model, 1, 2), book.Of(1).Take(2));
        Assert.Equal((6, 0), (engine.Find("stream-1")!.Counters.Stepped, engine.Find("stream-1")!.Counters.Faults));
    }

    [Fact]
    public void A_full_shard_refuses_new_streams_and_serves_the_others()
    {
        using var model = Activity.Load();
        using var engine = new ShardEngine(model, new ShardSettings());
        engine.Take(Activity.Message([.. Enumerable.Range(0, 260).Select(stream => (stream, 0L, 1))]));
        Assert.Equal((ShardSettings.MaxStreams, 4), (engine.Slots.Count, engine.RefusedBlocks));
        Assert.All(engine.Slots, slot => Assert.Equal(1, slot.Counters.Stepped));
    }

    private static float[] NotFinite() => [0, float.NaN, 0, 0, 0, 0];

    private static float[][] Expected(Model model, FaultPolicy policy)
    {
        using var session = model.CreateSession();
        var outputs = new List<float[]>();
        Step(0);
        if (policy == FaultPolicy.Stop)
            return [.. outputs];
        if (policy == FaultPolicy.Hold)
            Step(0);
        else
            session.Reset();
        Step(2);
        return [.. outputs];

        void Step(long sequence)
        {
            var scores = new float[Activity.Classes];
            session.Step(Activity.Sample(1, sequence), scores);
            outputs.Add(scores);
        }
    }

    private static void Take(ShardEngine engine, byte[] message, OutputBook book, List<StreamEvent>? events = null)
    {
        engine.Take(message);
        var writer = new ArrayBufferWriter<byte>();
        engine.Flush(writer, events ?? []);
        book.Add(writer.WrittenSpan);
    }

    /// <summary>All samples of all streams, each stream's in order, in messages of random cut.</summary>
    private static List<byte[]> RandomMessages(int seed)
    {
        var random = new Random(seed);
        var next = new long[Streams];
        var messages = new List<byte[]>();
        while (next.Any(sequence => sequence < Samples))
        {
            var blocks = new List<(int, long, int)>();
            for (var i = random.Next(1, 40); i > 0; i--)
            {
                var stream = random.Next(Streams);
                var count = (int)Math.Min(random.Next(1, 26), Samples - next[stream]);
                if (count == 0)
                    continue;
                blocks.Add((stream, next[stream], count));
                next[stream] += count;
            }

            messages.Add(Activity.Message([.. blocks]));
        }

        return messages;
    }
}
