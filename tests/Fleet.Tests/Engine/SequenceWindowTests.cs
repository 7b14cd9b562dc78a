using EdgeSeq.Fleet.Engine;

namespace EdgeSeq.Fleet.Tests.Engine;

public class SequenceWindowTests
{
    [Fact]
    public void It_tells_next_late_and_duplicate_as_a_list_of_all_numbers_does()
    {
        var random = new Random(2);
        var window = SequenceWindow.New;
        var came = new HashSet<long>();
        var next = -1L;
        for (var i = 0; i < 20_000; i++)
        {
            var sequence = Math.Max(0, (next < 0 ? 1000 : next) + random.Next(-60, random.Next(8) == 0 ? 100 : 3));
            var isNew = next < 0 || sequence >= next;
            var expected = isNew ? Arrival.InOrder
                : next - 1 - sequence < 64 && !came.Contains(sequence) ? Arrival.Late : Arrival.Duplicate;
            Assert.Equal(expected, window.Take(sequence, out var missing));
            Assert.Equal(isNew && next >= 0 ? sequence - next : 0, missing);
            came.Add(sequence);
            next = Math.Max(next, sequence + 1);
            Assert.Equal(next, window.Next);
        }
    }
}
