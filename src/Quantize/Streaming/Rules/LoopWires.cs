using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Decomposition;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>Runs the body of a Loop or Scan on wires: as a graph of its own, whose shapes are known from the wires that enter it.</summary>
internal sealed class LoopWires(NodeContext c, OnnxGraph body, Clock clock)
{
    private readonly OnnxGraph _graph = body.Clone();
    private readonly Dictionary<string, Wire> _inputs = [];

    /// <summary>Gives an input of the body, or a wire in place of a node of the body.</summary>
    public void Bind(string name, StepValue value, OnnxElementType type)
    {
        _graph.Nodes.RemoveAll(node => node.Outputs.Contains(name));
        _graph.Inputs.RemoveAll(input => input.Name == name);
        _graph.Inputs.Add(new OnnxValue(name, type, [.. value.Shape.Select(dim => new OnnxDimension(dim))]));
        _inputs[name] = new LatestWire(value, clock);
    }

    public void Bind(string name, OnnxTensor constant)
    {
        _graph.Inputs.RemoveAll(input => input.Name == name);
        _graph.Initializers[name] = constant;
    }

    /// <summary>The body's outputs as values that no later write changes.</summary>
    public StepValue[] Run()
    {
        foreach (var wire in _graph.FreeWires())
            BindOuter(wire);

        var outputs = c.RunBody(Analysis.Of(Simplification.Of(_graph), new Dictionary<string, int>()), _inputs);
        return [.. outputs.Select(output => output switch
        {
            ConstantWire constant => c.Graph.Constant(constant.Name, constant.Tensor.StepData(), constant.Tensor.StepShape()),
            LatestWire latest => c.Graph.Kept(latest.Value, clock),
            _ => throw c.Refuse("its body gives something that is not a value"),
        })];
    }

    private void BindOuter(string wire)
    {
        switch (c.Outer(wire))
        {
            case ConstantWire { VariesWithTime: false } constant:
                Bind(wire, constant.Tensor);
                break;
            case LatestWire latest when latest.Clock == clock || latest.Invariant:
                Bind(wire, latest.Value, c.Analysis.Type(wire).ElementType);
                break;
            default:
                throw c.Refuse($"its body reads '{wire}', which is neither constant nor known before the loop starts");
        }
    }
}
