using System.Security.Cryptography;
using System.Text;
using EdgeSeq.Quantize.Writing;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Conversion.Chains;

/// <summary>What the program of a chain says about itself.</summary>
internal static class ChainDescription
{
    public static ProgramDescription Of(ChainSpec chain, ChainDerivation derived, ConvertOptions options, string version)
    {
        var last = derived.Models.LastOrDefault();
        var files = derived.Models.Select(model => Path.GetFileName(model.Path));
        var hashes = string.Concat(derived.Models.Select(model => model.Sha256));
        return new ProgramDescription
        {
            Name = options.Name ?? chain.Name
                ?? string.Join('+', derived.Models.Select(model => Path.GetFileNameWithoutExtension(model.Path))),
            Mode = "stream",
            RateHz = options.RateHz ?? chain.RateHz ?? derived.FrontEnd?.Hz / (chain.Chunk ?? 1),
            Inputs = DataDescription.Of(derived.Steps, options with { Hop = null }, isWindow: false),
            Decide = options.Decide ?? chain.Decide,
            Labels = DataDescription.Labels(derived.Steps, options.Labels, last?.Labels),
            Nodes = [.. derived.Reports],
            Provenance = new Provenance
            {
                OnnxFile = string.Join(", ", files),
                OnnxSha256 = derived.Models.Count == 1 ? last!.Sha256
                    : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(hashes))),
                Converter = $"edgeseq-convert {version}",
                Precision = options.Precision == ConvertPrecision.Int8 ? "int8" : "f32",
                Calibration = options.Precision == ConvertPrecision.Int8 ? options.Calibrate?.Name : null,
                Options = RecordedOptions.Write(options with { FrontEnd = chain.FrontEnd, Chunk = chain.Chunk }, new RecordedChain
                {
                    Parts = [.. chain.Parts.Select(part => new[] { part.Name, RecordedSource(part) })],
                    Links = [.. chain.Links],
                    States = [.. chain.States.Select(pair => new[] { pair.Input, pair.Output })],
                    Outputs = [.. chain.Outputs],
                }),
            },
        };
    }

    /// <summary>Files by their names: where they lie is not the program's business.</summary>
    private static string RecordedSource(ChainPart part) => part.IsModel ? Path.GetFileName(part.Source) : part.Source;
}
