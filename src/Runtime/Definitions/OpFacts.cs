using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Definitions;

/// <summary>What the cost formulas of an op read: its attributes, defaults filled in, and the sizes of its operands.</summary>
public readonly struct OpFacts(OpDefinition definition, OpSpec op, IReadOnlyList<ValueSpec> values)
{
    /// <summary>Elements of the first input or output.</summary>
    public long Input => Elements(op.In[0]);

    public long Output => Elements(op.Out[0]);

    /// <summary>A whole number.</summary>
    public long this[string attribute]
    {
        get
        {
            var known = definition.Attribute(attribute);
            if (op.Attributes.TryGetValue(attribute, out var given))
                return given.GetInt32();
            return known.DefaultFrom is { } other ? this[other] : (int)known.Default!;
        }
    }

    /// <summary>An element of a list.</summary>
    public long this[string attribute, int index] =>
        op.Attributes.TryGetValue(attribute, out var given)
            ? given[index].GetInt32()
            : ((int[])definition.Attribute(attribute).Default!)[index];

    /// <summary>Product of a list.</summary>
    public long Product(string attribute)
    {
        if (!op.Attributes.TryGetValue(attribute, out var given))
            return ((int[])definition.Attribute(attribute).Default!).Aggregate(1L, (product, each) => product * each);
        var product = 1L;
        foreach (var each in given.EnumerateArray())
            product *= each.GetInt32();
        return product;
    }

    /// <summary>Sum of a list that is always given.</summary>
    public long Sum(string attribute)
    {
        var sum = 0L;
        foreach (var each in op.Attributes[attribute].EnumerateArray())
            sum += each.GetInt32();
        return sum;
    }

    private long Elements(int value) => values[value].Shape.Aggregate(1L, (elements, dimension) => elements * dimension);
}
