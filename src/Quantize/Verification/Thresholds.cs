using System.Globalization;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Verification;

/// <summary>What a program must reach.</summary>
internal static class Thresholds
{
    /// <returns>A sentence for every threshold that an output breaks.</returns>
    /// <exception cref="EdgeSeqException">ES0704: a threshold needs labels or decisions that there are not.</exception>
    public static IReadOnlyList<string> Broken(VerifyOptions options, IReadOnlyList<VerifiedOutput> outputs)
    {
        if (options.MaxLoss is not null && outputs.All(output => output.Accuracy is null))
        {
            throw new EdgeSeqException(ErrorCodes.OptionInvalid, "--max-loss needs the accuracy, and that needs labels and an output of classes", "give --labels Y.npy");
        }

        if (options.MinAgreement is not null && outputs.All(output => output.Error.Agreement is null))
        {
            throw new EdgeSeqException(ErrorCodes.OptionInvalid, "--min-agreement: no output of the model decides between classes", "use --min-sqnr or --max-error");
        }

        return [.. outputs.SelectMany(output => Broken(options, output))];
    }

    private static IEnumerable<string> Broken(VerifyOptions options, VerifiedOutput output)
    {
        if (output.Error.MaxError > options.MaxError)
        {
            yield return Text($"output '{output.Name}': largest error {output.Error.MaxError:g4}, allowed are {options.MaxError:g4}");
        }

        if (output.Error.SqnrDb < options.MinSqnr)
        {
            yield return Text($"output '{output.Name}': SQNR {output.Error.SqnrDb:0.0} dB, {options.MinSqnr:0.0} are wanted");
        }

        if (output.Error.Agreement < options.MinAgreement)
        {
            yield return Text($"output '{output.Name}': agreement {output.Error.Agreement:0.0000}, {options.MinAgreement:0.0000} are wanted");
        }

        if (output.Accuracy is { } accuracy && accuracy.Onnx.Share - accuracy.Int8.Share > options.MaxLoss)
        {
            yield return Text($"output '{output.Name}': accuracy {accuracy.Int8.Share:0.0000} after {accuracy.Onnx.Share:0.0000}, allowed is a loss of {options.MaxLoss:0.0000}");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
