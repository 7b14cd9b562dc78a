using EdgeSeq.Quantize.Timing;

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

    /// <summary>The row with ONNX Runtime's step beside the others.</summary>
    /// <param name="steps">Steps that one call of it makes.</param>
    public Row With(string name, OrtStep step, int steps = 1)
    {
        var row = this with { Subjects = [.. Subjects, new Subject(name, step.Step, steps)] };
        return row.Owns(step);
    }

    public void Dispose() => _owned.ForEach(owned => owned.Dispose());
}
