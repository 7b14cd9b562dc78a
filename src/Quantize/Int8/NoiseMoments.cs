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
        var matrices = Affordable(Matrices(graph).Where(matrix => matrix.Slot.IsRecurrent || !onlyStates));
        if (matrices.Count == 0)
            return [];

        var program = ProgramWriter.Write(graph, description);
        var spec = ProbedProgram.SpecOf(program, description.Name);
        var taps = matrices.ConvertAll(matrix => new Tap(matrix, spec));
        using var probed = ProbedProgram.Of(program, description.Name, [.. taps.Select(tap => tap.Vectors.Value)]);
        foreach (var domain in domains)
            Gather(probed, taps, NoiseRecording.OfOtherNoise(probed.Model, domain, StepsOf(probed.Model, taps)));

        return taps.Where(tap => !tap.Moments.IsEmpty).ToDictionary(tap => (tap.Matrix.Index, tap.Matrix.Slot), tap => tap.Moments);
    }

    /// <summary>Those whose codes can be fitted.</summary>
    private static IEnumerable<Matrix> Matrices(StepGraph graph)
    {
        var uses = graph.Nodes.SelectMany(node => node.Inputs).OfType<StepValue>().CountBy(value => value.Root).ToDictionary();
        return Enumerable.Range(0, graph.Nodes.Count)
            .SelectMany(i => WeightSlot.Of(graph.Nodes[i]).Select(slot => new Matrix(i, graph.Nodes[i], slot)))
            .Where(matrix => matrix.Weights is { Type: ElementType.I8, Layout: { Groups: 1, Columns: <= Calibrator.MaxMomentColumns } }
                && uses[matrix.Weights.Root] == 1);
    }

    /// <summary>The cheapest ones, as far as the effort goes.</summary>
    private static List<Matrix> Affordable(IEnumerable<Matrix> matrices)
    {
        var left = MostMacs / 2;
        return [.. matrices.OrderBy(matrix => matrix.Macs).TakeWhile(matrix => (left -= matrix.Macs) >= 0)];
    }

    private static int StepsOf(Model model, List<Tap> taps)
    {
        var wanted = taps.Max(tap => (double)tap.Matrix.Wanted * tap.Matrix.Node.Clock.Rate) / model.InputRate;
        var most = MostMacs / 2 / Math.Max(1, NoiseComparison.MacsPerStep(model) * model.InputRate);
        return (int)Math.Max(1, Math.Min(Math.Min(wanted, most), model.Program.MaxSteps / model.InputRate ?? int.MaxValue));
    }

    private static void Gather(ProbedProgram probed, List<Tap> taps, Recording noise)
    {
        using var session = probed.Model.CreateSession();
        foreach (var tap in taps)
            tap.Left = tap.Matrix.Wanted;

        for (var step = 0; step < noise.Steps * probed.Model.InputRate && taps.Exists(tap => tap.Left > 0); step++)
        {
            noise.Fill(session, step / probed.Model.InputRate);
            session.Step();
            foreach (var tap in taps.Where(tap => tap.Left > 0 && tap.Matrix.Node.Clock.TicksAt(step)))
                tap.Vectors.Visit(probed, session, tap.Take);
        }
    }

    private sealed record Matrix(int Index, StepNode Node, WeightSlot Slot)
    {
        public StepValue Weights => Node.Inputs[Slot.Weights]!;

        /// <summary>Vectors of each noise.</summary>
        public int Wanted => VectorsPerColumn * Weights.Layout!.Columns;

        public double Macs => ((double)Wanted / 2 + MacsPerCodeAndColumn * Weights.Layout!.Rows)
            * Weights.Layout.Columns * Weights.Layout.Columns;
    }

    private sealed class Tap(Matrix matrix, ProgramSpec program)
    {
        public Matrix Matrix { get; } = matrix;

        public MatrixVectors Vectors { get; } = MatrixVectors.Of(matrix.Node, matrix.Slot, program.Ops[matrix.Index], program);

        public SecondMoments Moments { get; } = new(matrix.Weights.Layout!.Columns, tellMeans: false);

        /// <summary>Vectors that are still to come.</summary>
        public int Left { get; set; }

        public void Take(ReadOnlySpan<float> vector)
        {
            if (Left-- > 0)
                Moments.Add(vector);
        }
    }
}
