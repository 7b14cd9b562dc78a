using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Conversion.Chains;

/// <summary>
/// Which nodes of a chain stay float where no recordings say: from the front, as many as every model's end, and each output, needs to stand
/// the wanted decibels above the error. What is judged on is noise that swells as speech does.
/// </summary>
internal static class ChainPrecision
{
    private const int Outputs = 24;

    private const int MostSteps = 20000;

    /// <param name="f32">With what every model gives as outputs.</param>
    /// <param name="nodes">That can be int8, in their order.</param>
    /// <param name="quantized">The same program with so many nodes from the front in float.</param>
    /// <returns>The number of nodes that stay float.</returns>
    public static int FloatNodes(byte[] f32, int nodes, double wantedDb, Func<int, byte[]> quantized)
    {
        var expected = Run(f32);
        bool IsMet(int kept) => Decibels(expected, Run(quantized(kept))) >= wantedDb;
        if (IsMet(0))
            return 0;

        int few = 0, enough = nodes;
        while (enough - few > 1)
        {
            var middle = (few + enough) / 2;
            if (IsMet(middle))
                enough = middle;
            else
                few = middle;
        }

        return enough;
    }

    /// <summary>What each output gives, one after the other.</summary>
    private static List<float>[] Run(byte[] program)
    {
        using var model = Model.Load(program, "chain");
        using var session = model.CreateSession();
        var random = new Random(1);
        var given = model.Outputs.Select(_ => new List<float>()).ToArray();
        var ready = 0;
        for (var (t, sample) = (0, 0L); t < MostSteps && ready < Outputs; t++)
        {
            for (var i = 0; i < model.Inputs.Count; i++)
            {
                if (model.Inputs[i].Type == ElementType.F32)
                    Fill(session.Input(i), random, ref sample);
            }

            session.Step();
            for (var o = 0; o < model.Outputs.Count; o++)
            {
                if (!session.IsReady(o) || model.Outputs[o].Type != ElementType.F32)
                    continue;

                given[o].AddRange(session.Output(o));
                ready += o == 0 ? 1 : 0;
            }
        }

        return given;
    }

    private static void Fill(Span<float> samples, Random random, ref long sample)
    {
        foreach (ref var value in samples)
        {
            var swell = 0.5 - 0.5 * Math.Cos(2 * Math.PI * sample / 4000);
            value = (float)(0.3 * swell * (random.NextDouble() + Math.Sin(2 * Math.PI * sample / 107) - 0.5));
            sample++;
        }
    }

    /// <summary>Of the output that stands least above its error.</summary>
    private static double Decibels(List<float>[] expected, List<float>[] actual) =>
        expected.Zip(actual, Decibels).DefaultIfEmpty(double.PositiveInfinity).Min();

    private static double Decibels(List<float> expected, List<float> actual)
    {
        double signal = 0, noise = 0;
        for (var i = 0; i < Math.Min(expected.Count, actual.Count); i++)
        {
            signal += (double)expected[i] * expected[i];
            noise += Math.Pow((double)expected[i] - actual[i], 2);
        }

        return noise == 0 ? double.PositiveInfinity : 10 * Math.Log10(signal / noise);
    }
}
