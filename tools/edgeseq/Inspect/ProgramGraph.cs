using EdgeSeq.Runtime.Definitions.Ops;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Tool.Inspect;

/// <summary>A program as boxes and arrows: inputs, outputs, states, and one box for all ops of an ONNX node that tick together.
/// Constants are left out.</summary>
internal sealed class ProgramGraph
{
    private readonly ProgramSpec _program;
    private readonly List<GraphBox> _boxes = [];
    private readonly List<GraphArrow> _arrows = [];
    private readonly Dictionary<int, int> _stateBoxes = [];

    /// <summary>The box that wrote each value last, so far.</summary>
    private readonly Dictionary<int, int> _writers = [];

    private ProgramGraph(ProgramSpec program) => _program = program;

    public IReadOnlyList<GraphBox> Boxes => _boxes;

    public IReadOnlyList<GraphArrow> Arrows => _arrows;

    public static ProgramGraph Of(ProgramSpec program)
    {
        var graph = new ProgramGraph(program);
        foreach (var input in program.Inputs)
            graph._writers[input.Value] = graph.Add(GraphBoxKind.Input, [input.Name, Text(input.Type, input.Shape)]);
        foreach (var ops in graph.OpsByNode())
            graph.AddNode(ops);
        foreach (var output in program.Outputs)
            graph.AddOutput(output);
        return graph;
    }

    /// <summary>Ops that follow one another and come from one ONNX node.</summary>
    private IEnumerable<List<OpSpec>> OpsByNode()
    {
        var ops = new List<OpSpec>();
        foreach (var op in _program.Ops)
        {
            if (ops.Count > 0 && (ops[0].Name != op.Name || ops[0].Clock != op.Clock))
            {
                yield return ops;
                ops = [];
            }

            ops.Add(op);
        }

        if (ops.Count > 0)
            yield return ops;
    }

    private void AddNode(List<OpSpec> ops)
    {
        var precisions = ops.Select(op => OpCost.Precision(op, _program.Values)).OfType<string>().Distinct().ToArray();
        var kind = precisions.Contains("int8") ? GraphBoxKind.Int8 : precisions.Length > 0 ? GraphBoxKind.Float : GraphBoxKind.Op;
        var macs = ops.Sum(OpCost.Macs);
        var box = Add(kind,
        [
            ops[0].Name,
            string.Join(", ", ops.Select(op => op.Op).Distinct()) + string.Concat(precisions.Select(precision => $" · {precision}")),
            .. macs > 0 ? [$"{macs:N0} multiplications"] : Array.Empty<string>(),
            .. ops[0].Clock != 0 ? [InspectText.Clock(_program.Clocks[ops[0].Clock].Rate, _program.Clocks[ops[0].Clock].Offset)]
                : Array.Empty<string>(),
        ]);
        foreach (var op in ops)
        {
            foreach (var value in op.In.Where(value => value >= 0))
                Read(value, box);
            foreach (var value in OpStates.Changed(op))
                Write(value, box);
        }
    }

    private void AddOutput(OutputSpec output)
    {
        var clock = _program.Clocks[output.Clock];
        var box = Add(GraphBoxKind.Output, [output.Name, Text(output.Type, output.Shape), InspectText.Clock(clock.Rate, clock.Offset)]);
        Read(output.Value, box);
    }

    private void Read(int value, int box)
    {
        var spec = _program.Values[value];
        if (spec.Place == ValuePlace.Constant)
            return;
        var from = spec.Place == ValuePlace.State ? State(value) : _writers.GetValueOrDefault(value, -1);
        if (from >= 0 && from != box)
            Connect(from, box, spec);
    }

    private void Write(int value, int box)
    {
        _writers[value] = box;
        if (_program.Values[value].Place == ValuePlace.State)
            Connect(box, State(value), _program.Values[value]);
    }

    private int State(int value)
    {
        if (!_stateBoxes.TryGetValue(value, out var box))
        {
            var spec = _program.Values[value];
            _stateBoxes[value] = box = Add(GraphBoxKind.State, [spec.Name, Text(spec.Type, spec.Shape)]);
        }

        return box;
    }

    private int Add(GraphBoxKind kind, string[] lines)
    {
        _boxes.Add(new GraphBox(kind, lines));
        return _boxes.Count - 1;
    }

    private void Connect(int from, int to, ValueSpec value)
    {
        var isState = value.Place == ValuePlace.State;
        var arrow = new GraphArrow(from, to, isState ? "" : InspectText.Shape(value.Shape), isState);
        if (!_arrows.Contains(arrow))
            _arrows.Add(arrow);
    }

    private static string Text(ElementType type, int[] shape) => $"{type.ToString().ToLowerInvariant()} {InspectText.Shape(shape)}";
}
