using System.Text.RegularExpressions;
using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>
/// Which axes may be time, most likely first. Dimension names decide where they speak. Otherwise axes other than the first come before
/// it, open ones before fixed ones: Keras leaves the batch open and fixes the time, PyTorch often leaves both open, and a wrong axis
/// sooner or later meets a node that sums over it, or keeps no state.
/// </summary>
internal static partial class TimeAxisGuess
{
    public static List<TimeAxisCandidate> Candidates(OnnxGraph graph, IReadOnlyDictionary<string, int> given,
        IReadOnlyCollection<string> stateInputs)
    {
        if (given.Count > 0)
            return [new TimeAxisCandidate(WithSameSymbols(graph, given), TimeAxisProof.None)];

        var inputs = graph.Inputs.Where(input => !stateInputs.Contains(input.Name) && input.Dims is { Count: > 0 }).ToArray();
        var open = OpenPlaces(inputs);
        var named = open.Where(place => place.Dim.Symbol is string symbol && TimeName().IsMatch(symbol)).ToArray();
        var chosen = named.Length > 0 ? named : [.. open.Concat(FixedPlaces(inputs)).OrderBy(Unlikeliness)];
        var candidates = chosen.Select(place =>
            new TimeAxisCandidate(Shared(inputs, place.Input, place.Axis), named.Length > 0 ? TimeAxisProof.None : Proof(place, open)));
        return [.. (named.Length > 0 ? candidates : candidates.Concat(OddPlaces(inputs, open, stateInputs.Count > 0)
            .Select(place => new TimeAxisCandidate(Shared(inputs, place.Input, place.Axis), TimeAxisProof.Recurrence))))
            .DistinctBy(candidate => string.Join(';', candidate.Axes.OrderBy(pair => pair.Key)))];
    }

    /// <summary>Whether a dimension's name says that it is time.</summary>
    public static bool SpeaksOfTime(string symbol) => TimeName().IsMatch(symbol);

    /// <summary>Open dimensions that are not the batch.</summary>
    private static Place[] OpenPlaces(OnnxValue[] inputs) =>
    [
        .. inputs.SelectMany(input => input.Dims!.Select((dim, axis) => new Place(input, dim, axis)))
            .Where(place => place.Dim.Size is null && !IsBatch(place.Dim, place.Axis, place.Input) && !IsBesideFixedTime(place))
            .OrderBy(place => Preference(place.Axis, place.Rank)),
    ];

    /// <summary>The first axis, open and without a name that speaks of time, before one of fixed length: Keras leaves the batch open
    /// so.</summary>
    private static bool IsBesideFixedTime(Place place) => place is { Axis: 0, Rank: > 2 } && place.Input.Dims![1].Size > 1
        && !(place.Dim.Symbol is string symbol && TimeName().IsMatch(symbol));

    /// <summary>
    /// Open dimensions that look like a batch by name or place, and the fixed ones of a sequence of one element (Keras writes stateful
    /// layers so; a graph that takes its states in is one step): only a recurrent layer that runs along one shows that it is time.
    /// </summary>
    private static IEnumerable<Place> OddPlaces(OnnxValue[] inputs, Place[] usual, bool hasStates) => inputs
        .SelectMany(input => input.Dims!.Select((dim, axis) => new Place(input, dim, axis)))
        .Where(place => (place.Dim.Size is null && !usual.Contains(place)) || (!hasStates && place.Dim.Size == 1 && place.Rank == 3));

    private static Place[] FixedPlaces(OnnxValue[] inputs)
    {
        if (inputs.Length == 0)
            return [];

        var main = inputs[0];
        return
        [
            .. main.Dims!.Select((dim, axis) => new Place(main, dim, axis))
                .Where(place => place.Dim.Size > 1
                    && (place.Rank > 2 || (place.Rank == 2 && (place.Axis == 1 || main.ElementType.IsFloat()))))
                .OrderBy(place => Preference(place.Axis, place.Rank)),
        ];
    }

    private static int Unlikeliness(Place place) => (place.Axis, place.Dim.Size) switch
    {
        (0, null) when place.Rank == 1 || place.Input.Dims![1].Size == 1 => 0,
        ( > 0, null) => 0,
        ( > 0, _) => 1,
        (_, null) => 2,
        _ => 3,
    };

    /// <summary>Beside an open length a fixed size is mostly one of features, whatever the open one is refused for; without a recurrent
    /// layer along it, a graph would stream as something else than it is.</summary>
    private static TimeAxisProof Proof(Place place, Place[] open) => place switch
    {
        { Dim.Size: not null } when open.Any(other => other.Input == place.Input && other.Axis > 0) => TimeAxisProof.Recurrence,
        { Rank: 2, Dim.Size: not null } => place.Input.ElementType.IsFloat() ? TimeAxisProof.Recurrence : TimeAxisProof.State,
        { Rank: > 2, Axis: 0 } => TimeAxisProof.State,
        _ => TimeAxisProof.Place,
    };

    /// <summary>Inputs that share the dimension (same name, or same fixed size on an axis before the last) run along the same
    /// time.</summary>
    private static Dictionary<string, int> Shared(OnnxValue[] inputs, OnnxValue main, int axis)
    {
        var dim = main.Dims![axis];
        var axes = new Dictionary<string, int> { [main.Name] = axis };
        foreach (var input in inputs.Where(input => input.Name != main.Name))
        {
            var same = dim.Size is null
                ? dim.Symbol is null ? -1 : IndexOf(input.Dims!, other => other.Symbol == dim.Symbol)
                : input.Dims!.Count == main.Dims.Count && input.Dims[axis].Size == dim.Size ? axis : -1;
            if (same >= 0)
                axes[input.Name] = same;
        }

        return axes;
    }

    private static Dictionary<string, int> WithSameSymbols(OnnxGraph graph, IReadOnlyDictionary<string, int> given)
    {
        var axes = new Dictionary<string, int>(given);
        foreach (var (name, axis) in given)
        {
            var input = graph.Inputs.FirstOrDefault(value => value.Name == name);
            if (input?.Dims is not { } dims || axis < -dims.Count || axis >= dims.Count)
            {
                throw new Runtime.Errors.EdgeSeqException(Runtime.Errors.ErrorCodes.InputValueInvalid,
                    input is null ? $"--time-axis: there is no input '{name}'" : $"--time-axis: {input} has no axis {axis}",
                    $"inputs are {string.Join(", ", graph.Inputs)}");
            }

            axes[name] = axis < 0 ? axis + dims.Count : axis;
        }

        var (first, at) = axes.First();
        var main = graph.Inputs.First(value => value.Name == first);
        foreach (var (name, axis) in Shared([.. graph.Inputs.Where(input => input.Dims is not null)], main, at))
        {
            if (main.Dims![at].Size is null)
                axes.TryAdd(name, axis);
        }

        return axes;
    }

    private static bool IsBatch(OnnxDimension dim, int axis, OnnxValue input) =>
        (dim.Symbol is string symbol && BatchName().IsMatch(symbol))
        || (axis == 0 && (input.Dims!.Count == 1 || (input.Dims.Count == 2 && input.ElementType.IsFloat()
        && input.Dims[1].Size is not null)) && !(dim.Symbol is string name && TimeName().IsMatch(name)));

    /// <summary>Batch first with features last is the commonest layout, then channels first, then time first.</summary>
    private static int Preference(int axis, int rank) => rank == 2 ? 1 - axis : axis switch { 1 => 0, 2 => 1, 0 => 2, _ => axis };

    private static int IndexOf(IReadOnlyList<OnnxDimension> dims, Func<OnnxDimension, bool> holds)
    {
        for (var i = 0; i < dims.Count; i++)
        {
            if (holds(dims[i]))
                return i;
        }

        return -1;
    }

    [GeneratedRegex("time|seq|len|frame|step|sample|window|token|^t$|^l$|^s$|^nt$", RegexOptions.IgnoreCase)]
    private static partial Regex TimeName();

    [GeneratedRegex("batch|^n$|^b$|^bs$|^nb$", RegexOptions.IgnoreCase)]
    private static partial Regex BatchName();

    private sealed record Place(OnnxValue Input, OnnxDimension Dim, int Axis)
    {
        public int Rank => Input.Dims!.Count;
    }
}
