using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Writing;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Int8;

/// <summary>Recordings in memory with the outputs of the float program, to try graphs on.</summary>
internal sealed class TrialRecordings
{
    /// <summary>Multiplications of one trial; the steps follow from it, within limits.</summary>
    private const double TrialMacs = 4e9;

    private const int MinSteps = 512, MaxSteps = 1 << 15;

    private readonly ProgramDescription _description;
    private readonly PackedConstants _constants = new();
    private readonly LabelSet? _labels;
    private readonly List<Recording> _recordings = [];
    private readonly List<OutputTrace> _expected = [];
    private readonly bool _isEachJudged;

    /// <param name="f32">The float graph.</param>
    /// <param name="labels">A file of labels; null: none.</param>
    public TrialRecordings(StepGraph f32, ProgramDescription description, RecordingSet recordings, string? labels)
    {
        _description = description;
        using var model = Load(f32);
        _labels = labels is null ? null : LabelSet.Read(labels, Extent.Of(recordings, model));
        using var source = recordings.Open(model);
        Expect(model, Recording.ReadAll(source, model.Inputs, StepsOf(model)));
    }

    /// <summary>Without recordings: on what is made for the model, each judged by itself.</summary>
    /// <param name="f32">The float graph.</param>
    public TrialRecordings(StepGraph f32, ProgramDescription description, Func<Model, IReadOnlyList<Recording>> made)
    {
        _description = description;
        _isEachJudged = true;
        using var model = Load(f32);
        Expect(model, made(model));
    }

    /// <summary>Errors of a graph: one for each output, of each recording where each is judged by itself.</summary>
    public int Errors { get; private set; }

    public TrialResult Try(StepGraph graph)
    {
        var errors = ErrorsOf(graph);
        return new TrialResult(errors.Max(error => error.Noise), errors.Max(error => error.ProbabilityError),
            errors.Max(error => error.Loss));
    }

    /// <summary>The <see cref="Errors"/> as shares of the outputs' energies.</summary>
    public double[] Noises(StepGraph graph) => [.. ErrorsOf(graph).Select(error => error.Noise)];

    private LabelledError[] ErrorsOf(StepGraph graph)
    {
        using var model = Load(graph);
        using var session = model.CreateSession();
        var outputs = model.Outputs.Count;
        var errors = Enumerable.Range(0, Errors)
            .Select(i => new LabelledError(model.Outputs[i % outputs], model.InputRate, _labels)).ToArray();
        long firstStep = 0;
        for (var r = 0; r < _recordings.Count; r++)
        {
            var (recording, start, expected) = (r, firstStep, _expected[r]);
            var first = _isEachJudged ? r * outputs : 0;
            expected.Beside(model, session, _recordings[r], (output, tick, actual, reference) => errors[first + output].Add(actual,
                reference, new TickPlace(recording, start, tick, IsLast: tick == expected.Ticks(output) - 1)));
            firstStep += _recordings[r].Steps;
        }

        return errors;
    }

    private void Expect(Model f32, IEnumerable<Recording> recordings)
    {
        using var session = f32.CreateSession();
        foreach (var recording in recordings)
        {
            _recordings.Add(recording);
            _expected.Add(OutputTrace.Of(f32, session, recording));
        }

        Errors = f32.Outputs.Count * (_isEachJudged ? _recordings.Count : 1);
    }

    private static int StepsOf(Model model)
    {
        var macs = NoiseComparison.MacsPerStep(model) * model.InputRate;
        return (int)Math.Clamp(TrialMacs / Math.Max(1, macs), MinSteps, MaxSteps);
    }

    private Model Load(StepGraph graph) =>
        ProgramWriter.Load(graph, _description, _constants);

    /// <summary>Where an output stands.</summary>
    /// <param name="FirstStep">Of its recording among the steps of all.</param>
    private readonly record struct TickPlace(int Recording, long FirstStep, int Tick, bool IsLast);

    /// <summary>The error of one output.</summary>
    /// <param name="inputRate">Steps of the program for each step of a recording.</param>
    private sealed class LabelledError(OutputInfo info, int inputRate, LabelSet? labels)
    {
        private readonly OutputError _error = new();
        private readonly Accuracy _f32 = new(), _actual = new();

        public double Noise => _error.SqnrDb is double sqnr ? Math.Pow(10, -sqnr / 10) : 0;

        public double ProbabilityError => _error.IsProbability ? _error.MaxError : 0;

        public double Loss => Replay.Loss.Of(_error, _f32, _actual);

        public void Add(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected, TickPlace place)
        {
            _error.Add(actual, expected);
            var step = place.FirstStep + (info.Offset + (long)place.Tick * info.Rate) / inputRate;
            if (labels?.Score(place.Recording, step, place.IsLast, Decision.Classes(info)) is int label)
            {
                _f32.Add(Decision.Of(expected) == label);
                _actual.Add(Decision.Of(actual) == label);
            }
        }
    }
}
