using EdgeSeq.Device;
using EdgeSeq.Device.Sources;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Replay;

/// <summary>One recording, or a piece of it, in memory: every input, one step after another.</summary>
internal sealed class Recording(IReadOnlyList<InputInfo> inputs)
{
    private readonly List<float>[] _floats = [.. inputs.Select(_ => new List<float>())];
    private readonly List<long>[] _ids = [.. inputs.Select(_ => new List<long>())];

    public int Steps { get; private set; }

    /// <summary>Steps of the same recording that came before, in other pieces.</summary>
    public long Start { get; private init; }

    /// <summary>No step of the recording follows.</summary>
    public bool IsEnd { get; private set; } = true;

    public IReadOnlyList<InputInfo> Inputs { get; } = inputs;

    /// <summary>A recording of so many steps, each of which is filled in turn.</summary>
    public static Recording Of(IReadOnlyList<InputInfo> inputs, int steps, Action<StepInputs> fill)
    {
        var step = new StepInputs(inputs);
        var recording = new Recording(inputs);
        while (recording.Steps < steps)
        {
            fill(step);
            recording.Add(step);
        }

        return recording;
    }

    /// <summary>Reads a source recording by recording; recordings without steps are left out.</summary>
    /// <param name="maxSteps">Steps after which the source is left, within a recording if need be.</param>
    public static IEnumerable<Recording> ReadAll(ISource source, IReadOnlyList<InputInfo> inputs, long maxSteps = long.MaxValue)
    {
        var step = new StepInputs(inputs);
        var recording = new Recording(inputs);
        long steps = 0;
        for (var read = source.Read(step); read != SourceStep.End && steps < maxSteps; read = source.Read(step))
        {
            if (read == SourceStep.Step)
            {
                Replayer.RequireFinite(source, step, steps++);
                recording.Add(step);
            }
            else if (recording.Steps > 0)
            {
                yield return recording;
                recording = new Recording(inputs);
            }
        }

        if (recording.Steps > 0)
            yield return recording;
    }

    /// <summary>Reads a source in pieces of recordings, so that memory does not grow with their length.</summary>
    /// <param name="pieceSteps">Steps of a piece; the last one of a recording may have fewer.</param>
    public static IEnumerable<Recording> ReadPieces(ISource source, IReadOnlyList<InputInfo> inputs, int pieceSteps)
    {
        var step = new StepInputs(inputs);
        var piece = new Recording(inputs);
        long steps = 0;
        for (var read = source.Read(step); read != SourceStep.End; read = source.Read(step))
        {
            if (read == SourceStep.Step)
            {
                Replayer.RequireFinite(source, step, steps++);
                if (piece.Steps == pieceSteps)
                {
                    piece.IsEnd = false;
                    yield return piece;
                    piece = new Recording(inputs) { Start = piece.Start + piece.Steps };
                }

                piece.Add(step);
            }
            else if (piece.Steps > 0)
            {
                yield return piece;
                piece = new Recording(inputs);
            }
        }

        if (piece.Steps > 0)
            yield return piece;
    }

    /// <summary>Elements of an input in steps [from, from + count); only for a float input.</summary>
    public ReadOnlySpan<float> Floats(int input, int from, int count) => Part(_floats[input], input, from, count);

    /// <summary>As <see cref="Floats"/>, for an input of whole numbers.</summary>
    public ReadOnlySpan<long> Ids(int input, int from, int count) => Part(_ids[input], input, from, count);

    /// <summary>Puts a step's inputs into a session.</summary>
    public void Fill(Session session, int step)
    {
        for (var i = 0; i < Inputs.Count; i++)
        {
            if (Inputs[i].Type == ElementType.F32)
                Floats(i, step, 1).CopyTo(session.Input(i));
            else
                Ids(i, step, 1).CopyTo(session.InputI64(i));
        }
    }

    private void Add(StepInputs step)
    {
        Steps++;
        for (var i = 0; i < Inputs.Count; i++)
        {
            _floats[i].AddRange(step.Floats(i));
            _ids[i].AddRange(step.Ids(i));
        }
    }

    private ReadOnlySpan<T> Part<T>(List<T> values, int input, int from, int count) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(values).Slice(from * Inputs[input].Length, count * Inputs[input].Length);
}
