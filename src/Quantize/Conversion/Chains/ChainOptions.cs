using EdgeSeq.Quantize.FrontEnds;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Conversion.Chains;

/// <summary>What the options of a conversion mean for the models of a chain.</summary>
internal static class ChainOptions
{
    /// <summary>Options that a chain says another way.</summary>
    /// <exception cref="EdgeSeqException">ES0706.</exception>
    public static void Require(ConvertOptions options)
    {
        if (options.Normalize is not null)
            throw FrontEndErrors.Invalid("--normalize and a chain", "put normalize(mean=[…], std=[…]) at the end of the front end");

        if (options.Mode is not (ConvertMode.Auto or ConvertMode.Window))
        {
            throw FrontEndErrors.Invalid($"--mode {options.Mode.ToString().ToLowerInvariant()} and a chain", "leave --mode out: each "
                + "link says what its model takes");
        }

        if (options.Vocabulary is not null)
            throw FrontEndErrors.Invalid("--vocab and a chain, which takes samples", "leave --vocab out");
    }

    /// <summary>Every symbol that has been given a size is one of some model.</summary>
    /// <exception cref="EdgeSeqException">ES0720.</exception>
    public static void RequireUsed(ConvertOptions options, IEnumerable<OnnxGraph> models)
    {
        var symbols = models.SelectMany(graph => graph.Inputs).SelectMany(input => input.Dims ?? []).Select(dim => dim.Symbol).ToHashSet();
        if (options.Dims.Keys.FirstOrDefault(name => !symbols.Contains(name)) is { } unknown)
        {
            throw new EdgeSeqException(ErrorCodes.InputValueInvalid, $"--dim {unknown}: no dimension of an input of any model is called so",
                $"the names are {string.Join(", ", symbols.OfType<string>())}");
        }
    }

    /// <summary>Those that speak of a model's own inputs.</summary>
    public static ConvertOptions Of(OnnxGraph graph, ConvertOptions options)
    {
        var symbols = graph.Inputs.SelectMany(input => input.Dims ?? []).Select(dim => dim.Symbol).OfType<string>().ToHashSet();
        bool IsOwn(string text) => text.LastIndexOf('=') is var at && at <= 0 || graph.Inputs.Any(input => input.Name == text[..at]
            || input.Name == text[..text.IndexOf('=', StringComparison.Ordinal)]);
        return options with
        {
            Dims = options.Dims.Where(pair => symbols.Contains(pair.Key)).ToDictionary(),
            Histories = [.. options.Histories.Where(IsOwn)],
            Contexts = [.. options.Contexts.Where(IsOwn)],
            TimeAxes = options.TimeAxes.Where(pair => graph.Inputs.Any(input => input.Name == pair.Key)).ToDictionary(),
        };
    }
}
