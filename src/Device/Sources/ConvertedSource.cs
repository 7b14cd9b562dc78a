using EdgeSeq.Device.Resampling;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Sources;

/// <summary>Whole steps at another rate than they were recorded at: each value of the input is a signal. A row with a missing value makes
/// the next converted one missing; in the filter the last good row stands for it.</summary>
internal sealed class ConvertedSource : ISource
{
    private readonly ISource _inner;
    private readonly RateConverter _converter;
    private readonly StepInputs _row;

    private ConvertedSource(ISource inner, InputInfo input, double fromHz, double toHz)
    {
        _inner = inner;
        _converter = new RateConverter(inner.Name, input.Length, fromHz, toHz);
        _row = new StepInputs([input]);
        Conversion = new RateConversion(fromHz, toHz, _converter.DelaySeconds);
    }

    public RateConversion? Conversion { get; }

    public string Name => _inner.Name;

    public bool IsBatch => _inner.IsBatch;

    public long? Steps => (long?)(_inner.Steps * Conversion!.ToHz / Conversion.FromHz);

    public double? RateHz => Conversion!.ToHz;

    public bool IsLive => _inner.IsLive;

    public string? Position => _inner.Position;

    public StampReport? Stamps => _inner.Stamps;

    /// <summary>The source itself where its rate is the program's.</summary>
    /// <exception cref="EdgeSeqException">ES0704 where its steps are no signals, or the rates have no simple ratio.</exception>
    public static ISource Of(ISource inner, double fromHz, SourceContext context)
    {
        if (context.Inputs is not [{ Type: ElementType.F32 } input])
        {
            throw new EdgeSeqException(
                ErrorCodes.OptionInvalid, $"--source-rate: {inner.Name} feeds no single input of measurements, so its rate cannot be converted");
        }

        var toHz = context.RateForConversion();
        return toHz == fromHz ? inner : new ConvertedSource(inner, input, fromHz, toHz);
    }

    public SourceStep Read(StepInputs inputs)
    {
        var isGood = true;
        while (!_converter.HasOutput)
        {
            switch (_inner.Read(_row))
            {
                case SourceStep.RecordingEnd:
                    _converter.Reset();
                    return SourceStep.RecordingEnd;
                case SourceStep.End:
                    return SourceStep.End;
            }

            var isWhole = _row.FirstNonFinite() is null;
            isGood &= isWhole;
            if (isWhole)
                _converter.Push(_row.Floats(0));
            else
                _converter.PushMissing(_row.Floats(0));
        }

        _converter.Pull(inputs.Floats(0));
        if (!isGood)
            inputs.Floats(0).Fill(float.NaN);
        return SourceStep.Step;
    }

    public void Dispose() => _inner.Dispose();
}
