namespace EdgeSeq.Quantize.FrontEnds.Reading;

/// <summary>What calls tell each other: the rate of the samples, and how many channels come in.</summary>
internal sealed class CallContext
{
    private const double Audio = 16000;

    public List<string> Notes { get; } = [];

    /// <summary>0: one channel of audio.</summary>
    public int Channels { get; set; }

    /// <summary>Of the program's input.</summary>
    public double? InputHz { get; private set; }

    /// <summary>Where the calls so far end.</summary>
    private double? Hz { get; set; }

    /// <summary>The rate that a call works at: its own, that of the calls before, or 16 kHz.</summary>
    public double Rate(CallText call)
    {
        var hz = call.Number("rate", "sr", "sample_rate", "fs", "sample_frequency", "samplerate") ?? Hz ?? Audio;
        InputHz ??= hz;
        return Hz ??= hz;
    }

    /// <summary>Reads the rate where a call states one that does not need it.</summary>
    public void TakeRate(CallText call)
    {
        if (call.Number("rate", "sr", "sample_rate", "fs", "sample_frequency", "samplerate") is not null)
            Rate(call);
    }

    public void Resampled(double from, double to)
    {
        InputHz ??= from;
        if (Hz is double before && before != from)
            throw FrontEndErrors.Invalid($"resample({from}, {to}): samples come at {before} Hz");

        Hz = to;
    }

    /// <summary>Reads the number of channels, which the first call may state.</summary>
    public void TakeChannels(CallText call)
    {
        if (call.Whole("channels") is int count)
            Channels = count is >= 1 and <= 4096 ? count : throw FrontEndErrors.Invalid($"{call.Name}: channels={count}", "1 to 4096");
    }
}
