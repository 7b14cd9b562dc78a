using System.Text.Json;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Writing;

/// <summary>Turns a step graph into the bytes of a program file. The same graph and description always give the same bytes.</summary>
internal static class ProgramWriter
{
    /// <summary>At least so many steps, and elements of the inputs.</summary>
    private const int SelfTestSteps = 16, SelfTestElements = 4;

    /// <summary>The program with its self-test: inputs from a fixed sequence, outputs as this machine computes them.</summary>
    public static byte[] Write(StepGraph graph, ProgramDescription description)
    {
        var (spec, tensors) = Build(graph, description, new PackedConstants());
        var steps = (int)Math.Min(spec.MaxSteps ?? long.MaxValue,
            Math.Max(Math.Max(SelfTestSteps, SelfTestElements * graph.InputRate),
                spec.Outputs.Max(o => spec.Clocks[o.Clock].Offset + spec.Clocks[o.Clock].Rate) + 1));
        using var model = SafetensorsWriter.Load(spec, tensors);
        tensors.AddRange(SelfTestVectors.Of(model, steps));
        spec = spec with
        {
            SelfTest = new SelfTestSpec { Steps = steps },
            Chunk = description.Chunk > 1 ? description.Chunk * graph.InputRate : null,
        };
        return SafetensorsWriter.Write(spec, tensors);
    }

    /// <summary>The program of single steps, to be run at once.</summary>
    /// <param name="constants">Of all graphs that share values with this one.</param>
    public static Model Load(StepGraph graph, ProgramDescription description, PackedConstants constants)
    {
        var (spec, tensors) = Build(graph, description, constants);
        return SafetensorsWriter.Load(spec, tensors);
    }

    private static (ProgramSpec Spec, List<FileTensor> Tensors) Build(
        StepGraph graph, ProgramDescription description, PackedConstants constants)
    {
        var plan = MemoryPlan.Of(graph);
        var roots = graph.Values.Select(value => value.Root).Distinct().ToList();
        var index = roots.Select((value, i) => (value, i)).ToDictionary(pair => pair.value, pair => pair.i);
        var clocks = new[] { Clock.EveryStep }.Concat(graph.Nodes.Select(node => node.Clock))
            .Concat(graph.Outputs.Select(output => output.Clock)).Distinct().ToList();
        var tensors = new List<FileTensor>();
        var values = roots.Select(value => Value(value, plan, constants, tensors)).ToArray();
        if (description.Vocabulary is byte[] vocabulary)
            tensors.Add(new FileTensor(description.Text!.VocabTensor, "U8", [vocabulary.Length], vocabulary));

        var spec = new ProgramSpec
        {
            Name = description.Name,
            Mode = description.Mode,
            RateHz = description.RateHz,
            Decide = description.Decide,
            Inputs = [.. graph.Inputs.Select(input => new InputSpec
            {
                Name = input.Name,
                Value = index[input.Value.Root],
                Shape = input.Shape,
                Type = input.Value.Type,
                Channels = description.Inputs.GetValueOrDefault(input.Name)?.Channels,
                Unit = description.Inputs.GetValueOrDefault(input.Name)?.Unit,
                Hop = description.Inputs.GetValueOrDefault(input.Name)?.Hop,
            })],
            Outputs = [.. graph.Outputs.Select(output => new OutputSpec
            {
                Name = output.Name,
                Value = index[output.Value.Root],
                Clock = clocks.IndexOf(output.Clock),
                Shape = output.Shape,
                Type = output.Value.Type,
                Kind = output.TimeAxis is null ? "latest" : "stream",
                Tail = output.Tail > 0 ? output.Tail : null,
                Labels = description.Labels is { } labels && labels.Length == (output.Shape is [.., var last] ? last : 1) ? labels : null,
            })],
            Values = values,
            Clocks = [.. clocks.Select(clock => new ClockSpec { Rate = clock.Rate, Offset = clock.Offset })],
            Ops = [.. graph.Nodes.Select(node => Op(node, index, clocks))],
            StateBytes = plan.StateBytes,
            ArenaBytes = plan.ArenaBytes,
            MaxSteps = graph.MaxSteps,
            InputRate = graph.InputRate > 1 ? graph.InputRate : null,
            Delay = graph.Outputs.Max(output => output.Clock.Offset),
            Text = description.Text,
            Provenance = description.Provenance,
            Nodes = description.Nodes,
            Choices = description.Choices,
        };
        return (spec, tensors);
    }

    private static ValueSpec Value(StepValue value, MemoryPlan plan, PackedConstants constants, List<FileTensor> tensors)
    {
        var shape = value.Shape;
        string? tensor = null, initial = null;
        if (value.Place == ValuePlace.Constant)
        {
            var packed = constants.Of(value);
            shape = packed.Shape;
            tensor = packed.Name;
            tensors.Add(packed);
        }
        else if (value.Data is not null)
        {
            initial = $"{value.Name}.initial";
            tensors.Add(new FileTensor(initial, value.Type.Dtype(), shape, WeightPacking.Bytes(value.Data).ToArray()));
        }

        return new ValueSpec
        {
            Name = value.Name,
            Type = value.Type,
            Shape = shape,
            Place = value.Place,
            Offset = value.Place == ValuePlace.Constant ? 0 : plan.Offset(value),
            Tensor = tensor,
            Initial = initial,
        };
    }

    private static OpSpec Op(StepNode node, Dictionary<StepValue, int> index, List<Clock> clocks) => new()
    {
        Op = node.Op,
        Name = node.Name,
        Clock = clocks.IndexOf(node.Clock),
        In = Indices(node.Inputs, index),
        Out = Indices(node.Outputs, index),
        Attributes = node.Attributes.ToDictionary(a => a.Key, a => JsonSerializer.SerializeToElement(a.Value, a.Value.GetType())),
    };

    /// <summary>−1 for an absent operand; absent ones at the end are left out.</summary>
    private static int[] Indices(StepValue?[] values, Dictionary<StepValue, int> index)
    {
        var count = Array.FindLastIndex(values, value => value is not null) + 1;
        return [.. values.Take(count).Select(value => value is null ? -1 : index[value.Root])];
    }
}
