namespace EdgeSeq.Fleet.Shards;

/// <summary>The orders of a list of streams; the name decides between equals.</summary>
internal static class StreamOrders
{
    public static IEnumerable<StreamRow> Sort(IEnumerable<StreamRow> rows, StreamOrder order) => order switch
    {
        StreamOrder.Rate => ThenByName(rows.OrderByDescending(row => row.Rate)),
        StreamOrder.Faults => ThenByName(rows.OrderByDescending(row => row.Counters.Faults)),
        StreamOrder.Event => ThenByName(rows.OrderBy(row => row.LastEvent ?? "\uffff", StringComparer.Ordinal)),
        StreamOrder.Age => ThenByName(rows.OrderBy(row => row.LastTime)),
        _ => rows.OrderBy(row => row.Stream, StringComparer.Ordinal),
    };

    private static IOrderedEnumerable<StreamRow> ThenByName(IOrderedEnumerable<StreamRow> rows) =>
        rows.ThenBy(row => row.Stream, StringComparer.Ordinal);
}
