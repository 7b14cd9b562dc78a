using EdgeSeq.Device.Resampling;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Sources;

/// <summary>Feeds single samples as frames of the input's length: each step sees the last samples, of which the newest
/// <c>hop</c> came since the step before. Zeros stand before the start; samples that do not fill a last hop are left over.</summary>
internal sealed class FramedSource : ISource
{
    private readonly SourceContext _context;
    private readonly int _hop;
    private ISampleReader _reader;

    public FramedSource(string name, ISampleReader reader, SourceContext context)
    {
        if (context.Inputs is not [var input])
        {
            reader.Dispose();
            throw new EdgeSeqException(
                ErrorCodes.RecordingShape,
                $"{name}: single samples cannot feed a program with {context.Inputs.Count} inputs",
                "an input that never changes is set when the model is converted, --set NAME=VALUE; else give a folder with one NAME.npy "
                    + "for each input: npy:FOLDER");
        }

        if (input.Type != ElementType.F32)
        {
            reader.Dispose();
            throw new EdgeSeqException(ErrorCodes.RecordingShape,
                $"{name}: samples cannot feed input '{input.Name}', which takes whole numbers");
        }

        Name = name;
        _context = context;
        _reader = reader;
        try
        {
            _hop = (int)Hop(input);
            if (context.SourceHz is { } fromHz)
                Convert(fromHz, context.SampleHz(input) ?? throw SourceContext.NoRate());
            else
                WarnAboutRate(input);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
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

    public RateConversion? Conversion { get; private set; }

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

    private long Hop(InputInfo input)
    {
        var hop = _context.HopOf(input);
        if (hop < 1 || hop > input.Length)
        {
            throw new EdgeSeqException(
                ErrorCodes.OptionInvalid, $"--hop {hop} is not between 1 and {input.Length}, the length of input '{input.Name}'");
        }

        if (input.Hop is { } programs && programs != hop)
            _context.Warn($"--hop {hop} is not the program's own: it was made for {programs} new samples a step");
        return hop;
    }

    private void Convert(double fromHz, double toHz)
    {
        if (_reader.RateHz is { } own && own != fromHz)
            _context.Warn(FormattableString.Invariant($"{Name} says that it has {own:0.###} samples a second; --source-rate {fromHz} holds"));
        if (fromHz == toHz)
            return;
        var converted = new ConvertedReader(Name, _reader, fromHz, toHz);
        Conversion = converted.Conversion;
        _reader = converted;
    }

    private void WarnAboutRate(InputInfo input)
    {
        const double Tolerance = 0.01;
        if (_reader.RateHz is { } mine && _context.SampleHz(input) is { } programs && Math.Abs(mine - programs) > Tolerance * programs)
        {
            _context.Warn(FormattableString.Invariant($"{Name} has {mine:0.###} samples a second, the program was made for {programs:0.###}; ")
                + FormattableString.Invariant($"they are fed as they are. --source-rate {mine:0.###} converts them"));
        }
    }
}
