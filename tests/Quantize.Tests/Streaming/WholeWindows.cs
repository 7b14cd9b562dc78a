using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>The oracle of kept columns: the same model on windows so far apart that each is computed as a whole must give the same
/// bits.</summary>
internal static class WholeWindows
{
    public static void RequireSame(GraphBuilder graph, int window, int hop, ConvertPrecision precision, int windows = 12)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("m.onnx", graph.ToBytes());
        // The plain int8 of the weights: a search for more precision would see other windows.
        var options = new ConvertOptions { Precision = precision, Mode = ConvertMode.Window, Window = window, Hop = hop, MinSqnrDb = 0 };
        var apart = window / (2 * hop) + 1;
        using var kept = Load(Converter.Convert(file, options).Program);
        using var whole = Load(Converter.Convert(file, options with { Hop = hop * apart }).Program);
        var elements = Elements(window + hop * windows, kept.Inputs[0].Length);

        var given = Run(kept, elements, 0);
        Assert.Equal(windows + 1, given.Count);
        for (var first = 0; first < apart && first < given.Count; first++)
        {
            var expected = Run(whole, elements, first * hop);
            for (var i = 0; i < expected.Count; i++)
                Assert.Equal(Bits(expected[i]), Bits(given[first + i * apart]));
        }
    }

    /// <summary>What a program gives, window by window.</summary>
    /// <param name="from">Elements that are left out at the beginning.</param>
    public static List<float[]> Run(Model model, float[][] elements, int from)
    {
        using var session = model.CreateSession();
        return Run(session, elements[from..]);
    }

    public static List<float[]> Run(Session session, float[][] elements)
    {
        var given = new List<float[]>();
        foreach (var element in elements)
        {
            element.CopyTo(session.Input(0));
            session.Step();
            if (session.IsReady(0))
                given.Add(session.Output(0).ToArray());
        }

        return given;
    }

    public static float[][] Elements(int count, int length)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, count).Select(_ =>
            Enumerable.Range(0, length).Select(_ => (float)(random.NextDouble() * 3 - 1.5)).ToArray())];
    }

    public static Model Load(byte[] program) => Model.Load(program, "test");

    private static int[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToInt32Bits)];
}
