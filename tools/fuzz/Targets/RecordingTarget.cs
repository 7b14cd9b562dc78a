using EdgeSeq.Device;
using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sources;
using EdgeSeq.Device.Text;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Fuzz.Targets;

/// <summary>Reads a recording to its end for several programs: a vector of channels, a frame of samples, ids.</summary>
internal static class RecordingTarget
{
    /// <summary>Steps after which a long recording is left.</summary>
    private const int MaxSteps = 10_000;

    private static readonly InputInfo[] Takers =
    [
        new("x", [3], ElementType.F32, 3, ["a", "b", "c"], null),
        new("x", [8], ElementType.F32, 8, null, null),
        new("x", [1], ElementType.I64, 1, null, null),
    ];

    public static void Run(string kind, byte[] recording)
    {
        var path = Input.File($"recording.{kind}", recording);
        foreach (var taker in Takers)
        {
            try
            {
                Read($"{kind}:{path}", taker);
            }
            catch (EdgeSeqException)
            {
                // The next taker may get further.
            }
        }
    }

    private static void Read(string source, InputInfo input)
    {
        var spec = new TextSpec { VocabTensor = "words", Unknown = 1, Pad = 0, MaxTokens = 40, Rule = Tokenizer.Rule };
        using var stop = new StopSignal();
        var context = new SourceContext
        {
            Inputs = [input],
            Stop = stop,
            Tokenizer = new Tokenizer(new Vocabulary("<pad>\n<unk>\na\nfilm"u8), spec)
        };
        using var opened = SourceCatalog.Open(source, context);
        var inputs = new StepInputs(context.Inputs);
        for (var step = 0; step < MaxSteps && opened.Read(inputs) != SourceStep.End; step++)
            inputs.FirstNonFinite();
    }
}
