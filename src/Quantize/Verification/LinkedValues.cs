using EdgeSeq.Quantize.Conversion.Chains;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Verification;

/// <summary>What an input of a part takes over its link: elements with factor and offset, or windows of them.</summary>
internal sealed class LinkedValues
{
    private readonly PartInput _input;
    private readonly float[][] _elements;

    public LinkedValues(PartInput input, ChainTrace trace)
    {
        _input = input;
        var values = trace.Values(input.From).Select(Scaled);
        _elements = [.. input.Window is { Elements: > 1 } window ? values.SelectMany(value => value.Chunk(value.Length / window.Elements))
            : values];
    }

    public string Name => _input.Name;

    /// <summary>That the input has; of a sequence, its time axis as in the analysis.</summary>
    public int[] Shape => _input.Shape;

    /// <summary>Values of one element.</summary>
    public int Size => _elements.Length > 0 ? _elements[0].Length : 0;

    public int Count => _elements.Length;

    public float[] Element(int at) => _elements[at];

    /// <summary>What is there at a step: the last window, or the last element; null behind the end.</summary>
    public float[]? At(int step)
    {
        var at = (step - _input.Clock.Offset) / _input.Clock.Rate;
        return _input.Window is { } window ? Window(window, at) : at < _elements.Length ? _elements[at] : null;
    }

    /// <summary>Elements up to a step; null behind the end.</summary>
    public int? CountAt(int step)
    {
        var count = new Clock(_input.Clock.Rate, _input.Clock.Offset).Ticks(step + 1);
        return count <= _elements.Length ? count : null;
    }

    private float[]? Window(LinkWindow window, int at)
    {
        var first = at * window.Hop;
        if (first + window.Length > _elements.Length)
            return null;

        var inner = Size / window.Outer;
        var gathered = new float[window.Length * Size];
        for (var t = 0; t < window.Length; t++)
        {
            for (var o = 0; o < window.Outer; o++)
                Array.Copy(_elements[first + t], o * inner, gathered, (o * window.Length + t) * inner, inner);
        }

        return gathered;
    }

    private float[] Scaled(float[] values) => _input is { Scale: 1, Offset: 0 } ? values
        : [.. values.Select(value => value * (float)_input.Scale + (float)_input.Offset)];
}
