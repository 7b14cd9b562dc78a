using System.Globalization;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Verification;

/// <summary>What a program must reach.</summary>
internal static class Thresholds
{
    /// <returns>A sentence for every threshold that an output breaks.</returns>
    /// <exception cref="EdgeSeqException">ES0704: a threshold needs decisions that there are not.</exception>
    public static IReadOnlyList<string> Broken(VerifyOptions options, IReadOnlyList<VerifiedOutput> outputs)
    {
        if (options.MinAgreement is not null && outputs.All(output => output.Error.Agreement is null))
        {
            throw new EdgeSeqException(ErrorCodes.OptionInvalid, "--min-agreement: no output of the model decides between classes",
                "use --min-sqnr or --max-error");
        }

        return [.. outputs.SelectMany(output => Broken(options, output))];
    }

    private static IEnumerable<string> Broken(VerifyOptions options, VerifiedOutput output)
    {
        if (output.Error.MaxError > options.MaxError)
            yield return Text($"output '{output.Name}': largest error {output.Error.MaxError:g4}, allowed are {options.MaxError:g4}");

        if (output.Error.SqnrDb < options.MinSqnr)
            yield return Text($"output '{output.Name}': SQNR {output.Error.SqnrDb:0.0} dB, {options.MinSqnr:0.0} are wanted");

        if (output.Error.Agreement < options.MinAgreement)
        {
            yield return Text(
                $"output '{output.Name}': agreement {output.Error.Agreement:0.0000}, {options.MinAgreement:0.0000} are wanted");
        }

        if (output.Loss > options.MaxLoss)
            yield return Text($"output '{output.Name}': loss {output.Loss:0.0000}, allowed are {options.MaxLoss:0.0000}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
