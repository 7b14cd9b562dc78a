using System.Text.Json;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Int8;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Quantize.Verification;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Tool.Json;

namespace EdgeSeq.ConvertTool.Output;

/// <summary>What a conversion made.</summary>
internal sealed record ConvertReport : IJsonReport
{
    public required string Program { get; init; }

    public required string Mode { get; init; }

    public required string Precision { get; init; }

    public required IReadOnlyList<InputInfo> Inputs { get; init; }

    public required IReadOnlyList<OutputInfo> Outputs { get; init; }

    /// <summary>What the session keeps from step to step in the model's own inputs and outputs, and by what evidence.</summary>
    public required IReadOnlyList<StatePair> States { get; init; }

    /// <summary>How the model was understood, with the evidence.</summary>
    public required IReadOnlyList<ChoiceSpec> Choices { get; init; }

    /// <summary>Beside the float program, on noise; null in f32.</summary>
    public required NoiseReport? Noise { get; init; }

    /// <summary>What the user should know although all went well.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Why the int8 program is no faster than float; null where it is.</summary>
    public required string? Slowness { get; init; }

    /// <summary>Outputs of the model that never change, which the program leaves out.</summary>
    public required IReadOnlyDictionary<string, float[]> ConstantOutputs { get; init; }

    public required int Delay { get; init; }

    public required long? MaxSteps { get; init; }

    public required long FileBytes { get; init; }

    public required long WeightBytes { get; init; }

    public required long StateBytes { get; init; }

    public required long ArenaBytes { get; init; }

    /// <summary>Share of int8 among the multiplications by weights, keys and values.</summary>
    public required double Int8MacShare { get; init; }

    public required IReadOnlyList<NodeReport> Nodes { get; init; }

    /// <summary>How the stream differs from the whole-recording form of a front end.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Recordings decided about precision; otherwise noise did.</summary>
    public required bool IsCalibrated { get; init; }

    /// <summary>Null where plain int8 serves as far as noise shows it.</summary>
    public required PrecisionReport? Search { get; init; }

    public static ConvertReport Of(string path, ConversionResult result, Model model) => new()
    {
        Program = path,
        Mode = result.Mode,
        Precision = model.Program.Provenance.Precision,
        Inputs = model.Inputs,
        Outputs = model.Outputs,
        States = result.KeptStates,
        Choices = result.Choices,
        Noise = result.Noise,
        Warnings = [.. ConvertWarnings.Of(result)],
        Slowness = ConvertWarnings.Slowness(result, model),
        ConstantOutputs = result.ConstantOutputs,
        Delay = model.Delay,
        MaxSteps = model.MaxSteps,
        FileBytes = result.Program.Length,
        WeightBytes = model.WeightBytes,
        StateBytes = model.StateBytes,
        ArenaBytes = model.ArenaBytes,
        Int8MacShare = MacShare.Of(model.Program),
        Nodes = result.Nodes,
        Notes = result.Notes,
        IsCalibrated = model.Program.Provenance.Calibration is not null,
        Search = result.Precision,
    };

    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("program", Program);
        json.WriteString("mode", Mode);
        json.WriteString("precision", Precision);
        WritePorts(json, "inputs", Inputs.Select(input => (input.Name, input.Shape, 1, 0)));
        WritePorts(json, "outputs", Outputs.Select(output => (output.Name, output.Shape, output.Rate, output.Offset)));
        json.WriteStartArray("states");
        foreach (var state in States)
        {
            json.WriteStartObject();
            json.WriteString("input", state.Input);
            json.WriteString("output", state.Output);
            json.WriteString("evidence", state.Evidence);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteReports("choices", [.. Choices.Select(choice => new ChoiceReport(choice))]);
        json.WriteKnown("warnings", Warnings);
        json.WriteKnown("slowness", Slowness);
        if (Noise is { } noise)
            json.WriteReport("noise", new NoiseJson(noise));

        json.WriteStartObject("constant_outputs");
        foreach (var (name, values) in ConstantOutputs)
        {
            json.WriteStartArray(name);
            foreach (var value in values)
                json.WriteNumberValue(value);

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteNumber("delay", Delay);
        json.WriteKnown("max_steps", MaxSteps);
        json.WriteNumber("file_bytes", FileBytes);
        json.WriteNumber("weight_bytes", WeightBytes);
        json.WriteNumber("state_bytes", StateBytes);
        json.WriteNumber("arena_bytes", ArenaBytes);
        json.WriteNumber("int8_mac_share", Int8MacShare);
        json.WriteStartArray("nodes");
        foreach (var node in Nodes)
        {
            json.WriteStartObject();
            json.WriteString("name", node.Name);
            json.WriteString("op_type", node.OpType);
            json.WriteString("became", node.Became);
            json.WriteKnown("precision", node.Precision);
            json.WriteKnown("macs", node.Macs);
            json.WriteKnown("note", node.Note);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("notes");
        foreach (var note in Notes)
            json.WriteStringValue(note);

        json.WriteEndArray();
        if (Search is { } search)
            WriteSearch(json, search, IsCalibrated ? "recordings" : "noise");
    }

    private static void WriteSearch(Utf8JsonWriter json, PrecisionReport search, string data)
    {
        json.WriteStartObject("calibration");
        json.WriteString("data", data);
        json.WriteBoolean("goal_met", search.IsMet);
        json.WriteKnown("sqnr_db", search.Reached.SqnrDb);
        json.WriteKnown("sqnr_db_int8", search.Int8.SqnrDb);
        json.WriteNumber("loss", search.Reached.Loss);
        json.WriteNumber("loss_int8", search.Int8.Loss);
        json.WriteStartArray("nodes");
        foreach (var node in search.Nodes)
        {
            json.WriteStartObject();
            json.WriteString("name", node.Name);
            json.WriteString("op", node.Op);
            json.WriteString("form", node.Form);
            json.WriteNumber("error_share_int8", node.Int8Share);
            json.WriteNumber("error_share", node.Share);
            json.WriteString("why", node.Why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePorts(Utf8JsonWriter json, string name,
        IEnumerable<(string Name, IReadOnlyList<int> Shape, int Rate, int Offset)> ports)
    {
        json.WriteStartArray(name);
        foreach (var port in ports)
        {
            json.WriteStartObject();
            json.WriteString("name", port.Name);
            json.WriteNumbers("shape", port.Shape);
            json.WriteNumber("rate", port.Rate);
            json.WriteNumber("offset", port.Offset);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
