using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>
/// Runs the float step program against ONNX Runtime on the graph it came from, on noise: after every prefix that is tried the outputs
/// must agree. A transform that is wrong anywhere ends here, not on the device.
/// </summary>
internal static class PrefixCheck
{
    /// <summary>Absolute, and relative where values are above 1: float32 sums in another order.</summary>
    private const double Tolerance = 2e-4;

    /// <summary>
    /// Graphs that round activations (QuantizeLinear) turn float noise into whole rounding steps; there the signal must stand this far
    /// above the difference instead.
    /// </summary>
    private const double RoundedSqnr = 100;

    /// <summary>Steps for which states go round.</summary>
    private const int StateSteps = 4, CacheSteps = 12;

    /// <summary>Windows that follow each other.</summary>
    private const int Windows = 3;

    /// <param name="maxContext">Steps after which attention forgets by the user's choice, and the model does not; null: it does
    /// not.</param>
    /// <param name="hop">Elements from one window to the next, where the program runs on windows; null: it does not.</param>
    /// <returns>Outputs whose last elements, where a recording is flushed, are not those of the model: how it pads the end is not
    /// known.</returns>
    public static IReadOnlySet<string> Run(byte[] program, Analysis analysis, StepGraph steps, IReadOnlyList<StatePair> states,
        int? maxContext, int? hop = null)
    {
        using var model = Model.LoadSingleStep(program.AsMemory(), "the step program");
        var most = Math.Min(maxContext ?? int.MaxValue, steps.MaxSteps / steps.InputRate ?? int.MaxValue);
        var length = (int)Math.Min(analysis.Length, most);
        var positive = InputSigns.ArePositive(analysis, Math.Max(1, length));
        if (hop is int windows)
            CheckWindows(model, analysis, steps, windows, positive);

        if (states.Count > 0 && (analysis.TimeAxes.Count == 0 || analysis.FirstLength == 0))
        {
            CheckSteps(model, analysis, states, positive, analysis.TimeAxes.Count == 0 ? StateSteps : Math.Min(length, CacheSteps));
            return new HashSet<string>();
        }

        // Longer than what was analysed: what stayed at the analysed length shows itself.
        var beyond = (int)Math.Min(2L * analysis.Length + 1, most);
        int[] lengths = analysis.LengthIsFixed ? [analysis.Length]
            : [.. new[] { beyond, length, Math.Min(length, analysis.OtherLength), Math.Max(1, length / 2 + 1) }.Distinct()];
        var unknownEnds = new HashSet<string>();
        foreach (var prefix in lengths)
            unknownEnds.UnionWith(CheckPrefix(model, analysis, steps, prefix, positive));

        return unknownEnds;
    }

    /// <summary>A recording of one length, streamed, against the graph on the whole of it.</summary>
    private static List<string> CheckPrefix(Model model, Analysis analysis, StepGraph steps, int length, bool positive)
    {
        var inputs = Samples(analysis, steps, length, positive, mask: 1);
        var runs = TryEvaluate(analysis.Graph, inputs, out var expected);
        if (runs && HiddenRows.MayMakeNaN(analysis.Graph, expected.Values))
        {
            // A mask of ones that hides every key leaves nothing to compare.
            inputs = Samples(analysis, steps, length, positive, mask: 0);
            runs = TryEvaluate(analysis.Graph, inputs, out expected);
        }

        if (runs && HiddenRows.MayMakeNaN(analysis.Graph, expected.Values))
            runs = TryEvaluate(HiddenRows.AsZeros(analysis.Graph), inputs, out expected);

        if (!runs)
            return [];

        using var session = model.CreateSession();
        var data = Data(model, inputs);
        var streamed = model.Outputs.Select(_ => new List<float[]>()).ToArray();
        for (var step = 0; step < Math.Max(length, 1) * model.InputRate; step++)
        {
            if (step % model.InputRate == 0)
                Write(session, model, analysis, data, step / model.InputRate);

            session.Step();
            for (var o = 0; o < streamed.Length; o++)
            {
                if (session.IsReady(o))
                    streamed[o].Add(Read(session, model, o));
            }
        }

        var unknownEnds = new List<string>();
        int[] before = [.. streamed.Select(outputs => outputs.Count)];
        while (!session.Flush().IsEnded)
        {
            for (var o = 0; o < streamed.Length; o++)
            {
                if (session.IsReady(o))
                    streamed[o].Add(Read(session, model, o));
            }
        }

        for (var o = 0; o < streamed.Length; o++)
        {
            var output = steps.Outputs[o];
            var whole = expected[output.Name];
            if (streamed[o].Count == 0)
                continue;

            if (output.TimeAxis is int axis)
            {
                var elements = Elements(whole, axis);
                Compare(output.Name, analysis, streamed[o][..before[o]], [.. elements.Take(before[o])], length);
                var isWhole = streamed[o].Count == elements.Count
                    && Difference(output.Name, analysis, streamed[o], elements, length) is null;
                if (output.Tail > 0 && !isWhole)
                    unknownEnds.Add(output.Name);
            }
            else
            {
                Compare(output.Name, analysis, [streamed[o][^1]], [whole.ToFloats()], length);
            }
        }

        return unknownEnds;
    }

    /// <summary>Step graphs: the outputs and the states that go round, for a few steps.</summary>
    private static void CheckSteps(Model model, Analysis analysis, IReadOnlyList<StatePair> states, bool positive, int steps)
    {
        using var session = model.CreateSession();
        using var oracle = new OrtEvaluator(analysis.Graph, [.. analysis.Graph.Inputs.Select(input => Static(input, analysis))],
            [.. analysis.Graph.Outputs.Select(output => output.Name)]);
        var feedback = states.ToDictionary(pair => pair.Input, pair =>
            OnnxTensor.Filled(analysis.Type(pair.Input).ElementType, StateDims(analysis, pair.Input, 0), 0));
        for (var t = 0; t < steps; t++)
        {
            var inputs = SampleInputs.Of(analysis.Graph, analysis.TimeAxes, 1, seed: 100 + t, positive);
            foreach (var (name, tensor) in feedback)
            {
                inputs[name] = tensor;
            }

            var expected = oracle.Run(inputs);
            Write(session, model, analysis, Data(model, inputs), 0);
            session.Step();
            for (var o = 0; o < model.Outputs.Count; o++)
                Compare(model.Outputs[o].Name, analysis, [Read(session, model, o)], [expected[model.Outputs[o].Name].ToFloats()], t + 1);

            foreach (var pair in states)
                feedback[pair.Input] = expected[pair.Output].Reshaped(StateDims(analysis, pair.Input, t + 1));
        }
    }

    /// <summary>Windows that follow each other against the graph on each of them.</summary>
    private static void CheckWindows(Model model, Analysis analysis, StepGraph steps, int hop, bool positive)
    {
        var length = analysis.Length + (Windows - 1) * hop;
        var inputs = Samples(analysis, steps, length, positive, mask: 1);
        using var session = model.CreateSession();
        var data = Data(model, inputs);
        for (var t = 0; t < length; t++)
        {
            Write(session, model, analysis, data, t);
            session.Step();
            var start = t + 1 - analysis.Length;
            if (start < 0 || start % hop != 0)
                continue;

            var window = inputs.ToDictionary(input => input.Key, input => analysis.TimeAxes.TryGetValue(input.Key, out var axis)
                ? Part(input.Value, axis, start, analysis.Length) : input.Value);
            if (!TryEvaluate(analysis.Graph, window, out var expected) || HiddenRows.MayMakeNaN(analysis.Graph, expected.Values))
                return;

            for (var o = 0; o < model.Outputs.Count; o++)
                Compare(model.Outputs[o].Name, analysis, [Read(session, model, o)], [expected[model.Outputs[o].Name].ToFloats()], t + 1);
        }
    }

    /// <summary>Elements from <paramref name="start"/> on along an axis.</summary>
    private static OnnxTensor Part(OnnxTensor tensor, int axis, int start, int count)
    {
        var shape = tensor.StepShape();
        int outer = Shapes.Product(shape, 0, axis), inner = Shapes.Product(shape, axis + 1, shape.Length);
        var data = tensor.ToFloats();
        var part = new float[outer * count * inner];
        for (var o = 0; o < outer; o++)
            Array.Copy(data, (o * shape[axis] + start) * inner, part, o * count * inner, count * inner);

        return OnnxTensor.FromFloats(part, [.. tensor.Dims.Select((dim, i) => i == axis ? count : dim)]).Cast(tensor.ElementType);
    }

    private static OnnxValue Static(OnnxValue input, Analysis analysis) =>
        analysis.TimeAxes.ContainsKey(input.Name) ? input
        : input with { Dims = analysis.Type(input.Name).Dims };

    /// <summary>Dimensions of a state; one that grows has so many elements.</summary>
    private static long[] StateDims(Analysis analysis, string input, int elements) =>
        [.. analysis.Type(input).StaticDims!.Select((dim, i) => analysis.TimeAxes.TryGetValue(input, out var axis) && axis == i ? elements
        : dim)];

    private static bool TryEvaluate(OnnxGraph graph, Dictionary<string, OnnxTensor> inputs,
        out IReadOnlyDictionary<string, OnnxTensor> outputs)
    {
        try
        {
            outputs = OrtEvaluator.Evaluate(graph, inputs, [.. graph.Outputs.Select(output => output.Name)]);
            return true;
        }
        catch (EdgeSeqException)
        {
            // A prefix that is too short for the model has no reference.
            outputs = new Dictionary<string, OnnxTensor>();
            return false;
        }
    }

    private static Dictionary<string, OnnxTensor> Samples(Analysis analysis, StepGraph steps, int length, bool positive, long mask)
    {
        const int Seed = 7;
        var inputs = SampleInputs.Of(analysis.Graph, analysis.TimeAxes, length, Seed, positive);
        var random = new Random(Seed);
        foreach (var input in steps.Inputs.Where(input => input.Value.Type == ElementType.I64))
        {
            // Ids are drawn from the table that they look up; what looks up none is a mask, and every element counts.
            int[] tables = [.. steps.Nodes.SelectMany(node => RowsIndexedBy(input.Value, node))];
            var shape = inputs[input.Name];
            var ids = Enumerable.Range(0, checked((int)shape.Count)).Select(_ => tables.Length == 0 ? mask : random.Next(tables.Min()))
                .ToArray();
            inputs[input.Name] = OnnxTensor.FromInts(ids, [.. shape.Dims]).Cast(shape.ElementType);
        }

        return inputs;
    }

    private static IEnumerable<int> RowsIndexedBy(StepValue ids, StepNode node) => node.Definition.Inputs
        .Where((operand, i) => operand.Rows is not null && node.Inputs[i]?.Root == ids.Root)
        .Select(operand => node.Int(operand.Rows!));

    private static void Write(Session session, Model model, Analysis analysis, Array[] inputs, int t)
    {
        for (var i = 0; i < model.Inputs.Count; i++)
        {
            var name = model.Inputs[i].Name;
            if (inputs[i] is long[] ids)
                Step(ids, name).CopyTo(session.InputI64(i));
            else
                Step((float[])inputs[i], name).CopyTo(session.Input(i));
        }

        T[] Step<T>(T[] data, string name)
        {
            if (!analysis.TimeAxes.TryGetValue(name, out var axis))
                return data;

            var shape = analysis.Shape(name);
            return Element(data, Shapes.With(shape, axis, data.Length / (Shapes.Count(shape) / shape[axis])), axis, t);
        }
    }

    /// <summary>The elements of the program's inputs, float[] or long[].</summary>
    private static Array[] Data(Model model, Dictionary<string, OnnxTensor> inputs) =>
        [.. model.Inputs.Select(input => input.Type == ElementType.I64 ? (Array)inputs[input.Name].ToInts()
        : inputs[input.Name].ToFloats())];

    private static float[] Read(Session session, Model model, int output) => model.Outputs[output].Type == ElementType.I64
        ? [.. session.OutputI64(output).ToArray().Select(value => (float)value)]
        : session.Output(output).ToArray();

    private static List<float[]> Elements(OnnxTensor tensor, int axis)
    {
        var data = tensor.ToFloats();
        var shape = tensor.StepShape();
        return [.. Enumerable.Range(0, shape[axis]).Select(t => Element(data, shape, axis, t))];
    }

    /// <summary>Element <paramref name="t"/> along an axis, the other axes in order.</summary>
    private static T[] Element<T>(T[] data, int[] shape, int axis, int t)
    {
        int inner = Shapes.Product(shape, axis + 1, shape.Length), outer = Shapes.Product(shape, 0, axis);
        var element = new T[outer * inner];
        for (var o = 0; o < outer; o++)
            Array.Copy(data, (o * shape[axis] + t) * inner, element, o * inner, inner);

        return element;
    }

    private static void Compare(string output, Analysis analysis, List<float[]> actual, List<float[]> expected, int length)
    {
        if (Difference(output, analysis, actual, expected, length) is { } difference)
            throw difference;
    }

    private static EdgeSeqException? Difference(string output, Analysis analysis, List<float[]> actual, List<float[]> expected,
        int length)
    {
        double signal = 0, noise = 0, worst = 0;
        var at = 0;
        for (var t = 0; t < Math.Min(actual.Count, expected.Count); t++)
        {
            for (var i = 0; i < expected[t].Length; i++)
            {
                if (actual[t][i].Equals(expected[t][i]))
                {
                    signal += float.IsFinite(expected[t][i]) ? (double)expected[t][i] * expected[t][i] : 0;
                    continue;
                }

                var difference = Math.Abs((double)actual[t][i] - expected[t][i]);
                signal += (double)expected[t][i] * expected[t][i];
                noise += difference * difference;
                var relative = difference / Math.Max(1, Math.Abs(expected[t][i]));
                if (!(relative <= worst))
                    (worst, at) = (relative, t);
            }
        }

        var rounds = analysis.Graph.Nodes.Any(node => node.OpType is "QuantizeLinear" or "DynamicQuantizeLinear");
        var wrong = actual.Count > expected.Count || (rounds ? signal < RoundedSqnr * noise : !(worst <= Tolerance));
        return wrong
            ? new EdgeSeqException(ErrorCodes.StepsDiffer,
                $"output '{output}' of the step program differs from the model by {worst:g3} at element {at} of {expected.Count} "
                + $"(input of {length} steps)",
                "this is a fault of the converter; convert with --mode window, and report the model")
            : null;
    }
}
