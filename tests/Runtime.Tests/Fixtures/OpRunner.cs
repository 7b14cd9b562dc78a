using System.Text.Json.Nodes;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Runtime.Tests.Fixtures;

/// <summary>Runs one op (or a few) step by step, and asserts at every step that nothing is allocated.</summary>
internal sealed class OpRunner : IDisposable
{
    private readonly ProgramBuilder _program = new();
    private readonly List<Array> _inputs = [];
    private readonly List<(int From, int To)> _casts = [];
    private Model? _model;
    private Session? _session;

    public ProgramBuilder Program => _program;

    /// <summary>An F32 input with the content of the first step.</summary>
    public int Input(params float[] values)
    {
        _inputs.Add(values);
        return _program.Input<float>($"x{_inputs.Count}", values.Length);
    }

    /// <summary>An I64 input with the content of the first step.</summary>
    public int Input(params long[] values)
    {
        _inputs.Add(values);
        return _program.Input<long>($"x{_inputs.Count}", values.Length);
    }

    public int Output<T>(int length)
        where T : unmanaged
    {
        var y = _program.Arena<T>(length);
        Show<T>(y, length);
        return y;
    }

    /// <summary>Makes a value an output; one that is not F32 or I64 through a Cast op to I64, which <see cref="Op"/> adds.</summary>
    public void Show<T>(int value, int length)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float) || typeof(T) == typeof(long))
        {
            _program.Output<T>($"y{value}", value, 0, length);
            return;
        }

        var shown = _program.Arena<long>(length);
        _casts.Add((value, shown));
        _program.Output<long>($"y{value}", shown, 0, length);
    }

    public void Op(string op, int[] inputs, int[] outputs, params (string Name, JsonNode Value)[] attributes)
    {
        _program.Op(op, inputs, outputs, attributes);
        foreach (var (from, to) in _casts)
            _program.Op("Cast", [from], [to]);
        _casts.Clear();
    }

    /// <summary>One step with other F32 inputs (or the same where none are given); the first output.</summary>
    public float[] Step(params float[][] inputs)
    {
        Run(inputs);
        return _session!.Output(0).ToArray();
    }

    public long[] StepI64(params float[][] inputs)
    {
        Run(inputs);
        return _session!.OutputI64(0).ToArray();
    }

    /// <summary>An output of the step before.</summary>
    public float[] F32(int output) => _session!.Output(output).ToArray();

    public long[] I64(int output) => _session!.OutputI64(output).ToArray();

    public void Dispose()
    {
        _session?.Dispose();
        _model?.Dispose();
    }

    private void Run(float[][] inputs)
    {
        for (var i = 0; i < inputs.Length; i++)
            _inputs[i] = inputs[i];
        _session ??= Start();
        Fill(_session);
        var before = GC.GetAllocatedBytesForCurrentThread();
        _session.Step();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private Session Start()
    {
        _model = _program.Load();
        // The first step of all initialises statics, which allocates once.
        using var warmUp = _model.CreateSession();
        Fill(warmUp);
        warmUp.Step();
        return _model.CreateSession();
    }

    private void Fill(Session session)
    {
        for (var i = 0; i < _inputs.Count; i++)
        {
            if (_inputs[i] is float[] floats)
                floats.CopyTo(session.Input(i));
            else
                ((long[])_inputs[i]).CopyTo(session.InputI64(i));
        }
    }
}
