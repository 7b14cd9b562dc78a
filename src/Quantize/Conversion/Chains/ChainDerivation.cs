using EdgeSeq.Quantize.FrontEnds;
using EdgeSeq.Quantize.FrontEnds.Reading;
using EdgeSeq.Quantize.Onnx.Decomposition;
using EdgeSeq.Quantize.Onnx.Reading;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Conversion.Chains;

/// <summary>The parts of a chain, one after the other, as one step graph.</summary>
internal sealed class ChainDerivation
{
    private readonly ChainSpec _spec;
    private readonly ConvertOptions _options;
    private readonly InputRate _inputRate;
    private readonly List<ChainLink> _links;
    private readonly Dictionary<(string Part, string Port), StepWire> _wires = [];
    private readonly Dictionary<string, IReadOnlyList<string>> _ports = [];
    private readonly List<NodeReport> _reports = [];

    /// <summary>Steps behind the end of a recording at which each part still gives what belongs to it.</summary>
    private readonly Dictionary<string, int> _tails = [];
    private StreamTransform? _last;

    private ChainDerivation(ChainSpec spec, ConvertOptions options, InputRate inputRate)
    {
        _spec = spec;
        _inputRate = inputRate;
        _options = options with { States = [.. options.States, .. spec.States] };
        _links = [.. spec.Links.Select(ChainLink.Parse)];
    }

    public StepGraph Steps => _last!.Graph;

    public IReadOnlyList<NodeReport> Reports => _reports;

    public List<string> Notes { get; } = [];

    public List<StatePair> States { get; } = [];

    /// <summary>The front end's graph over a sequence of samples; null: there is none.</summary>
    public FrontEndGraph? FrontEndGraph { get; private set; }

    /// <summary>How each part runs, in order.</summary>
    public List<PartRun> Runs { get; } = [];

    /// <summary>Part and port of each output of the program.</summary>
    public List<(string Part, string Port)> Given { get; } = [];

    public FrontEnd? FrontEnd { get; private set; }

    /// <summary>When each port of each part ticks.</summary>
    public IReadOnlyDictionary<(string Part, string Port), Clock> Clocks => _wires.ToDictionary(pair => pair.Key, pair => pair.Value.Clock);

    /// <summary>Names of the parts that are models.</summary>
    public List<string> ModelParts { get; } = [];

    /// <summary>The models, in their order.</summary>
    public List<OnnxModel> Models { get; } = [];

    public static ChainDerivation Run(ChainSpec spec, ConvertOptions options, IProgress<string>? progress)
    {
        for (var inputRate = new InputRate(); ; inputRate = new InputRate(inputRate.Wanted.Value))
        {
            try
            {
                return Run(spec, options, inputRate, progress);
            }
            catch (EdgeSeqException refused) when (refused.ExitCode == ExitCode.Unsupported && inputRate.Wanted is not null)
            {
                progress?.Report($"deriving it with {inputRate.Wanted} steps for each element of the input");
            }
        }
    }

    /// <summary>Gives out what every model gives, beside the program's outputs; returns the names of those that were added.</summary>
    public string[] GiveModels()
    {
        var before = Steps.Outputs.Count;
        foreach (var port in ModelParts.SelectMany(part => _ports[part].Select(port => (Part: part, Port: port)))
            .Where(port => _wires.ContainsKey(port) && !Given.Contains(port)))
        {
            _last!.Give($"{port.Part}:{port.Port}", _wires[port], 0);
        }

        return [.. Steps.Outputs.Skip(before).Select(output => output.Name)];
    }

    private static ChainDerivation Run(ChainSpec spec, ConvertOptions options, InputRate inputRate, IProgress<string>? progress)
    {
        var derivation = new ChainDerivation(spec, options, inputRate);
        derivation.RequireNames();
        ChainOptions.Require(options);
        derivation.AddFrontEnd();
        foreach (var part in spec.Parts)
        {
            progress?.Report($"deriving the step graph of {part.Name}");
            derivation.AddPart(part);
        }

        ChainOptions.RequireUsed(options, derivation.Models.Select(model => model.Graph));
        derivation.GiveOutputs();
        return derivation;
    }

    private void RequireNames()
    {
        string[] names = [.. _spec.Parts.Select(part => part.Name), .. _spec.FrontEnd is null ? Array.Empty<string>()
            : [ChainSpec.FrontEndName]];
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw FrontEndErrors.Invalid($"two parts are called '{twice.Key}'", "give each its own name");

        foreach (var link in _links)
        {
            var unknown = new[] { link.From, link.To }.FirstOrDefault(name => !names.Contains(name));
            if (unknown is not null)
                throw FrontEndErrors.Invalid($"link '{link}': there is no '{unknown}'", $"one of {string.Join(", ", names)}");
        }
    }

    private void AddFrontEnd()
    {
        if (_spec.FrontEnd is null)
            return;

        FrontEnd = FrontEndText.Read(_spec.FrontEnd);
        var graph = FrontEndGraph = FrontEnd.Build(_spec.Chunk ?? 1);
        Notes.AddRange(graph.Notes);
        var alone = FrontEndSegment.Alone(graph);
        var tail = PartCheck.Run(alone, ChainSpec.FrontEndName, []).Count == 0 ? alone.Steps!.Outputs[0].Tail : 0;
        _tails[ChainSpec.FrontEndName] = tail * _inputRate.Steps;
        _last = FrontEndSegment.AsPart(graph, _inputRate, keepsEnd: tail > 0);
        _reports.AddRange(_last.Reports);
        Keep(ChainSpec.FrontEndName, [graph.Features.Wire]);
    }

    private void AddPart(ChainPart part)
    {
        var segment = SegmentOf(part);
        List<LinkedInput> links = [.. LinksTo(part, segment).Select(link => Linked(link, segment))];
        var running = links is [{ Window: { } window } only] ? segment.OnWindows(only.Input, window) : segment;
        var wires = links.ToDictionary(link => link.Input.Name, link =>
            ChainLinks.Continue(Steps, link.Link, link.Wire, link.Window, running.Reuse?.Recent[link.Input.Name]));

        RequireGiven(segment, wires);
        _last = running.Run(_last, wires, _spec.Parts.Count > 1 ? part.Name : "");
        _reports.AddRange(running.Reuse?.Explained(_last.Reports) ?? [.. _last.Reports]);
        States.AddRange(segment.States);
        _tails[part.Name] = links.Select(link => _tails[link.Link.From]).DefaultIfEmpty().Min();
        Keep(part.Name, segment.DataOutputs.Count > 0 ? segment.DataOutputs : [.. segment.States.Select(pair => pair.Output)]);
        Runs.Add(new PartRun(part.Name, segment.Source, segment.IsEdited ? null
            : Models.LastOrDefault(model => model.Path == part.Source), segment.States,
            [.. links.Select(link => Input(link, wires[link.Input.Name])),
                .. _last.Analysis.TimeAxes.Keys.Where(input => !wires.ContainsKey(input)).Select(input =>
                    new PartInput(input, _last.Analysis.Shape(input), ("", input), 1, 0, null, Steps.InputClock))],
            _last.TimeAxesOfPorts(),
            _ports[part.Name].Where(port => _wires.ContainsKey((part.Name, port)))
                .ToDictionary(port => port, port => _wires[(part.Name, port)].Clock)));
    }

    private LinkedInput Linked(ChainLink link, ChainSegment segment)
    {
        var input = InputOf(link, segment);
        var port = PortOf(link);
        var wire = _wires[(link.From, port)];
        return new LinkedInput(link, input, port, wire, ChainLinks.WindowOf(link, wire, input, segment.States.Count > 0));
    }

    /// <summary>As the part's file has it, on whole windows.</summary>
    private PartInput Input(LinkedInput link, LinkedWire wire)
    {
        var shape = _last!.Analysis.Shape(link.Input.Name);
        return new PartInput(link.Input.Name, link.Window is { } window ? Shapes.With(shape, window.Axis, window.Length) : shape,
            (link.Link.From, link.Port), link.Link.Scale, link.Link.Offset, link.Window, wire.Whole ?? wire.Clock);
    }

    /// <summary>Only the first part takes what the caller gives.</summary>
    private static void RequireGiven(ChainSegment segment, Dictionary<string, LinkedWire> wires)
    {
        if (wires.Count > 0 && segment.DataInputs.FirstOrDefault(input => !wires.ContainsKey(input.Name)) is { } open)
        {
            throw FrontEndErrors.Invalid($"nothing goes to input '{open.Name}' of '{segment.Name}'",
                $"--link 'PART:OUTPUT -> {segment.Name}:{open.Name}', --state {open.Name}=OUTPUT if it is state (\"states\" in a "
                    + $"chain's file), or --set {open.Name}=VALUE");
        }
    }

    private ChainSegment SegmentOf(ChainPart part)
    {
        if (ChainBlocks.Of(part.Source) is var (graph, states))
            return new ChainSegment(part.Name, Simplification.Of(graph), states, _options, _inputRate) { Source = graph };

        var model = OnnxModel.Load(part.Source);
        Models.Add(model);
        ModelParts.Add(part.Name);
        return ChainSegment.OfModel(part.Name, model.Graph, _options, _inputRate, _spec.Parts.Count > 1);
    }

    /// <summary>Those that are given; else one from the part before.</summary>
    private ChainLink[] LinksTo(ChainPart part, ChainSegment segment)
    {
        ChainLink[] given = [.. _links.Where(link => link.To == part.Name)];
        if (given.Length > 0)
            return given;

        var at = _spec.Parts.ToList().IndexOf(part);
        var before = at > 0 ? _spec.Parts[at - 1].Name : _spec.FrontEnd is null ? null : ChainSpec.FrontEndName;
        return before is null ? [] : segment.DataInputs.Count == 1
            ? [new ChainLink(before, null, part.Name, null) { Window = at == 0 && _spec.Parts.Count == 1 ? _options.Window : null,
                Hop = at == 0 && _spec.Parts.Count == 1 ? _options.Hop : null }]
            : throw FrontEndErrors.Invalid($"'{part.Name}' has {segment.DataInputs.Count} inputs and no link to it",
                $"--link '{before} -> {part.Name}:{(segment.DataInputs.Count > 0 ? segment.DataInputs[0].Name : "input")}', or --set "
                    + $"INPUT=VALUE for those that are constant");
    }

    private static Onnx.OnnxValue InputOf(ChainLink link, ChainSegment segment)
    {
        var inputs = segment.DataInputs;
        if (link.Input is null && inputs.Count == 1)
            return inputs[0];

        return inputs.FirstOrDefault(input => input.Name == link.Input) ?? throw FrontEndErrors.Invalid(
            $"link '{link}': '{segment.Name}' has no input '{link.Input ?? ""}' that is no state",
                $"one of {string.Join(", ", inputs.Select(input => $"{segment.Name}:{input.Name}"))}");
    }

    private string PortOf(ChainLink link)
    {
        if (!_ports.TryGetValue(link.From, out var ports))
        {
            throw FrontEndErrors.Invalid($"link '{link}' goes back from '{link.From}', which runs later", "name the parts in the "
                + "order in which they run");
        }

        var port = link.Output ?? (ports.Count == 1 ? ports[0] : null);
        return port is not null && _wires.ContainsKey((link.From, port)) ? port
            : throw FrontEndErrors.Invalid($"link '{link}': '{link.From}' has no output '{link.Output ?? ""}'",
                $"one of {string.Join(", ", ports.Select(each => $"{link.From}:{each}"))}");
    }

    private void Keep(string part, IReadOnlyList<string> ports)
    {
        _ports[part] = ports;
        foreach (var port in ports)
        {
            if (_last!.OutputWire(port) is { } wire)
                _wires[(part, port)] = wire;
        }
    }

    private void GiveOutputs()
    {
        var wanted = _spec.Outputs.Count > 0 ? _spec.Outputs : [_spec.Parts.Count > 0 ? _spec.Parts[^1].Name : ChainSpec.FrontEndName];
        foreach (var text in wanted)
        {
            var at = text.IndexOf(':', StringComparison.Ordinal);
            var (part, port) = at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);
            if (!_ports.TryGetValue(part, out var ports))
                throw FrontEndErrors.Invalid($"there is no part '{part}' to give out", $"one of {string.Join(", ", _ports.Keys)}");

            foreach (var name in port is null ? ports : [port])
            {
                if (!_wires.TryGetValue((part, name), out var wire))
                    throw FrontEndErrors.Invalid($"'{part}' has no output '{name}'", $"one of {string.Join(", ", ports)}");

                var unique = Steps.Outputs.Any(output => output.Name == name) ? $"{part}_{name}" : name;
                _last!.Give(unique, _last.Evenly(unique, wire), _tails[part]);
                Given.Add((part, name));
            }
        }

        if (Steps.Inputs.Count == 0)
            throw new EdgeSeqException(ErrorCodes.FrontEndInvalid, "the chain takes no input");
    }

    private sealed record LinkedInput(ChainLink Link, Onnx.OnnxValue Input, string Port, StepWire Wire, LinkWindow? Window);
}
