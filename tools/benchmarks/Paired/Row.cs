namespace EdgeSeq.Benchmarks.Paired;

/// <summary>One line of a table: subjects measured together with the floor, all on the same bytes.</summary>
internal sealed record Row(string Name, long Bytes, IReadOnlyList<Subject> Subjects) : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    public Row Owns(IDisposable owned)
    {
        _owned.Add(owned);
        return this;
    }

    public void Dispose() => _owned.ForEach(owned => owned.Dispose());
}
