using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Onnx.Reading;
using EdgeSeq.Quantize.Onnx.Writing;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>
/// A small graph converted in f32 and run step by step on random input. The oracle: after every step, what the program has given by
/// then equals what ONNX Runtime gives for the input up to that step.
/// </summary>
internal sealed class Streamed : IDisposable
{
    private const float Tolerance = 1e-4f;

    private readonly TemporaryFolder _folder = new();
    private readonly OrtSession _oracle;
    private readonly List<StepInput> _inputs;
    private readonly List<StepOutput> _outputs;

    private Streamed(GraphBuilder graph, ConvertOptions options, GraphBuilder? oracle = null)
        : this(graph.ToBytes(), options, (oracle ?? graph).ToBytes(), (oracle ?? graph).Build())
    {
    }

    private Streamed(byte[] onnx, ConvertOptions options, byte[] oracle, OnnxGraph graph)
    {
        var path = _folder.Write("model.onnx", onnx);
        var result = Converter.Convert(path, options with { Precision = ConvertPrecision.F32 });
        _inputs = result.Steps.Inputs;
        _outputs = result.Steps.Outputs;
        Ops = [.. result.Steps.Nodes.Select(node => node.Op)];
        Model = Model.Load(result.Program, "test");
        _oracle = OrtSession.Open(_folder.Write("oracle.onnx", oracle), optimized: false);
        Graph = graph;
    }

    public Model Model { get; }

    public OnnxGraph Graph { get; }

    /// <summary>The step ops in order.</summary>
    public IReadOnlyList<string> Ops { get; }

    public int Delay => Model.Delay;

    public int Rate => Model.Outputs[0].Rate;

    /// <summary>Converts the graph and holds every prefix against the oracle.</summary>
    /// <param name="steps">Steps to stream, unless the program ends sooner or the graph has a fixed length.</param>
    /// <param name="tokens">Integer inputs are drawn from [0, tokens).</param>
    /// <param name="oracle">The same model spelled so that ONNX Runtime runs it, where it does not run <paramref name="graph"/>.</param>
    public static Streamed Check(GraphBuilder graph, int steps = 20, ConvertOptions? options = null, int tokens = 8,
        GraphBuilder? oracle = null)
    {
        return new Streamed(graph, options ?? new ConvertOptions(), oracle).Checked(steps, tokens);
    }

    /// <summary>Converts a model file without external data and holds every prefix against the oracle.</summary>
    /// <param name="runsAsItIs">Whether ONNX Runtime runs the file; else it is given what the converter reads from it.</param>
    public static Streamed CheckFile(string path, bool runsAsItIs = true, int steps = 20)
    {
        var bytes = File.ReadAllBytes(path);
        var graph = OnnxModel.Load(path).Graph;
        return new Streamed(bytes, new ConvertOptions(), runsAsItIs ? bytes : OnnxWriter.ToBytes(graph), graph).Checked(steps, tokens: 8);
    }

    /// <summary>Converts to window mode and holds every window against the oracle.</summary>
    /// <param name="oracle">As of <see cref="Check"/>.</param>
    public static void CheckWindows(GraphBuilder graph, int window, int hop, int steps = 20, GraphBuilder? oracle = null) =>
        CheckWindow(graph, window, hop, steps, oracle).Dispose();

    /// <summary>The same; what became of it.</summary>
    public static Streamed CheckWindow(GraphBuilder graph, int window, int hop, int steps = 20, GraphBuilder? oracle = null)
    {
        var streamed = new Streamed(graph, new ConvertOptions { Mode = ConvertMode.Window, Window = window, Hop = hop }, oracle);
        var axes = streamed.TimeAxesOfGraph(window);
        var whole = streamed.RandomInputs(axes, steps, 8);
        using var session = streamed.Model.CreateSession();
        for (var t = 0; t < steps; t++)
        {
            streamed.Step(session, whole, axes, t);
            var due = t >= window - 1 && (t - window + 1) % hop == 0;
            for (var o = 0; o < streamed._outputs.Count; o++)
            {
                Assert.Equal(due, session.IsReady(o));
                if (due)
                {
                    var last = whole.ToDictionary(pair => pair.Key, pair => axes.TryGetValue(pair.Key, out var axis)
                        ? StepTensors.Range(pair.Value, axis, t - window + 1, window) : pair.Value);
                    AssertNear(streamed._oracle.Run(last)[streamed._outputs[o].Name].ToFloats(), streamed.Read(session, o),
                        $"window that ends at step {t}");
                }
            }
        }

        return streamed;
    }

    /// <summary>The error with which the graph is refused.</summary>
    public static EdgeSeqException Refused(GraphBuilder graph, ConvertOptions? options = null) =>
        Assert.Throws<EdgeSeqException>(() => new Streamed(graph, options ?? new ConvertOptions()).Dispose());

    public void Dispose()
    {
        Model.Dispose();
        _oracle.Dispose();
        _folder.Dispose();
    }

    private Streamed Checked(int steps, int tokens)
    {
        try
        {
            CheckPrefixes(steps, tokens);
            return this;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private void CheckPrefixes(int steps, int tokens)
    {
        var axes = _inputs.Where(input => input.TimeAxis is not null).ToDictionary(input => input.Name, input => input.TimeAxis!.Value);
        Assert.NotEmpty(axes);
        var fixedLength = (int?)Graph.Inputs.First(input => axes.ContainsKey(input.Name)).Dims![axes.First().Value].Size;
        steps = fixedLength ?? (int)Math.Min(steps, Model.MaxSteps ?? steps);
        var whole = RandomInputs(axes, steps, tokens);
        using var session = Model.CreateSession();
        var given = _outputs.Select(_ => new List<float[]>()).ToArray();
        var compared = 0;
        for (var t = 0; t < steps; t++)
        {
            Step(session, whole, axes, t);
            for (var o = 0; o < given.Length; o++)
            {
                if (session.IsReady(o))
                    given[o].AddRange(Elements(session, o));
            }

            if ((fixedLength is null || t == steps - 1) && TryRun(Prefix(whole, axes, t + 1)) is { } expected)
            {
                CheckPrefix(expected, given, t);
                CheckFlushed(session, expected, given, t);
                compared += given.Min(elements => elements.Count);
            }
        }

        Assert.NotEqual(0, compared);
    }

    private void CheckPrefix(IReadOnlyDictionary<string, OnnxTensor> expected, List<float[]>[] given, int t)
    {
        for (var o = 0; o < given.Length; o++)
        {
            var tensor = expected[_outputs[o].Name];
            if (_outputs[o].TimeAxis is not int axis)
            {
                if (given[o].Count > 0)
                    AssertNear(tensor.ToFloats(), given[o][^1], $"{_outputs[o].Name} after step {t}");
                continue;
            }

            Assert.True(given[o].Count <= tensor.Dims[axis],
                $"{_outputs[o].Name}: {given[o].Count} elements after step {t}, the model has {tensor.Dims[axis]}");
            for (var j = 0; j < given[o].Count; j++)
                AssertNear(StepTensors.Element(tensor, axis, j), given[o][j], $"{_outputs[o].Name} element {j} after step {t}");
        }
    }

    /// <summary>Were this the end of the recording, a flush would give the rest of what the model gives.</summary>
    private void CheckFlushed(Session session, IReadOnlyDictionary<string, OnnxTensor> expected, List<float[]>[] given, int t)
    {
        if (Model.FlushSteps == 0)
            return;

        using var ended = Model.CreateSession();
        using var state = new MemoryStream();
        session.Save(state);
        state.Position = 0;
        ended.Restore(state);
        var all = given.Select(elements => elements.ToList()).ToArray();
        while (!ended.Flush().IsEnded)
        {
            for (var o = 0; o < all.Length; o++)
            {
                if (ended.IsReady(o))
                    all[o].AddRange(Elements(ended, o));
            }
        }

        CheckPrefix(expected, all, t);
        for (var o = 0; o < all.Length; o++)
        {
            if (_outputs[o].TimeAxis is int axis && _outputs[o].Tail > 0)
                Assert.Equal(expected[_outputs[o].Name].Dims[axis] / Model.Outputs[o].Elements * Model.Outputs[o].Elements, all[o].Count);
        }
    }

    /// <summary>Null where the model does not take a prefix of that length.</summary>
    private IReadOnlyDictionary<string, OnnxTensor>? TryRun(Dictionary<string, OnnxTensor> inputs)
    {
        try
        {
            return _oracle.Run(inputs);
        }
        catch (EdgeSeqException error) when (error.Code == ErrorCodes.OnnxRuntimeFails)
        {
            return null;
        }
    }

    /// <summary>Axes that are called time, or that have the window's own length.</summary>
    private Dictionary<string, int> TimeAxesOfGraph(int window)
    {
        return Graph.Inputs.Where(input => input.Dims!.Any(IsTime))
            .ToDictionary(input => input.Name, input => input.Dims!.ToList().FindIndex(dim => IsTime(dim)));

        bool IsTime(OnnxDimension dim) => dim.Symbol == "time" || dim.Size == window;
    }

    private Dictionary<string, OnnxTensor> RandomInputs(Dictionary<string, int> axes, int steps, int tokens)
    {
        var random = new Random(42);
        return Graph.Inputs.ToDictionary(input => input.Name, input =>
        {
            long[] dims = [.. input.Dims!.Select((dim, i) => axes.TryGetValue(input.Name, out var axis) && axis == i ? steps : dim.Size
                ?? 1)];
            return input.ElementType.IsFloat()
                ? GraphBuilder.Random(random, dims, 1.5f).Cast(input.ElementType)
                : OnnxTensor.FromInts([.. Enumerable.Range(0, (int)dims.Aggregate(1L, (a, b) => a * b))
                .Select(_ => (long)random.Next(tokens))], dims).Cast(input.ElementType);
        });
    }

    private static Dictionary<string, OnnxTensor> Prefix(Dictionary<string, OnnxTensor> whole, Dictionary<string, int> axes, int length) =>
        whole.ToDictionary(pair => pair.Key, pair => axes.TryGetValue(pair.Key, out var axis)
        ? StepTensors.Range(pair.Value, axis, 0, length) : pair.Value);

    private void Step(Session session, Dictionary<string, OnnxTensor> whole, Dictionary<string, int> axes, int t)
    {
        for (var i = 0; i < _inputs.Count; i++)
        {
            var tensor = whole[_inputs[i].Name];
            var element = axes.TryGetValue(_inputs[i].Name, out var axis) ? StepTensors.Range(tensor, axis, t, 1) : tensor;
            if (Model.Inputs[i].Type == ElementType.I64)
                element.ToInts().CopyTo(session.InputI64(i));
            else
                element.ToFloats().CopyTo(session.Input(i));
        }

        session.Step();
    }

    /// <summary>The elements along time that a step gave at once.</summary>
    private IEnumerable<float[]> Elements(Session session, int output) =>
        Read(session, output).Chunk(Model.Outputs[output].Length / Model.Outputs[output].Elements);

    private float[] Read(Session session, int output) => Model.Outputs[output].Type == ElementType.I64
        ? [.. session.OutputI64(output).ToArray().Select(value => (float)value)]
        : session.Output(output).ToArray();

    private static void AssertNear(float[] expected, float[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var allowed = Tolerance * Math.Max(1, Math.Abs(expected[i]));
            Assert.True(Math.Abs(expected[i] - actual[i]) <= allowed,
                $"{what}, value {i}: {actual[i]} where the model gives {expected[i]}");
        }
    }
}
