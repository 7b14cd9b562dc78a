using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sources;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Tests.Fixtures;

/// <summary>Inputs of imagined programs, and what a source gives for them.</summary>
internal static class Inputs
{
    public static InputInfo Floats(params int[] shape) => new("x", shape, ElementType.F32, shape.Aggregate(1, (a, b) => a * b), null, null);

    public static InputInfo Named(string name, params int[] shape) => Floats(shape) with { Name = name };

    public static InputInfo Ids(params int[] shape) => Floats(shape) with { Type = ElementType.I64 };

    public static SourceContext Context(params InputInfo[] inputs) => new() { Inputs = inputs, Stop = new StopSignal() };

    /// <summary>Reads all: each step is its values of all inputs one after another, each recording's end an empty step.</summary>
    public static List<float[]> ReadAll(string source, SourceContext context)
    {
        using var opened = SourceCatalog.Open(source, context);
        var inputs = new StepInputs(context.Inputs);
        var steps = new List<float[]>();
        while (true)
        {
            switch (opened.Read(inputs))
            {
                case SourceStep.Step:
                    steps.Add([.. Enumerable.Range(0, context.Inputs.Count).SelectMany(i => Values(inputs, i))]);
                    break;
                case SourceStep.RecordingEnd:
                    steps.Add([]);
                    break;
                default:
                    return steps;
            }
        }
    }

    private static float[] Values(StepInputs inputs, int i) =>
        inputs.Infos[i].Type == ElementType.F32 ? inputs.Floats(i).ToArray() : [.. inputs.Ids(i).ToArray().Select(id => (float)id)];
}
