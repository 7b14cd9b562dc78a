namespace EdgeSeq.Fleet.Shards;

/// <summary>By what streams are ordered.</summary>
public enum StreamOrder
{
    Name,
    Rate,
    Faults,
    Event,
    Age,
}
