using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.FrontEnds;

/// <summary>Stages one after the other, from samples to what a model takes.</summary>
/// <param name="Text">As the user gave it.</param>
/// <param name="Channels">Of a sample; 0: one channel of audio.</param>
/// <param name="Hz">Samples a second; null: not known.</param>
internal sealed record FrontEnd(string Text, IReadOnlyList<FrontEndStage> Stages, int Channels, double? Hz)
{
    public const string InputName = "samples";

    private const int Frames = 6;

    /// <summary>A program's name: the file's, or that of the last call.</summary>
    public string Name => Text.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? Path.GetFileNameWithoutExtension(Text)
        : Text[(Text.LastIndexOf('|') + 1)..].Split('(')[0].Trim();

    /// <summary>Notes of the reader on what it left out.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <param name="chunk">Samples a step, of one channel.</param>
    public FrontEndGraph Build(int chunk)
    {
        if (Channels > 0 && chunk > 1)
            throw FrontEndErrors.Invalid($"--chunk {chunk}: samples of several channels come one a step", "leave --chunk out");

        var size = Channels > 0 ? Channels : chunk;
        var g = new GraphScope("front_end");
        g.Notes.AddRange(Notes);
        var signal = new Signal(g.Input(InputName, 1, "samples", size), [size], Channels > 0 ? SignalKind.Channels : SignalKind.Samples,
            Hz);
        foreach (var stage in Stages)
            signal = stage.Build(g, signal);

        var name = g.Graph.Nodes.Count == 0 ? throw FrontEndErrors.Invalid($"'{Text}' changes nothing") : "features";
        Rename(g.Graph, signal.Wire, name);
        g.Output(name, OnnxElementType.Float32, [1, "rows", .. signal.Element.Select(dim => (OnnxDimension)dim)]);
        return new FrontEndGraph(g.Graph, signal with { Wire = name }, Lengths(chunk), g.Notes);
    }

    /// <summary>Steps that give some rows, for evaluations of the graph: the second length is one that a smaller share of them
    /// is.</summary>
    private int[] Lengths(int chunk)
    {
        long span = 1, hop = 1;
        foreach (var (reach, step) in Stages.Select(stage => stage.Reach))
        {
            span = checked(span + reach * hop);
            hop = checked(hop * Math.Max(1, step));
        }

        var steps = checked((int)((3 * span / 2 + Frames * hop + chunk - 1) / chunk));
        return [steps + 5 + (steps % 2)];
    }

    private static void Rename(OnnxGraph graph, string from, string to)
    {
        foreach (var node in graph.Nodes)
        {
            for (var k = 0; k < node.Outputs.Count; k++)
                node.Outputs[k] = node.Outputs[k] == from ? to : node.Outputs[k];
        }

        graph.RedirectReaders(from, to);
    }
}
