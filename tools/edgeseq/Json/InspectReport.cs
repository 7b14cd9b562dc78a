using System.Text.Json;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Tool.Json;

/// <summary>The document of <c>edgeseq inspect --json</c>.</summary>
internal sealed class InspectReport : IJsonReport
{
    public required string Program { get; init; }

    /// <summary>Checksum of the program, to which snapshots are bound.</summary>
    public required string Sha256 { get; init; }

    public required string Name { get; init; }

    /// <summary>"stream", "step" or "window".</summary>
    public required string Mode { get; init; }

    public double? RateHz { get; init; }

    /// <summary>The program's own rule for decisions.</summary>
    public string? Decide { get; init; }

    /// <summary>The kernels that would run it here.</summary>
    public required string Isa { get; init; }

    /// <summary>Elements of the inputs from one to the output element that it completes.</summary>
    public required int Delay { get; init; }

    public long? MaxSteps { get; init; }

    /// <summary>Steps, which the clocks of the ops count, for each element of the inputs; absent for one.</summary>
    public int? InputRate { get; init; }

    public required long WeightBytes { get; init; }

    public required long StateBytes { get; init; }

    public required long ArenaBytes { get; init; }

    /// <summary>Multiplications of all ops at a step on which every clock ticks.</summary>
    public required long Macs { get; init; }

    /// <summary>Share of these that run in int8, 0 to 1; absent where there are none.</summary>
    public double? Int8MacShare { get; init; }

    public required IReadOnlyList<PortReport> Inputs { get; init; }

    public required IReadOnlyList<PortReport> Outputs { get; init; }

    public required IReadOnlyList<StateReport> State { get; init; }

    public required IReadOnlyList<OpReport> Ops { get; init; }

    public int? VocabularyWords { get; init; }

    public int? SelfTestSteps { get; init; }

    public required ProvenanceReport Provenance { get; init; }

    /// <summary>How the converter understood the model.</summary>
    public required IReadOnlyList<ChoiceReport> Choices { get; init; }

    /// <summary>What each node of the ONNX graph became, where the program records it.</summary>
    public IReadOnlyList<NodeFateReport>? Nodes { get; init; }

    public static InspectReport Of(string path, Model model)
    {
        var program = model.Program;
        OpReport[] ops = [.. program.Ops.Select(op => OpReport.Of(op, program))];
        var macs = ops.Sum(op => op.Macs);
        return new InspectReport
        {
            Program = path,
            Sha256 = model.Checksum,
            Name = program.Name,
            Mode = program.Mode,
            RateHz = program.RateHz,
            Decide = program.Decide,
            Isa = model.Isa,
            Delay = program.Delay / model.InputRate,
            MaxSteps = program.MaxSteps / model.InputRate,
            InputRate = program.InputRate,
            WeightBytes = model.WeightBytes,
            StateBytes = model.StateBytes,
            ArenaBytes = model.ArenaBytes,
            Macs = macs,
            Int8MacShare = macs > 0 ? (double)ops.Where(op => op.Precision == "int8").Sum(op => op.Macs) / macs : null,
            Inputs = [.. model.Inputs.Select(PortReport.Of)],
            Outputs = [.. model.Outputs.Select(PortReport.Of)],
            State = [.. program.Values.Where(value => value.Place == ValuePlace.State).Select(StateReport.Of)],
            Ops = ops,
            VocabularyWords = program.Text is { } text ? model.Tensor(text.VocabTensor).Count((byte)'\n') + 1 : null,
            SelfTestSteps = program.SelfTest?.Steps,
            Provenance = ProvenanceReport.Of(program.Provenance),
            Choices = [.. (program.Choices ?? []).Select(choice => new ChoiceReport(choice))],
            Nodes = program.Nodes?.Select(NodeFateReport.Of).ToArray(),
        };
    }

    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("program", Program);
        json.WriteString("program_sha256", Sha256);
        json.WriteString("name", Name);
        json.WriteString("mode", Mode);
        json.WriteKnown("rate_hz", RateHz);
        json.WriteKnown("decide", Decide);
        json.WriteString("isa", Isa);
        json.WriteNumber("delay", Delay);
        json.WriteKnown("max_steps", MaxSteps);
        json.WriteKnown("input_rate", InputRate);
        json.WriteNumber("weight_bytes", WeightBytes);
        json.WriteNumber("state_bytes", StateBytes);
        json.WriteNumber("arena_bytes", ArenaBytes);
        json.WriteNumber("macs", Macs);
        json.WriteKnown("int8_mac_share", Int8MacShare);
        json.WriteReports("inputs", Inputs);
        json.WriteReports("outputs", Outputs);
        json.WriteReports("state", State);
        json.WriteReports("ops", Ops);
        json.WriteKnown("vocabulary_words", VocabularyWords);
        json.WriteKnown("self_test_steps", SelfTestSteps);
        json.WriteReport("provenance", Provenance);
        json.WriteReports("choices", Choices);
        if (Nodes is not null)
            json.WriteReports("nodes", Nodes);
    }
}
