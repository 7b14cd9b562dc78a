namespace EdgeSeq.Quantize.Onnx.Reading;

/// <summary>Hands out names that nothing else in the model has.</summary>
internal sealed class NameScope
{
    private readonly HashSet<string> _taken = [];

    /// <summary>Marks a name as used.</summary>
    public void Take(string name) => _taken.Add(name);

    /// <summary><paramref name="wish"/> itself, or with a number behind it.</summary>
    public string Unique(string wish)
    {
        var name = wish;
        for (var i = 1; !_taken.Add(name); i++)
            name = $"{wish}_{i}";
        return name;
    }
}
