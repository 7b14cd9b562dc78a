using System.Text;
using EdgeSeq.Device.Delivery;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Tests.Delivery;

public sealed class DiskQueueTests : IDisposable
{
    private const long Roomy = 1_000_000;

    private readonly TempFolder _folder = new();
    private readonly DeliveryReport _report = new("test");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Messages_survive_a_restart_in_order_with_their_numbers()
    {
        using (var queue = Open(Roomy))
            Add(queue, 1, 2, 3);

        using var again = Open(Roomy);

        Assert.Equal([(1L, "message 1"), (2L, "message 2"), (3L, "message 3")], Oldest(again, 10));
        Assert.Equal(3, again.Last);
        Assert.Equal(3, _report.Waiting);
    }

    [Fact]
    public void What_is_delivered_does_not_come_again_after_a_restart()
    {
        using (var queue = Open(Roomy))
        {
            Add(queue, 1, 2, 3);
            _ = queue.Oldest(10);
            queue.Remove(2, isDelivered: true);
        }

        using var again = Open(Roomy);

        Assert.Equal([(3L, "message 3")], Oldest(again, 10));
        Assert.Equal(1, _report.Waiting);
    }

    [Fact]
    public void Numbers_go_on_where_all_was_delivered()
    {
        using (var queue = Open(Roomy))
        {
            Add(queue, 1, 2);
            _ = queue.Oldest(10);
            queue.Remove(2, isDelivered: true);
        }

        using var again = Open(Roomy);

        Assert.Equal(2, again.Last);
        Assert.Equal(0, _report.Waiting);
        Assert.Empty(again.Oldest(10));
    }

    [Fact]
    public void The_identity_stays_and_differs_from_that_of_another_queue()
    {
        ulong identity;
        using (var queue = Open(Roomy))
            identity = queue.Identity;
        using var again = Open(Roomy);
        using var other = new DiskQueue(_folder.File("other"), Roomy, _report);

        Assert.Equal(identity, again.Identity);
        Assert.NotEqual(identity, other.Identity);
    }

    [Fact]
    public void Messages_are_the_oldest_until_they_are_delivered()
    {
        using var queue = Open(Roomy);
        Add(queue, 1, 2, 3);

        Assert.Equal(Oldest(queue, 2), Oldest(queue, 2));
        queue.Remove(1, isDelivered: true);
        Assert.Equal([(2L, "message 2"), (3L, "message 3")], Oldest(queue, 2));
    }

    [Fact]
    public void What_was_added_is_not_taken_before_it_is_synced()
    {
        using var queue = Open(Roomy);
        queue.Add(1, "a"u8);

        Assert.Empty(queue.Oldest(1));
        queue.Sync();
        Assert.Single(queue.Oldest(1));
    }

    /// <summary>A power cut may stop the last write at any byte.</summary>
    [Fact]
    public void A_last_message_that_was_cut_anywhere_is_left_out_and_the_others_stay()
    {
        using (var queue = Open(Roomy))
            Add(queue, 1, 2, 3);
        var file = QueueSegment.Files(_folder.File("queue")).Single();
        var whole = File.ReadAllBytes(file);
        var lastMessage = 16 + "message 3".Length;

        for (var missing = 1; missing <= lastMessage; missing++)
        {
            File.WriteAllBytes(file, whole[..^missing]);
            using var again = Open(Roomy);
            Assert.Equal([(1L, "message 1"), (2L, "message 2")], Oldest(again, 10));
        }
    }

    [Fact]
    public void Any_changed_byte_of_a_message_is_noticed()
    {
        using (var queue = Open(Roomy))
            Add(queue, 1);
        var file = QueueSegment.Files(_folder.File("queue")).Single();
        var whole = File.ReadAllBytes(file);

        for (var i = 16; i < whole.Length; i++)
        {
            byte[] changed = [.. whole];
            changed[i] ^= 0x10;
            File.WriteAllBytes(file, changed);
            using var again = Open(Roomy);
            Assert.Empty(again.Oldest(10));
        }
    }

    [Fact]
    public void A_full_queue_drops_its_oldest_messages_and_counts_them()
    {
        using var queue = Open(limit: 16 * 100);
        for (var number = 1; number <= 1000; number++)
            Add(queue, number);
        var left = Oldest(queue, 1000);

        Assert.Equal(1000, left[^1].Number);
        Assert.Equal(
            Enumerable.Range((int)left[0].Number, left.Count).Select(number => (long)number), left.Select(message => message.Number));
        Assert.Equal(1000, _report.Dropped + left.Count);
        Assert.Equal(left.Count, _report.Waiting);
        Assert.InRange(new DirectoryInfo(_folder.File("queue")).EnumerateFiles().Sum(file => file.Length), 1, 2 * 16 * 100);
    }

    [Fact]
    public void Files_of_delivered_messages_go()
    {
        using var queue = Open(limit: 16 * 100);
        for (var number = 1; number <= 50; number++)
            Add(queue, number);
        queue.Remove(queue.Oldest(50).Count, isDelivered: true);

        Assert.Single(QueueSegment.Files(_folder.File("queue")));
        Assert.Equal(0, _report.Dropped);
    }

    [Fact]
    public void Another_run_cannot_use_it_at_the_same_time()
    {
        using var queue = Open(Roomy);

        var error = Assert.Throws<EdgeSeqException>(() => Open(Roomy));
        Assert.Equal(ErrorCodes.WriteFailed, error.Code);
        Assert.Contains("queue=FOLDER", error.Hint, StringComparison.Ordinal);
    }

    private static void Add(DiskQueue queue, params ReadOnlySpan<long> numbers)
    {
        foreach (var number in numbers)
            queue.Add(number, Encoding.UTF8.GetBytes($"message {number}"));
        queue.Sync();
    }

    private static List<(long Number, string Text)> Oldest(DiskQueue queue, int most) =>
        [.. queue.Oldest(most).Select(message => (message.Sequence, Encoding.UTF8.GetString(message.Content)))];

    private DiskQueue Open(long limit) => new(_folder.File("queue"), limit, _report);
}
