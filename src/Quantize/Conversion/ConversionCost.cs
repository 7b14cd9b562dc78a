using System.Globalization;
using System.Text.Json;
using EdgeSeq.Quantize.Int8;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Definitions.Ops;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>
/// What the rest of a conversion will take, known once the step graph is: checks, int8 and its comparison with float, without
/// recordings. From counts of multiplications, weights and nodes, and what each took on a processor of 2024; rather too much than too
/// little.
/// </summary>
/// <param name="Seconds">Of one core.</param>
/// <param name="Bytes">Memory in all.</param>
public sealed record ConversionCost(double Seconds, double Bytes)
{
    /// <summary>Above these it is worth saying beforehand.</summary>
    private const double LongSeconds = 15, LargeBytes = 500e6;

    private const double SecondsPerMac = 1 / 1.5e9, SecondsPerNode = 3e-3, SecondsPerInt8Weight = 1.5e-6, SecondsPerFloatWeight = 1e-7;

    private const double BytesAtRest = 120e6, BytesPerWeight = 36, BytesPerNode = 20e3;

    private const int SelfTestSteps = 16;

    public bool IsLarge => Seconds > LongSeconds || Bytes > LargeBytes;

    /// <summary>In words, for people.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture,
        $"about {Seconds:N0} s of one core and {Bytes / 1e6:N0} MB of memory");

    /// <param name="length">Elements of the longest recording that is checked.</param>
    internal static ConversionCost Of(StepGraph steps, int length, ConvertOptions options)
    {
        var macs = steps.Nodes.Sum(node => Macs(node) / node.Clock.Rate);
        var weights = steps.Nodes.SelectMany(node => node.Inputs).OfType<StepValue>()
            .Where(value => value.Place == ValuePlace.Constant).Select(value => value.Root).Distinct().Sum(value => (double)value.Length);
        var whole = steps.Nodes.Select(node => node.Clock).Append(Clock.EveryStep).Max(clock => (double)clock.Offset + clock.Rate);
        var isInt8 = options.Precision == ConvertPrecision.Int8;

        // The prefixes that are checked are four lengths together at most, in the program and in ONNX Runtime.
        var run = Math.Max(SelfTestSteps, whole) + 8.0 * Math.Max((double)length * steps.InputRate, whole);
        if (isInt8)
        {
            var outputs = steps.Outputs.Select(output => (output.Clock.Rate, output.Clock.Offset));
            run += Math.Max(SelfTestSteps, whole)
                + 2.0 * steps.InputRate * NoiseComparison.Elements(macs, outputs, steps.MaxSteps, steps.InputRate);
        }

        var seconds = 1 + SecondsPerMac * macs * run + SecondsPerNode * steps.Nodes.Count
            + (isInt8 ? SecondsPerInt8Weight : SecondsPerFloatWeight) * weights;
        return new ConversionCost(seconds, BytesAtRest + BytesPerWeight * weights + BytesPerNode * steps.Nodes.Count);
    }

    /// <exception cref="EdgeSeqException">ES0207: more than the options allow, or than this machine has.</exception>
    internal void RequireWithin(ConvertOptions options)
    {
        var memory = options.MaxMemoryBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var limit = Bytes > memory ? string.Create(CultureInfo.InvariantCulture, $"{memory / 1e6:N0} MB of memory")
            : Seconds > options.MaxSeconds ? string.Create(CultureInfo.InvariantCulture, $"{options.MaxSeconds:N0} s") : null;
        if (limit is not null)
        {
            throw new EdgeSeqException(ErrorCodes.OnnxTooLarge, $"the conversion would take {Text}, more than {limit}",
                "raise --max-time or --max-memory, or make the model smaller: a shorter --window, --precision f32, a loop or recurrent "
                + "layer in the place of one written out");
        }
    }

    private static double Macs(StepNode node) => OpCost.Macs(new OpSpec
    {
        Op = node.Op,
        Name = node.Name,
        Clock = 0,
        In = [],
        Out = [],
        Attributes = node.Attributes.ToDictionary(a => a.Key, a => JsonSerializer.SerializeToElement(a.Value, a.Value.GetType())),
    });
}
