using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Device.Sources;

/// <summary>Feeds single samples as frames of the input's length: each step sees the last samples, of which the newest
/// <c>hop</c> came since the step before. Zeros stand before the start; samples that do not fill a last hop are left over.</summary>
internal sealed class FramedSource : ISource
{
    private readonly ISampleReader _reader;
    private readonly SourceContext _context;
    private readonly int _hop;

    public FramedSource(string name, ISampleReader reader, SourceContext context)
    {
        if (context.Inputs is not [var input])
        {
            reader.Dispose();
            throw new EdgeSeqException(
                ErrorCodes.RecordingShape,
                $"{name}: single samples cannot feed a program with {context.Inputs.Count} inputs",
                "give a folder with one NAME.npy for each input: npy:FOLDER");
        }

        if (input.Type != ElementType.F32)
        {
            reader.Dispose();
            throw new EdgeSeqException(ErrorCodes.RecordingShape,
                $"{name}: samples cannot feed input '{input.Name}', which takes whole numbers");
        }

        var length = input.Length;
        var hop = context.Hop ?? length;
        if (hop < 1 || hop > length)
        {
            reader.Dispose();
            throw new EdgeSeqException(
                ErrorCodes.OptionInvalid, $"--hop {hop} is not between 1 and {length}, the length of input '{input.Name}'");
        }

        _hop = (int)hop;
        Name = name;
        _reader = reader;
        _context = context;
        WarnAboutRate();
    }

    public string Name { get; }

    public bool IsBatch => false;

    public long? Steps => _reader.Count / _hop;

    public int SamplesPerStep => _hop;

    public double? RateHz => _reader.RateHz / _hop;

    public bool IsLive => _reader.IsLive;

    public string? Position => _reader.Position;

    public SamplingReport? Sampling => _reader.Sampling;

    public StampReport? Stamps => _reader.Stamps;

    public SourceStep Read(StepInputs inputs)
    {
        var frame = inputs.Floats(0);
        frame[_hop..].CopyTo(frame);
        var read = _reader.Read(frame[^_hop..]);
        inputs.Mark = _reader.TakeMark();
        if (read == _hop)
            return SourceStep.Step;
        if (read > 0 && !_context.Stop.IsSet)
            _context.Warn($"{Name}: {read} samples at the end do not fill a step of {_hop} and were left over");
        return SourceStep.End;
    }

    public void Dispose() => _reader.Dispose();

    private void WarnAboutRate()
    {
        const double Tolerance = 0.01;
        if (RateHz is { } mine && _context.RateHz is { } programs && Math.Abs(mine - programs) > Tolerance * programs)
        {
            _context.Warn(FormattableString.Invariant(
                $"{Name} gives {mine:0.###} steps a second, the program was made for {programs:0.###}"));
        }
    }
}
