using EdgeSeq.Fleet.Engine;

namespace EdgeSeq.Fleet.Shards;

/// <summary>Steps a second of each stream, and the list of streams that people see.</summary>
internal sealed class ShardRates
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private long[] _before = [];
    private double[] _rates = [];
    private long _rolled = Clock.Now();

    /// <summary>Of all streams.</summary>
    public double Total => _rates.Sum();

    /// <summary>Of the last message: from its receipt until its steps are done.</summary>
    public double LastMilliseconds { get; set; }

    public static StreamCounters Totals(IReadOnlyList<StreamSlot> slots)
    {
        var totals = default(StreamCounters);
        for (var i = 0; i < slots.Count; i++)
            totals.Add(slots[i].Counters);
        return totals;
    }

    public void Roll(IReadOnlyList<StreamSlot> slots)
    {
        Array.Resize(ref _before, slots.Count);
        Array.Resize(ref _rates, slots.Count);
        var now = Clock.Now();
        var seconds = Math.Max(1e-3, (now - _rolled) / 1e6);
        _rolled = now;
        for (var i = 0; i < slots.Count; i++)
        {
            _rates[i] = (slots[i].Counters.Stepped - _before[i]) / seconds;
            _before[i] = slots[i].Counters.Stepped;
        }
    }

    public StreamPage Find(IReadOnlyList<StreamSlot> slots, StreamQuery query, string shard)
    {
        var rows = new List<StreamRow>();
        for (var i = 0; i < slots.Count; i++)
        {
            var slot = slots[i];
            if (!Matches(slot, query.Text))
                continue;
            var rate = i < _rates.Length ? _rates[i] : 0;
            rows.Add(new StreamRow(
                slot.Name, slot.LastEvent, slot.LastTime, rate, slot.Counters, slot.HasStopped, shard, LastMilliseconds));
        }

        return new StreamPage([.. StreamOrders.Sort(rows, query.Order).Take(query.Most)], rows.Count);
    }

    private static bool Matches(StreamSlot slot, string text) => text.Length == 0
        || slot.Name.Contains(text, StringComparison.OrdinalIgnoreCase)
        || slot.LastEvent?.Contains(text, StringComparison.OrdinalIgnoreCase) == true;
}
