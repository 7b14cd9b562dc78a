using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Conversion.Chains;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Verification;

/// <summary>What a program was made from: one model, several as its chain has them, a chain's file, or nothing but a front end, which the
/// program names itself.</summary>
public sealed record VerifySubject
{
    /// <summary>ONNX files.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    public string? ChainFile { get; init; }

    /// <summary>Where the models of <see cref="ChainFile"/>, or those that the program names, lie.</summary>
    public string? Folder { get; init; }

    internal Original Open(Provenance provenance, IProgress<string>? progress)
    {
        var options = RecordedOptions.Read(provenance.Options);
        if (ChainFile is not null)
            return new ChainOriginal(Conversion.Chains.ChainFile.Read(ChainFile, Folder), options, progress);

        if (RecordedOptions.ReadChain(provenance.Options) is { } chain)
            return new ChainOriginal(Chain(chain, options), options, progress);

        if (options.FrontEnd is { } frontEnd && Models.Count == 0)
            return new ChainOriginal(new ChainSpec([]) { FrontEnd = frontEnd, Chunk = options.Chunk }, options, progress);

        return Models.Count == 1 ? new ModelOriginal(Models[0], options)
            : throw new EdgeSeqException(ErrorCodes.UsageInvalid, $"the program was made from one model, and {Models.Count} are given",
                $"verify {provenance.OnnxFile} PROGRAM.eseq --data DATA");
    }

    private ChainSpec Chain(RecordedChain chain, ConvertOptions options) =>
        new([.. chain.Parts.Select(part => part is [var name, var source] ? new ChainPart(name, Located(new ChainPart(name, source)))
            : throw new EdgeSeqException(ErrorCodes.ProgramInvalid, "the program's chain cannot be read", Hints.Reconvert))])
        {
            FrontEnd = options.FrontEnd,
            Chunk = options.Chunk,
            Links = chain.Links,
            States = [.. chain.States.Select(pair => (pair[0], pair[^1]))],
            Outputs = chain.Outputs,
        };

    /// <summary>A model by its file's name among those that are given, or in the folder.</summary>
    private string Located(ChainPart part) => !part.IsModel ? part.Source
        : Models.FirstOrDefault(path => Path.GetFileName(path) == part.Source)
        ?? (Folder is null ? throw new EdgeSeqException(ErrorCodes.UsageInvalid, $"the program is a chain with {part.Source}, which is "
            + "not given",
            "give all its models, --models FOLDER, or --chain FILE") : Conversion.Chains.ChainFile.Located(part.Source, Folder));
}
