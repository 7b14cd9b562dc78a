using System.Numerics.Tensors;
using EdgeSeq.Device;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Tool.Watch;

/// <summary>Which numbers of a program are worth a line: each value of a short input or output, the level of a long one, and the classes of
/// an output with labels.</summary>
internal sealed class WatchSignals
{
    /// <summary>Longer inputs and outputs are frames, spectra and the like.</summary>
    private const int MostValues = WatchFrame.MostRows;

    private readonly Model _model;

    public WatchSignals(Model model)
    {
        _model = model;
        InputNames = [.. model.ElementInputs.SelectMany(input => Names(input.Name, input.Length, input.Channels))];
        var classes = model.ElementOutputs.Select(HasClasses).ToArray();
        ValueNames = [.. model.ElementOutputs.Where((_, i) => !classes[i]).SelectMany(output => Names(output.Name, output.Length, null))];
        Classes = [.. model.ElementOutputs.Where((_, i) => classes[i])
            .Select(output => new WatchClasses(output.Name, output.Labels!, new float[output.Labels!.Count]))];
        InputValues = new float[InputNames.Count];
        Values = Enumerable.Repeat(float.NaN, ValueNames.Count).ToArray();
    }

    public IReadOnlyList<string> InputNames { get; }

    public IReadOnlyList<string> ValueNames { get; }

    public IReadOnlyList<WatchClasses> Classes { get; }

    /// <summary>The last inputs, a number for each of <see cref="InputNames"/>.</summary>
    public float[] InputValues { get; }

    /// <summary>The last outputs without labels, a number for each of <see cref="ValueNames"/>.</summary>
    public float[] Values { get; }

    public void Take(StepInputs inputs)
    {
        var at = 0;
        for (var i = 0; i < _model.ElementInputs.Count; i++)
        {
            var isFloat = _model.ElementInputs[i].Type == ElementType.F32;
            at += Put(InputValues.AsSpan(at), isFloat ? inputs.Floats(i) : [], isFloat ? [] : inputs.Ids(i));
        }
    }

    public void Take(IStepOutputs outputs)
    {
        var (at, classes) = (0, 0);
        for (var i = 0; i < _model.ElementOutputs.Count; i++)
        {
            var output = _model.ElementOutputs[i];
            var isFloat = output.Type == ElementType.F32;
            var isClasses = HasClasses(output);
            var room = isClasses ? Classes[classes++].Values : Values.AsSpan(at, Math.Min(output.Length, LinesOf(output.Length)));
            if (outputs.IsReady(i))
            {
                if (!isClasses)
                    Put(room, isFloat ? outputs.Floats(i) : [], isFloat ? [] : outputs.Ids(i));
                else if (isFloat)
                    outputs.Floats(i).CopyTo(room);
                else
                    Mark(room, outputs.Ids(i)[0]);
            }

            at += isClasses ? 0 : room.Length;
        }
    }

    private static bool HasClasses(OutputInfo output) => output.Labels is { Count: > 1 } labels
        && (output.Type == ElementType.F32 ? output.Length == labels.Count : output.Length == 1);

    private static int LinesOf(int length) => length <= MostValues ? length : 1;

    private static IEnumerable<string> Names(string name, int length, IReadOnlyList<string>? channels)
    {
        if (length > MostValues)
            return [$"{name} rms"];
        return channels?.Count == length ? channels : length == 1 ? [name] : Enumerable.Range(0, length).Select(i => $"{name}[{i}]");
    }

    /// <summary>Writes the values, or the level of many.</summary>
    private static int Put(Span<float> target, ReadOnlySpan<float> floats, ReadOnlySpan<long> ids)
    {
        var length = Math.Max(floats.Length, ids.Length);
        if (length > MostValues)
        {
            target[0] = floats.IsEmpty ? float.NaN : TensorPrimitives.Norm(floats) / MathF.Sqrt(length);
            return 1;
        }

        floats.CopyTo(target);
        for (var i = 0; i < ids.Length; i++)
            target[i] = ids[i];
        return length;
    }

    private static void Mark(Span<float> classes, long index)
    {
        classes.Clear();
        if (index >= 0 && index < classes.Length)
            classes[(int)index] = 1;
    }
}
