using EdgeSeq.Quantize.FrontEnds;
using EdgeSeq.Quantize.FrontEnds.Reading;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Streaming;

namespace EdgeSeq.Quantize.Conversion.Chains;

/// <summary>What stands between models: spectra of frames, frames of spectra, overlap-add. Each is a graph of one step.</summary>
internal static class ChainBlocks
{
    /// <summary>The block, or null where the text is a model's file.</summary>
    public static (OnnxGraph Graph, StatePair[] States)? Of(string source)
    {
        if (source.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
            return null;

        var call = CallText.Parse(source);
        var size = call.WholeAt(0, "size", "hop") ?? throw FrontEndErrors.Invalid($"{call.Name} lacks its size", $"{call.Name}(512)");
        if (size is < 1 or > 1 << 16)
            throw FrontEndErrors.Invalid($"{call.Name}({size})", "1 to 65536");

        var g = new GraphScope(call.Name);
        var states = call.Name switch
        {
            "fourier" => Fourier(g, size, call),
            "inverse-fourier" => Inverse(g, size, call),
            "overlap-add" => OverlapAdd(g, size, call),
            _ => throw FrontEndErrors.Invalid($"there is no block '{call.Name}'",
                "fourier, inverse-fourier, overlap-add, or a file that ends in .onnx"),
        };
        call.Finish(2);
        return (g.Graph, states);
    }

    /// <summary>A frame's spectrum: magnitude [bins], power [bins] and re_im [bins, 2].</summary>
    private static StatePair[] Fourier(GraphScope g, int size, CallText call)
    {
        var bins = size / 2 + 1;
        var frame = g.Input("frame", 1, size);
        if (call.Text("window") is { } window)
            frame = g.Times(frame, g.Floats(Library.Window(call, window, size, periodic: true, 0).Values(), "window", size));

        var z = FrontEnds.Stages.Fourier.Forward(g, frame, 2, size);
        Give(g, g.Reduce("ReduceL2", z, 2, keep: false), "magnitude", 1, bins);
        Give(g, g.Reduce("ReduceSumSquare", z, 2, keep: false), "power", 1, bins);
        Give(g, g.Reshape(z, 1, bins, 2), "re_im", 1, bins, 2);
        return [];
    }

    /// <summary>The frame whose spectrum is re_im times the mask of each bin, with the phase that it has.</summary>
    private static StatePair[] Inverse(GraphScope g, int size, CallText call)
    {
        var bins = size / 2 + 1;
        var spectrum = g.Input("re_im", 1, bins, 2);
        var mask = g.Input("mask", 1, bins);
        var masked = g.Times(spectrum, g.Reshape(mask, 1, bins, 1));
        var parts = g.Reshape(masked, 1, 2 * bins);
        var weights = call.Text("window") is { } window ? Library.Window(call, window, size, periodic: true, 0).Values()
            : [.. Enumerable.Repeat(1.0, size)];
        var matrix = FrontEnds.Stages.Fourier.InverseMatrix(size, weights);
        Give(g, g.Add("MatMul", [parts, g.Floats(matrix, "inverse", 2 * bins, size)]), "frame", 1, size);
        return [];
    }

    /// <summary>Frames to blocks of <c>hop</c> samples. With a window, sums are divided by those of its squares.</summary>
    private static StatePair[] OverlapAdd(GraphScope g, int hop, CallText call)
    {
        var size = call.WholeAt(1, "frame")
            ?? throw FrontEndErrors.Invalid("overlap-add lacks the frame's length", "overlap-add(128, 512)");
        if (size < hop)
            throw FrontEndErrors.Invalid($"overlap-add({hop}, {size}): the frame is shorter than the hop");

        var frame = g.Input("frame", 1, size);
        var buffer = g.Input("buffer_in", 1, size);
        var moved = g.Concat(1, g.Slice(buffer, 1, hop, size), g.Constant(OnnxTensor.FromFloats(new float[hop], 1, hop), "silence"));
        var sum = g.Plus(moved, frame);
        var block = g.Slice(sum, 1, 0, hop);
        if (call.Text("window") is { } window)
        {
            var divisors = FrontEnds.Stages.OverlapAdd.Divisors(Library.Window(call, window, size, periodic: true, 0).Values(), hop);
            block = g.Times(block, g.Floats(divisors, "divisors", hop));
        }

        Give(g, block, "samples", 1, hop);
        Give(g, sum, "buffer_out", 1, size);
        return [new StatePair("buffer_in", "buffer_out") { Evidence = "overlap-add" }];
    }

    private static void Give(GraphScope g, string wire, string name, params long[] shape)
    {
        g.Graph.Nodes.Add(new OnnxNode($"{GraphScope.Prefix}{name}", "Identity") { Inputs = [wire], Outputs = [name] });
        g.Output(name, OnnxElementType.Float32, [.. shape.Select(dim => (OnnxDimension)dim)]);
    }
}
