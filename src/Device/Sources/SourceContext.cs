using EdgeSeq.Device.Text;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Sources;

/// <summary>What a source must know about the program and the run.</summary>
public sealed record SourceContext
{
    public required IReadOnlyList<InputInfo> Inputs { get; init; }

    /// <summary>Elements along time that the program takes at once; the inputs are those of one.</summary>
    public int Chunk { get; init; } = 1;

    /// <summary>The program's tokeniser, null where it has no vocabulary.</summary>
    public Tokenizer? Tokenizer { get; init; }

    /// <summary>Steps a second that the program was made for.</summary>
    public double? RateHz { get; init; }

    /// <summary>Steps a second that the user asked for.</summary>
    public double? PaceHz { get; init; }

    /// <summary>New samples a step, for sources of single samples.</summary>
    public long? Hop { get; init; }

    /// <summary>Samples a second, or rows where each is a step, that the source was recorded at; null for what the source says, or the
    /// program's own.</summary>
    public double? SourceHz { get; init; }

    public RecordingsWanted Recordings { get; init; }

    /// <summary>Columns of a table for the elements of the input, in order, by name or by number from 1; null to find them.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    public required StopSignal Stop { get; init; }

    /// <summary>Takes a sentence that the user should see although the run goes on.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>The error where --source-rate is given for a program that knows no rate.</summary>
    public static EdgeSeqException NoRate() => new(
        ErrorCodes.OptionInvalid, "--source-rate: the program does not say for how many steps a second it was made",
        "convert it with --rate HZ");

    /// <summary>New samples a step for an input that is a frame of single samples.</summary>
    public long HopOf(InputInfo input) => Hop ?? input.Hop ?? input.Length;

    /// <summary>Single samples a second that the program was made for; null where it does not say.</summary>
    public double? SampleHz(InputInfo input) => input.SampleHz ?? RateHz * HopOf(input);

    /// <summary>Steps a second that a recording of another rate is converted to.</summary>
    /// <exception cref="EdgeSeqException">ES0704 where the program does not say.</exception>
    public double RateForConversion() => RateHz ?? throw NoRate();

    /// <summary>For sources whose steps are whole: there is nothing to hop over.</summary>
    /// <exception cref="EdgeSeqException">ES0704 when --hop was given.</exception>
    public void RefuseHop(string source)
    {
        if (Hop is not null)
            throw new EdgeSeqException(ErrorCodes.OptionInvalid, $"--hop is for sources of single samples; {source} gives whole steps");
    }
}
