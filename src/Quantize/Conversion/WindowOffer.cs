using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>Windows as the way out of a refusal: with sizes that can be typed, where the graph runs in windows.</summary>
internal static class WindowOffer
{
    /// <summary>A window of a model of any length; which one suits it, its author knows.</summary>
    public const int AnyLength = 64;

    public static bool MayHelp(EdgeSeqException refused) => refused.ExitCode == ExitCode.Unsupported
        && (refused.Hint is null or Refusal.UseWindow || refused.Hint.Contains("operators.md", StringComparison.Ordinal));

    /// <summary>A model of fixed length whose only value comes after that length is none for streams.</summary>
    public static void RequireOutput(string mode, Analysis analysis, StepGraph steps)
    {
        if (mode == "stream" && analysis.LengthIsFixed
            && steps.Outputs.All(output => output.TimeAxis is null && output.Clock.Offset >= analysis.Length * steps.InputRate))
        {
            throw new EdgeSeqException(ErrorCodes.NotCausal,
                $"output '{steps.Outputs[0].Name}' needs more elements than the {analysis.Length} that the model takes", Refusal.UseWindow);
        }
    }

    /// <summary>The refusal with a hint that has been tried.</summary>
    /// <param name="derive">Derives the program of windows of a length.</param>
    public static EdgeSeqException For(EdgeSeqException refused, OnnxGraph graph, ConvertOptions options, Action<int> derive)
    {
        try
        {
            var candidates = TimeAxisGuess.Candidates(graph, options.TimeAxes, SequenceLengths.Find(graph));
            var own = TimeAxisSearch.SizeOf(graph, TimeAxisSearch.Window(graph, candidates, null));
            var length = (int)(own ?? AnyLength);
            derive(length);
            return With(refused, TypedHints.Window(length) + (own is null ? ", another window suits another model" : ""));
        }
        catch (EdgeSeqException)
        {
            return WithoutWindow(refused);
        }
    }

    /// <summary>The refusal where windows are no way out, or are what was refused.</summary>
    public static EdgeSeqException WithoutWindow(EdgeSeqException refused) => refused.Hint is null or Refusal.UseWindow
        ? With(refused, "export the model without this node, or in a form that docs/operators.md lists") : refused;

    private static EdgeSeqException With(EdgeSeqException refused, string hint) => new(refused.Code, refused.Message, hint, refused);
}
