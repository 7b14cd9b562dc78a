using System.CommandLine;
using EdgeSeq.Device.Sources;
using EdgeSeq.Tool.Usage;

namespace EdgeSeq.Tool.Commands;

/// <summary>The options of <c>run</c> and <c>verify</c> that say how a source is read.</summary>
internal sealed class SourceOptions
{
    private readonly Option<long?> _hop = Arguments.Count<long>(
        "--hop", "N", "New samples a step, for sources of single samples; the program's own, or the whole frame, if not given");

    private readonly Option<string> _columns = Arguments.Text(
        "--columns", "A,B,C",
        "Columns of a CSV file that feed the input, in order, by name or by number from 1; the program's channels if not given");

    private readonly Option<double?> _sourceRate = Arguments.PositiveNumber(
        "--source-rate", "HZ",
        "Samples a second that a recording has (rows, where each is a step): converted to the program's rate where they differ");

    private readonly Option<RecordingsWanted> _recordings = Arguments.Choice(
        "--recordings", "How a .npy file is read whose shape fits both one recording and several",
        ("auto", RecordingsWanted.Usual), ("one", RecordingsWanted.One), ("many", RecordingsWanted.Many));

    public Option[] All => [_hop, _columns, _sourceRate, _recordings];

    /// <summary>The context with what the user gave.</summary>
    public SourceContext Apply(ParseResult result, SourceContext context) => context with
    {
        SourceHz = SourceHz(result),
        Recordings = Recordings(result),
        Hop = Hop(result),
        Columns = Columns(result),
    };

    public long? Hop(ParseResult result) => result.GetValue(_hop);

    public double? SourceHz(ParseResult result) => result.GetValue(_sourceRate);

    public RecordingsWanted Recordings(ParseResult result) => result.GetValue(_recordings);

    public string[]? Columns(ParseResult result) => result.GetValue(_columns)?.Split(',', StringSplitOptions.TrimEntries);
}
