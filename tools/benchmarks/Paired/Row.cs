namespace EdgeSeq.Benchmarks.Paired;

/// <summary>One line of a table: subjects measured together with the floor, which reads the very block that they use.</summary>
internal sealed record Row(string Name, AlignedBlock Block, IReadOnlyList<Subject> Subjects) : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    /// <summary>What no subject can be faster than; null: reading the block.</summary>
    public Subject? Floor { get; init; }

    public Row Owns(IDisposable owned)
    {
        _owned.Add(owned);
        return this;
    }

    public void Dispose() => _owned.ForEach(owned => owned.Dispose());
}
