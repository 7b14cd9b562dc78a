using System.Numerics.Tensors;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Steps.Passes;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Int8;

/// <summary>
/// Where the inputs of a model lie, as far as it tells: what it subtracts first is their middle, what it divides them by their size. Noise
/// is made there, so that what follows meets unit noise.
/// </summary>
internal sealed class NoiseDomain
{
    /// <summary>Steps in which a value that is none shows.</summary>
    private const int Trial = 16;

    /// <summary>How much larger or smaller plain unit noise may be, where the model has moved it, than unit noise there.</summary>
    private const double MostApart = 10;

    private static readonly string[] Partial = ["Acos", "Acosh", "Asin", "Atanh", "Log", "Pow", "Sqrt"];

    private readonly Dictionary<string, Place> _places;

    private NoiseDomain(Dictionary<string, Place> places) => _places = places;

    /// <summary>Every input about zero, of size 1.</summary>
    public static NoiseDomain Unit { get; } = new([]);

    private bool IsUnsigned { get; init; }

    private bool MovesNothing => _places.Values.All(place => place.IsUnit);

    /// <summary>How large unit noise is after the model moved it: the median of all elements, since the deviation of one that hardly ever
    /// moved says nothing of the others.</summary>
    private double SizeOfUnit
    {
        get
        {
            double[] sizes = [.. _places.Values.SelectMany(place => place.SizesOfUnit).Order()];
            return sizes[sizes.Length / 2];
        }
    }

    /// <summary>Where programs are compared: where the model's inputs lie, and also about zero with size 1, in whatever units, where that
    /// is not far from there.</summary>
    /// <param name="graph">In float.</param>
    /// <param name="f32">Its program.</param>
    /// <param name="scaled">Names of nodes whose weights tell of the input's units, see <see cref="InputScaling"/>.</param>
    public static IReadOnlyList<NoiseDomain> AllOf(StepGraph graph, ReadOnlyMemory<byte> f32, IReadOnlyDictionary<string, string> scaled)
    {
        var own = Of(graph, scaled);
        IEnumerable<NoiseDomain> all = own.MovesNothing || own.SizeOfUnit is < 1 / MostApart or > MostApart ? [own] : [own, Unit];
        return [.. all.Select(domain => domain.WithValues(graph, f32))];
    }

    /// <param name="graph">In float.</param>
    /// <param name="scaled">Names of nodes whose weights tell of the input's units, see <see cref="InputScaling"/>.</param>
    public static NoiseDomain Of(StepGraph graph, IReadOnlyDictionary<string, string> scaled)
    {
        var domain = new NoiseDomain(new Dictionary<string, Place>(StringComparer.Ordinal));
        var readers = new ValueReaders(graph);
        foreach (var input in graph.Inputs.Where(input => input.Value.Type == ElementType.F32))
        {
            var place = Place.Unit(input.Value.Length);
            var value = input.Value;
            while (readers.Only(value) is { Op: "Binary" } node && place.Through(node, value))
                value = node.Outputs[0]!;

            if (ReferenceEquals(value, input.Value) && readers.Only(value) is { } layer && scaled.ContainsKey(layer.Name)
                && InputScaling.Of(layer) is { } scaling)
            {
                place = Place.Of(scaling, input.Value.Length);
            }

            if (place.IsFinite)
                domain._places[input.Name] = place;
        }

        return domain;
    }

    /// <summary>Moves unit noise to where an input lies.</summary>
    public void Apply(string input, Span<float> noise)
    {
        if (IsUnsigned)
            TensorPrimitives.Abs(noise, noise);

        if (_places.TryGetValue(input, out var place))
            place.Apply(noise);
    }

    /// <summary>The noise without signs where with them a logarithm, a root or a power of the model has no value: gates and limits
    /// further on would hide that.</summary>
    /// <param name="graph">In float.</param>
    /// <param name="f32">Its program.</param>
    private NoiseDomain WithValues(StepGraph graph, ReadOnlyMemory<byte> f32)
    {
        var spec = ProbedProgram.SpecOf(f32, "float program");
        int[] probes = [.. Enumerable.Range(0, graph.Nodes.Count).Where(i => IsPartial(graph.Nodes[i])).Select(i => spec.Ops[i].Out[0])];
        if (probes.Length == 0)
            return this;

        using var probed = ProbedProgram.Of(f32, "float program", probes);
        using var session = probed.Model.CreateSession();
        var rate = probed.Model.InputRate;
        var noise = NoiseRecording.Of(probed.Model, this, (int)Math.Min(Trial, probed.Model.Program.MaxSteps / rate ?? Trial));
        for (var step = 0; step < noise.Steps * rate; step++)
        {
            noise.Fill(session, step / rate);
            session.Step();
            if (probes.Any(value => probed.IsFresh(session, value) && TensorPrimitives.IsNaNAny(probed.Read(session, value))))
                return new NoiseDomain(_places) { IsUnsigned = true };
        }

        return this;
    }

    private static bool IsPartial(StepNode node) => node.Op is "Unary" or "Binary" && node.Outputs[0]!.Type == ElementType.F32
        && Partial.Contains(node.Attributes.GetValueOrDefault("fn"));

    /// <summary>Unit noise is factor·x + term, element by element.</summary>
    private sealed class Place(double[] factors, double[] terms)
    {
        public bool IsFinite => Enumerable.Range(0, factors.Length).All(i => double.IsFinite(1 / factors[i])
            && double.IsFinite(terms[i] / factors[i]));

        public bool IsUnit => Array.TrueForAll(factors, factor => factor == 1) && Array.TrueForAll(terms, term => term == 0);

        /// <summary>Root mean square of each element of unit noise after the model moved it.</summary>
        public IEnumerable<double> SizesOfUnit => factors.Zip(terms, double.Hypot);

        public static Place Unit(int length) => new([.. Enumerable.Repeat(1.0, length)], new double[length]);

        public static Place Of(InputScaling scaling, int length)
        {
            var channels = scaling.Scales.Length;
            double[] factors = [.. Enumerable.Range(0, length).Select(i => 1.0 / scaling.Scales[i % channels])];
            return new(factors, [.. factors.Select((factor, i) => scaling.Means.Length > 0 ? -factor * scaling.Means[i % channels] : 0)]);
        }

        public void Apply(Span<float> noise)
        {
            for (var i = 0; i < noise.Length; i++)
                noise[i] = (float)((noise[i] - terms[i]) / factors[i]);
        }

        /// <summary>Takes up what a node does with each element and a constant; false where it does something else.</summary>
        public bool Through(StepNode node, StepValue x)
        {
            var isFirst = ReferenceEquals(node.Inputs[0]!.Root, x.Root);
            var constant = node.Inputs[isFirst ? 1 : 0]!;
            int[] shape = (int[])node.Attribute("shape"), a = (int[])node.Attribute("aStrides"), b = (int[])node.Attribute("bStrides");
            if (constant is not { Data: float[] numbers } || node.Outputs[0]!.Length != factors.Length)
                return false;

            for (var i = 0; i < factors.Length; i++)
            {
                if (IndexOf(i, shape, isFirst ? a : b) != i)
                    return false;
            }

            var fn = (string)node.Attribute("fn");
            if (fn is not ("Add" or "Sub" or "Mul") && !(fn == "Div" && isFirst))
                return false;

            for (var i = 0; i < factors.Length; i++)
                Take(i, fn, numbers[IndexOf(i, shape, isFirst ? b : a)], isFirst);

            return true;
        }

        private void Take(int i, string fn, double number, bool isFirst)
        {
            switch (fn)
            {
                case "Mul" or "Div":
                    var by = fn == "Mul" ? number : 1 / number;
                    factors[i] *= by;
                    terms[i] *= by;
                    break;
                case "Add":
                    terms[i] += number;
                    break;
                case "Sub" when isFirst:
                    terms[i] -= number;
                    break;
                default:
                    factors[i] = -factors[i];
                    terms[i] = number - terms[i];
                    break;
            }
        }

        /// <summary>Where an operand's element lies that goes into an element of the result.</summary>
        private static int IndexOf(int element, int[] shape, int[] strides)
        {
            var index = 0;
            for (var axis = shape.Length - 1; axis >= 0; axis--)
            {
                index += element % shape[axis] * strides[axis];
                element /= shape[axis];
            }

            return index;
        }
    }
}
