using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Benchmarks.Programs;

/// <summary>A session of a program on inputs that stay the same.</summary>
internal sealed class ProgramStep : IDisposable
{
    private readonly Model _model;
    private readonly Session _session;

    private readonly int _steps;
    private readonly float[] _inputs = [];
    private readonly float[] _output = [];

    /// <param name="program">An .eseq file.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="steps">Of a call.</param>
    public ProgramStep(byte[] program, string name, int steps = 1)
    {
        _steps = steps;
        _model = Model.Load(program, name);
        _session = _model.CreateSession();
        for (var i = 0; i < _model.Inputs.Count; i++)
        {
            if (_model.Inputs[i].Type == ElementType.F32)
                Kernels.Data.Floats(_model.Inputs[i].Length).CopyTo(_session.Input(i));
        }

        // A program with several inputs or outputs takes its steps one by one.
        if (steps == 1 || _model.Inputs.Count != 1 || _model.Outputs.Count != 1 || _model.Inputs[0].Type != ElementType.F32)
            return;
        _inputs = Kernels.Data.Floats(steps * _model.Inputs[0].Length);
        _output = new float[_model.Outputs[0].Length];
    }

    public long WeightBytes => _model.WeightBytes;

    public string Isa => _model.Isa;

    /// <summary>Steps of a program from one output to the next.</summary>
    public static int StepsPerOutput(byte[] program)
    {
        using var model = Model.Load(program, nameof(program));
        return model.Outputs.Min(output => output.Rate);
    }

    /// <summary>The steps of a call; a program whose positions end starts over there.</summary>
    public void Step()
    {
        for (var left = _inputs.AsSpan(); !left.IsEmpty;)
        {
            _session.StepToOutput(left, _output, out var steps);
            left = left[(steps * _model.Inputs[0].Length)..];
        }

        for (var i = _inputs.Length; i < _steps; i++)
        {
            if (_session.StepCount == _model.MaxSteps)
                _session.Reset();
            _session.Step();
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }
}
