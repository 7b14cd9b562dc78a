using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Replay;

/// <summary>Everything that a program gave for one recording or a piece of it.</summary>
internal sealed class OutputTrace
{
    private readonly List<float>[] _values;
    private readonly int[] _lengths;

    private OutputTrace(Model model)
    {
        _values = [.. model.Outputs.Select(_ => new List<float>())];
        _lengths = [.. model.Outputs.Select(output => output.Length)];
    }

    /// <summary>Runs a recording from a reset session, or a later piece of it from where the session stands, by single steps of the
    /// program.</summary>
    public static OutputTrace Of(Model model, Session session, Recording recording)
    {
        var trace = new OutputTrace(model);
        if (recording.Start == 0)
            session.Reset();

        for (var step = 0; step < recording.Steps * model.InputRate; step++)
        {
            recording.Fill(session, step / model.InputRate);
            session.Step();
            trace.Take(model, session);
        }

        return trace;
    }

    public int Ticks(int output) => _values[output].Count / _lengths[output];

    public ReadOnlySpan<float> At(int output, int tick) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_values[output]).Slice(tick * _lengths[output], _lengths[output]);

    private void Take(Model model, Session session)
    {
        for (var output = 0; output < _values.Length; output++)
        {
            if (!session.IsReady(output))
                continue;

            if (model.Outputs[output].Type == ElementType.F32)
            {
                _values[output].AddRange(session.Output(output));
            }
            else
            {
                foreach (var value in session.OutputI64(output))
                    _values[output].Add(value);
            }
        }
    }
}
