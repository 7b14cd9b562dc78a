using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Int8;
using EdgeSeq.Quantize.Verification;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.ConvertTool.Output;

/// <summary>What a user should know of a conversion that went well.</summary>
internal static class ConvertWarnings
{
    /// <summary>Below this share of int8 products int8 cannot save much; above this share of the time of float it saves nothing.</summary>
    private const double LittleInt8 = 0.5, NoFaster = 0.97;

    public static IEnumerable<string> Of(ConversionResult result)
    {
        foreach (var pair in result.KeptStates.Where(pair => pair.ShownOutput is not null))
            yield return $"state {pair.Input} = {pair.Output}: {pair.Evidence}; verify compares with the model as the graph shows it";

        if (result.Noise is not { } noise)
            yield break;

        foreach (var output in noise.Poor)
        {
            yield return $"int8 output '{output.Name}' on noise: {Figures(output)}; "
                + "give recordings of real use with --calibrate DATA, or --precision f32";
        }
    }

    public static string Figures(OutputNoise output)
    {
        var sqnr = output.SqnrDb is { } db ? FormattableString.Invariant($"{db:0.0} dB above its error") : "exact";
        return output.Agreement is { } share ? FormattableString.Invariant($"{sqnr}, {share:0.0 %} of its decisions as in float")
            : sqnr;
    }

    /// <summary>Why the int8 program is no faster than float; null where it is.</summary>
    /// <param name="model">The program, loaded.</param>
    public static string? Slowness(ConversionResult result, Model model)
    {
        if (result.Noise is null || model.Chunk > 1)
            return null;

        var share = MacShare.Of(model.Program);
        if (share == 0)
            return result.Choices.Any(choice => choice.About == "float") ? "nothing that multiplies is int8" : null;

        using var f32 = Model.Load(result.FloatProgram, "float program");
        return NoiseComparison.StepTimes(f32, model) is not { } times || times.Int8 < NoFaster * times.F32 ? null
            : FormattableString.Invariant($"a step takes {times.Int8 / 1000:0.##} µs, in float {times.F32 / 1000:0.##}, here, since ")
            + (share < LittleInt8 ? FormattableString.Invariant($"only {share:0.0 %} of its multiplications are int8")
            : "its matrices are so small that finding the scales of what they multiply takes what int8 saves");
    }
}
