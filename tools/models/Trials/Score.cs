using EdgeSeq.Models.Folders;
using EdgeSeq.Models.References;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Models.Trials;

/// <summary>Runs recordings through a program and gathers how far its outputs are from what is expected.</summary>
internal sealed class Score(Model program, IntegerGrid? outputGrid)
{
    private readonly OutputError _error = new();
    private int _right, _referenceRight, _labelled;

    /// <summary>Largest difference, relative where the reference is above 1.</summary>
    public double Worst { get; private set; }

    public double? Sqnr => _error.SqnrDb;

    public double? Agreement => _error.Agreement;

    public long Compared => _error.Compared;

    /// <summary>What does not fit at all; null where all shapes fit.</summary>
    public string? Mismatch { get; private set; }

    /// <summary>Share of recordings in the right class.</summary>
    public double? Accuracy => _labelled > 0 ? (double)_right / _labelled : null;

    public double? ReferenceAccuracy => _labelled > 0 ? (double)_referenceRight / _labelled : null;

    public void Add(Pass pass, float? label = null)
    {
        using var session = program.CreateSession();
        var given = program.Outputs.Select(_ => new List<(int Step, float[] Values)>()).ToArray();
        for (var t = 0; t < pass.Steps; t++)
        {
            for (var i = 0; i < program.Inputs.Count; i++)
                Fill(session, i, Part(pass.Inputs.GetValueOrDefault("") ?? pass.Inputs[program.Inputs[i].Name], t, pass.Steps));

            session.Step();
            Gather(session, given, t);
        }

        for (var t = pass.Steps; !session.Flush().IsEnded; t++)
            Gather(session, given, t);

        foreach (var expected in pass.Expected)
        {
            var output = expected.Output is null ? 0 : program.OutputIndex(expected.Output);
            if (output >= 0)
                Compare(given[output], expected, pass.Steps, label, program.Outputs[output].Elements > 1);
        }
    }

    private void Gather(Session session, List<(int Step, float[] Values)>[] given, int step)
    {
        for (var o = 0; o < given.Length; o++)
        {
            if (!session.IsReady(o))
                continue;

            var values = Read(session, o);
            given[o].AddRange(values.Chunk(values.Length / program.Outputs[o].Elements).Select(element => (step, element)));
        }
    }

    private static float[] Part(float[] all, int t, int steps) => all[(t * (all.Length / steps))..((t + 1) * (all.Length / steps))];

    private void Fill(Session session, int input, float[] values)
    {
        if (program.Inputs[input].Type == ElementType.F32)
        {
            values.CopyTo(session.Input(input));
            return;
        }

        for (var i = 0; i < values.Length; i++)
            session.InputI64(input)[i] = (long)values[i];
    }

    private float[] Read(Session session, int output)
    {
        var values = program.Outputs[output].Type == ElementType.F32 ? session.Output(output).ToArray()
            : Array.ConvertAll(session.OutputI64(output).ToArray(), value => (float)value);
        return outputGrid?.Values(values) ?? values;
    }

    private void Compare(List<(int Step, float[] Values)> given, Expected expected, int steps, float? label, bool isFaster)
    {
        var width = expected.Rows[0].Length;
        if (given.Count == 0)
        {
            Mismatch = "no output within the recording";
        }
        else if (expected.LastOnly && given[^1].Values.Length >= width)
        {
            var last = given[^1].Values[^width..];
            Element(last, expected.Rows[^1]);
            Label(last, expected.Rows[^1], label);
        }
        else if (given[0].Values.Length == width && (given.Count == expected.Rows.Length || expected.Rows.Length == steps || isFaster))
        {
            var inOrder = isFaster || given.Count == expected.Rows.Length;
            foreach (var (row, values) in given.Select((each, i) => (inOrder ? i : each.Step, each.Values))
                .Where(each => each.Item1 < expected.Rows.Length))
            {
                Element(values, expected.Rows[row]);
            }
        }
        else if (given.Count == 1 && given[0].Values.Length == width * expected.Rows.Length)
        {
            for (var row = 0; row < expected.Rows.Length; row++)
                Element(given[0].Values[(row * width)..((row + 1) * width)], expected.Rows[row]);
        }
        else if (given.Count == 1 && given[0].Values.Length == width)
        {
            Element(given[0].Values, expected.Rows[^1]);
        }
        else if (expected.Rows.Length == 1 && given.Count * given[0].Values.Length == width)
        {
            Element([.. given.SelectMany(each => each.Values)], expected.Rows[0]);
        }
        else
        {
            Mismatch = $"{given.Count} outputs of {given[0].Values.Length} values where {expected.Rows.Length} of {width} are expected";
        }
    }

    private void Element(float[] actual, float[] expected)
    {
        if (expected.Any(float.IsNaN))
            return;

        _error.Add(actual, expected);
        for (var i = 0; i < expected.Length; i++)
        {
            var relative = Math.Abs((double)actual[i] - expected[i]) / Math.Max(1, Math.Abs(expected[i]));
            if (!(relative <= Worst))
                Worst = relative;
        }
    }

    private void Label(float[] actual, float[] expected, float? label)
    {
        if (label is not float known)
            return;

        _labelled++;
        _right += Class(actual) == (int)known ? 1 : 0;
        _referenceRight += Class(expected) == (int)known ? 1 : 0;
    }

    /// <summary>A single value is the probability of class 1.</summary>
    private static int Class(float[] values) => values.Length == 1 ? (values[0] >= 0.5f ? 1 : 0) : Array.IndexOf(values, values.Max());
}
