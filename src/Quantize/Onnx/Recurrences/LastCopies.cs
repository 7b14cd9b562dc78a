namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>
/// Results of the last copy that are read behind the loop, each with the wires that correspond to it in the copies before. Those are
/// found by what their nodes do, whatever they read from the copy before.
/// </summary>
internal sealed class LastCopies
{
    private readonly UnrolledScope _scope;
    private readonly CopyTimes _times;
    private readonly Dictionary<string, int> _kinds = [];
    private readonly Dictionary<string, int> _numbers = [];
    private readonly Dictionary<(int Kind, int Time), List<string>> _wires = [];

    public LastCopies(UnrolledScope scope, CopyTimes times)
    {
        _scope = scope;
        _times = times;
        foreach (var node in scope.Graph.Nodes)
        {
            for (var k = 0; k < node.Outputs.Count; k++)
                Note(node, k);
        }
    }

    public IEnumerable<string?[]> Find()
    {
        var last = _times.Copies - 1;
        var wires = _kinds.Keys
            .Where(wire => _times.Of(wire) == last && _times.Element(wire) is null && Copies(wire) is not null).ToHashSet();
        var readers = _scope.Graph.Consumers();
        var results = _scope.Graph.Outputs.Select(output => output.Name).ToHashSet();
        return wires.Where(wire => results.Contains(wire)
                || readers.GetValueOrDefault(wire, []).Exists(reader => !reader.Outputs.Exists(wires.Contains)))
            .Select(wire => Copies(wire)!);
    }

    /// <summary>The corresponding wires, the first of them unknown.</summary>
    private string?[]? Copies(string wire)
    {
        var last = _times.Copies - 1;
        var kind = _kinds[wire];
        var place = _wires[(kind, last)].IndexOf(wire);
        var copies = new string?[_times.Copies];
        for (var t = 1; t <= last; t++)
        {
            if (!_wires.TryGetValue((kind, t), out var same) || same.Count <= place)
                return null;

            copies[t] = same[place];
        }

        return copies;
    }

    private void Note(OnnxNode node, int output)
    {
        var wire = node.Outputs[output];
        var time = _times.Of(wire);
        if (wire.Length == 0 || time == CopyTimes.None)
            return;

        var kind = _times.Element(wire) is { } element ? $"{element.Sequence}[{element.Axis}]"
            : $"{node.Domain}:{node.OpType}.{output}({string.Join(',', node.Inputs.Select(input => Described(input, time)))})";
        if (!_numbers.TryGetValue(kind, out var number))
            _numbers[kind] = number = _numbers.Count;

        _kinds[wire] = number;
        if (!_wires.TryGetValue((number, time), out var wires))
            _wires[(number, time)] = wires = [];

        wires.Add(wire);
    }

    private string Described(string wire, int time)
    {
        if (_times.Of(wire) == time)
            return _kinds[wire].ToString(System.Globalization.CultureInfo.InvariantCulture);

        if (_times.Of(wire) != CopyTimes.None)
            return "before";

        return _scope.Graph.Constant(wire) is { } constant ? $"{constant}" : wire;
    }
}
