using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Replay;

/// <summary>Everything that a program gave for one recording or a piece of it.</summary>
internal sealed class OutputTrace
{
    /// <summary>Numbers for which there is room from the start.</summary>
    private const long MostReserved = 1 << 24;

    private readonly List<float>[] _values;
    private readonly int[] _lengths;

    /// <param name="elements">Of the inputs, from the first on or not.</param>
    private OutputTrace(Model model, int elements)
    {
        _lengths = [.. model.Outputs.Select(output => output.Length)];
        _values = [.. model.Outputs.Select(output => new List<float>(
            (int)Math.Min(MostReserved, output.Length * ((long)elements * model.InputRate / output.Rate + 1))))];
    }

    /// <summary>Takes an output of one run beside that of another.</summary>
    public delegate void Pair(int output, int tick, ReadOnlySpan<float> actual, ReadOnlySpan<float> expected);

    private delegate void Receiver(int output, ReadOnlySpan<float> values);

    /// <summary>Runs a recording from a reset session, or a later piece of it from where the session stands, by single steps of the
    /// program.</summary>
    public static OutputTrace Of(Model model, Session session, Recording recording)
    {
        var trace = new OutputTrace(model, recording.Steps);
        Run(model, session, recording, (output, values) => trace._values[output].AddRange(values));
        return trace;
    }

    public int Ticks(int output) => _values[output].Count / _lengths[output];

    public ReadOnlySpan<float> At(int output, int tick) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_values[output]).Slice(tick * _lengths[output], _lengths[output]);

    /// <summary>Runs the same recording through another program of the model. A step that it refuses may give the outputs of the one before
    /// again, which do not count; what it does not give counts as zeros.</summary>
    public void Beside(Model model, Session session, Recording recording, Pair pair)
    {
        var ticks = new int[_values.Length];
        Run(model, session, recording, Take);
        for (var output = 0; output < ticks.Length; output++)
        {
            while (ticks[output] < Ticks(output))
                Take(output, new float[_lengths[output]]);
        }

        void Take(int output, ReadOnlySpan<float> values)
        {
            if (ticks[output] < Ticks(output))
                pair(output, ticks[output], values, At(output, ticks[output]++));
        }
    }

    private static void Run(Model model, Session session, Recording recording, Receiver receive)
    {
        if (recording.Start == 0)
            session.Reset();

        for (var step = 0; step < recording.Steps * model.InputRate; step++)
        {
            recording.Fill(session, step / model.InputRate);
            session.Step();
            for (var output = 0; output < model.Outputs.Count; output++)
            {
                if (session.IsReady(output))
                    receive(output, model.Outputs[output].Type == ElementType.F32 ? session.Output(output) : Floats(session, output));
            }
        }
    }

    private static float[] Floats(Session session, int output) => [.. session.OutputI64(output).ToArray().Select(value => (float)value)];
}
