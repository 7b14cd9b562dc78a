using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Writing;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Int8;

/// <summary>
/// How the elements of what the matrices multiply vary together, where no recordings show it: on noise. Behind a layer they vary in few
/// directions whatever comes in, and codes that are right in these serve other inputs as well.
/// </summary>
internal static class NoiseMoments
{
    /// <summary>Vectors for each column, below which codes would suit this noise and no other.</summary>
    private const int VectorsPerColumn = 16;

    /// <summary>Multiplications that may be spent: on the noise, on gathering, on the codes.</summary>
    private const double MostMacs = 6e9;

    /// <summary>Multiplications for each code and column while codes are moved.</summary>
    private const double MacsPerCodeAndColumn = 8;

    /// <param name="graph">In int8.</param>
    /// <param name="domains">Where noise is made.</param>
    /// <param name="onlyStates">Of matrices that multiply recurrent states alone: a layer makes its states itself, within the bounds of its
    /// gates, so noise shows them as data would; what a matrix takes from elsewhere is as the data are.</param>
    /// <returns>Of each matrix that the effort is not too much for and that no nodes share, by the index of its node.</returns>
    public static Dictionary<(int Node, WeightSlot Slot), SecondMoments> Of(StepGraph graph, ProgramDescription description,
        IReadOnlyList<NoiseDomain> domains, bool onlyStates = false)
    {
        var program = ProgramWriter.Write(graph, description);
        var spec = ProbedProgram.SpecOf(program, description.Name);
        var uses = graph.Nodes.SelectMany(node => node.Inputs).OfType<StepValue>().CountBy(value => value.Root).ToDictionary();
        var taps = Affordable(Enumerable.Range(0, graph.Nodes.Count).SelectMany(i => WeightSlot.Of(graph.Nodes[i])
            .Where(slot => (slot.IsRecurrent || !onlyStates) && Keeps(graph.Nodes[i], slot)
                && uses[graph.Nodes[i].Inputs[slot.Weights]!.Root] == 1).Select(slot => new Tap(i, graph.Nodes[i], slot,
                MatrixVectors.Of(graph.Nodes[i], slot, spec.Ops[i], spec)))));
        if (taps.Count == 0)
            return [];

        using var probed = ProbedProgram.Of(program, description.Name, [.. taps.Select(tap => tap.Vectors.Value)]);
        foreach (var domain in domains)
            Gather(probed, taps, NoiseRecording.OfOtherNoise(probed.Model, domain, StepsOf(probed.Model, taps)));

        return taps.Where(tap => !tap.Moments.IsEmpty).ToDictionary(tap => (tap.Index, tap.Slot), tap => tap.Moments);
    }

    private static bool Keeps(StepNode node, WeightSlot slot) =>
        node.Inputs[slot.Weights] is { Type: ElementType.I8, Layout: { Groups: 1, Columns: <= Calibrator.MaxMomentColumns } };

    /// <summary>The cheapest ones, as far as the effort goes.</summary>
    private static List<Tap> Affordable(IEnumerable<Tap> taps)
    {
        var left = MostMacs / 2;
        return [.. taps.OrderBy(tap => tap.Macs).TakeWhile(tap => (left -= tap.Macs) >= 0)];
    }

    private static int StepsOf(Model model, List<Tap> taps)
    {
        var wanted = taps.Max(tap => (double)tap.Wanted * tap.Node.Clock.Rate) / model.InputRate;
        var most = MostMacs / 2 / Math.Max(1, NoiseComparison.MacsPerStep(model) * model.InputRate);
        return (int)Math.Max(1, Math.Min(Math.Min(wanted, most), model.Program.MaxSteps / model.InputRate ?? int.MaxValue));
    }

    private static void Gather(ProbedProgram probed, List<Tap> taps, Recording noise)
    {
        using var session = probed.Model.CreateSession();
        foreach (var tap in taps)
            tap.Left = tap.Wanted;

        for (var step = 0; step < noise.Steps * probed.Model.InputRate && taps.Exists(tap => tap.Left > 0); step++)
        {
            noise.Fill(session, step / probed.Model.InputRate);
            session.Step();
            foreach (var tap in taps.Where(tap => tap.Left > 0 && tap.Node.Clock.TicksAt(step)))
                tap.Vectors.Visit(probed, session, tap.Take);
        }
    }

    private sealed record Tap(int Index, StepNode Node, WeightSlot Slot, MatrixVectors Vectors)
    {
        public SecondMoments Moments { get; } = new(Vectors.Columns, tellMeans: false);

        public int Wanted => VectorsPerColumn * Vectors.Columns;

        /// <summary>Vectors that are still to come.</summary>
        public int Left { get; set; }

        public double Macs => ((double)Wanted / 2 + MacsPerCodeAndColumn * Node.Inputs[Slot.Weights]!.Layout!.Rows)
            * Vectors.Columns * Vectors.Columns;

        public void Take(ReadOnlySpan<float> vector)
        {
            if (Left-- > 0)
                Moments.Add(vector);
        }
    }
}
